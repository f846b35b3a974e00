import { z } from 'zod';
import { atLeast, floatToBits } from '../../numeric/f32.ts';
import { floorLog2, log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 8;
const LONGEST = 4096;
const SMALLEST_TOTAL = 2 ** -100;

const paramsSchema = z.discriminatedUnion('layout', [
  z.strictObject({ layout: z.literal('octave'), relative: z.boolean() }),
  z.strictObject({ layout: z.literal('linear'), bands: z.int().min(2).max(32), relative: z.boolean() }),
]);
type BandParams = z.infer<typeof paramsSchema>;

/** Points of the transform: the largest power of two that fits into the signal, at most 4096. */
function pointsOf(length: number): number {
  return Math.min(2 ** floorLog2(length), LONGEST);
}

/** First bin of each band and, at the end, one past the last bin; bin 0 (the mean) is in no band. */
function bandEdges(points: number, params: BandParams): number[] {
  const half = points / 2;
  if (params.layout === 'octave') {
    const edges: number[] = [];
    for (let edge = 1; edge < half; edge *= 2) edges.push(edge);
    return [...edges, half + 1];
  }
  return Array.from({ length: params.bands + 1 }, (_, i) => 1 + Math.floor((i * half) / params.bands));
}

function applies({ length }: Shape, params: BandParams): boolean {
  if (length < SHORTEST) return false;
  return params.layout === 'octave' || 2 * params.bands <= pointsOf(length) / 2;
}

/** cos(2 pi k / points) for the first quarter turn: the one table of window and rotation. */
function quarterCosines(points: number): Float32Array {
  const quarter = points / 4;
  const table = new Float32Array(quarter + 1);
  for (let k = 0; k < quarter; k++) table[k] = Math.cos((2 * Math.PI * k) / points);
  return table;
}

/** Cosine and sine for the first half turn, spread out of the quarter table. */
function halfTurn(points: number): { cosine: Float32Array; sine: Float32Array } {
  const table = quarterCosines(points);
  const quarter = points / 4;
  const cosine = new Float32Array(points / 2 + 1);
  const sine = new Float32Array(points / 2 + 1);
  for (let k = 0; k <= points / 2; k++) {
    cosine[k] = k <= quarter ? table[k]! : -table[2 * quarter - k]!;
    sine[k] = k <= quarter ? table[quarter - k]! : table[k - quarter]!;
  }
  return { cosine, sine };
}

/** Radix-2, decimation in time, over `count` complex values (real, imaginary, real, ...) in bit-reversed order. */
function rotateAndAdd(
  data: Float32Array,
  count: number,
  points: number,
  cosine: Float32Array,
  sine: Float32Array,
): void {
  for (let half = 1; half < count; half *= 2) {
    const stride = points / (2 * half);
    for (let j = 0; j < half; j++) {
      const wr = cosine[j * stride]!;
      const wi = sine[j * stride]!;
      for (let k = j; k < count; k += 2 * half) {
        const a = 2 * k;
        const b = 2 * (k + half);
        const br = data[b]!;
        const bi = data[b + 1]!;
        const tr = fround(fround(br * wr) + fround(bi * wi));
        const ti = fround(fround(bi * wr) - fround(br * wi));
        const ar = data[a]!;
        const ai = data[a + 1]!;
        data[b] = fround(ar - tr);
        data[b + 1] = fround(ai - ti);
        data[a] = fround(ar + tr);
        data[a + 1] = fround(ai + ti);
      }
    }
  }
}

/** Index with its `bits` low bits in reverse order. */
function reverseBits(index: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((index >>> bit) & 1) << (bits - 1 - bit);
  return reversed;
}

/**
 * Energies of frequency bands per axis, as logarithms. The mean is removed, a periodic Hann window laid over the middle
 * `points` samples; the real signal is transformed as half as many complex values (even samples real, odd imaginary).
 */
function createBands({ axes, length }: Shape, params: BandParams): Step {
  const points = pointsOf(length);
  const start = Math.floor((length - points) / 2);
  const half = points / 2;
  const edges = bandEdges(points, params);
  const bands = edges.length - 1;
  const scale = 2 ** (-2 * floorLog2(points));
  const { cosine, sine } = halfTurn(points);
  const window = Float32Array.from({ length: points }, (_, i) =>
    fround(0.5 - fround(0.5 * cosine[Math.min(i, points - i)]!)),
  );
  const bits = floorLog2(half);
  const place = Uint32Array.from({ length: half }, (_, k) => 2 * reverseBits(k, bits));
  const data = new Float32Array(points);

  const binPower = (k: number): number => {
    if (k === half) {
      const nyquist = fround(data[0]! - data[1]!);
      return fround(nyquist * nyquist);
    }
    const a = 2 * k;
    const b = points - a;
    const er = fround(0.5 * fround(data[a]! + data[b]!));
    const ei = fround(0.5 * fround(data[a + 1]! - data[b + 1]!));
    const or = fround(0.5 * fround(data[a + 1]! + data[b + 1]!));
    const oi = fround(0.5 * fround(data[b]! - data[a]!));
    const c = cosine[k]!;
    const s = sine[k]!;
    const re = fround(er + fround(fround(c * or) + fround(s * oi)));
    const im = fround(ei + fround(fround(c * oi) - fround(s * or)));
    return fround(fround(re * re) + fround(im * im));
  };

  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const origin = start * axes + axis;
      let sum = 0;
      for (let i = 0; i < points; i++) sum = fround(sum + input[origin + i * axes]!);
      const mean = fround(sum / points);
      for (let k = 0; k < half; k++) {
        const even = origin + 2 * k * axes;
        const at = place[k]!;
        data[at] = fround(fround(input[even]! - mean) * window[2 * k]!);
        data[at + 1] = fround(fround(input[even + axes]! - mean) * window[2 * k + 1]!);
      }
      rotateAndAdd(data, half, points, cosine, sine);

      const first = axis * bands;
      let total = 0;
      for (let band = 0; band < bands; band++) {
        let energy = 0;
        for (let k = edges[band]!; k < edges[band + 1]!; k++) energy = fround(energy + binPower(k));
        energy = fround(energy * scale);
        total = fround(total + energy);
        output[first + band] = energy;
      }
      const divisor = params.relative ? atLeast(total, SMALLEST_TOTAL) : 1;
      for (let band = 0; band < bands; band++) {
        output[first + band] = log2Floored(fround(output[first + band]! / divisor));
      }
    }
  };
}

export const fftBands = defineTransform<BandParams>({
  name: 'fft_bands',
  title: 'log energies of frequency bands',
  paramsSchema,
  searchSpace: (shape) => {
    const all: BandParams[] = [
      { layout: 'octave', relative: false },
      { layout: 'octave', relative: true },
      ...[16, 8].flatMap((bands) => [
        { layout: 'linear' as const, bands, relative: false },
        { layout: 'linear' as const, bands, relative: true },
      ]),
    ];
    return all.filter((params) => applies(shape, params));
  },
  outputLength: (shape, params) =>
    applies(shape, params) ? shape.axes * (bandEdges(pointsOf(shape.length), params).length - 1) : null,
  workWords: ({ length }) => pointsOf(length),
  configWords: ({ length }, params) => {
    const points = pointsOf(length);
    const edges = bandEdges(points, params);
    return [
      floorLog2(points),
      Math.floor((length - points) / 2),
      edges.length - 1,
      params.relative ? 1 : 0,
      floatToBits(2 ** (-2 * floorLog2(points))),
      ...edges,
      ...Array.from(quarterCosines(points), floatToBits),
    ];
  },
  create: createBands,
});
