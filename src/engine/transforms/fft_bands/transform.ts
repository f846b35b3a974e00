import { z } from 'zod';
import { atLeast, floatToBits } from '../../numeric/f32.ts';
import { floorLog2, log2Floored } from '../../numeric/log2.ts';
import { cosineWords, createPowerSpectrum, FFT_SOURCES } from '../fft.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 8;
const LONGEST = 4096;
const SMALLEST_TOTAL = 2 ** -100;
/** Points of the pieces that a search offers beside whole signals, and the fewest pieces that are worth it. */
const PIECE_POINTS = 64;
const FEWEST_PIECES = 4;

/** Points of each piece; absent: the largest power of two that fits, as one piece. */
const points = z.literal([8, 16, 32, 64, 128, 256, 512, 1024]).optional();
const paramsSchema = z.discriminatedUnion('layout', [
  z.strictObject({ layout: z.literal('octave'), relative: z.boolean(), points }),
  z.strictObject({
    layout: z.literal('linear'),
    bands: z.int().min(2).max(32),
    relative: z.boolean(),
    points,
  }),
]);
type BandParams = z.infer<typeof paramsSchema>;

const pointsOf = (length: number, params: BandParams): number =>
  params.points ?? Math.min(2 ** floorLog2(length), LONGEST);

/** First bin of each band and, at the end, one past the last bin; bin 0 (the mean) is in no band. */
function bandEdges(size: number, params: BandParams): number[] {
  const half = size / 2;
  if (params.layout === 'octave') {
    const edges: number[] = [];
    for (let edge = 1; edge < half; edge *= 2) edges.push(edge);
    return [...edges, half + 1];
  }
  return Array.from({ length: params.bands + 1 }, (_, i) => 1 + Math.floor((i * half) / params.bands));
}

function applies({ length }: Shape, params: BandParams): boolean {
  const size = pointsOf(length, params);
  if (length < SHORTEST || size > length) return false;
  return params.layout === 'octave' || 2 * params.bands <= size / 2;
}

/** How a signal is cut: pieces side by side in its middle, and the factor that makes sums of powers mean energies. */
function cut(
  length: number,
  params: BandParams,
): { size: number; pieces: number; start: number; scale: number } {
  const size = pointsOf(length, params);
  const pieces = Math.floor(length / size);
  const start = Math.floor((length - pieces * size) / 2);
  // the spectrum gives powers times 4
  return { size, pieces, start, scale: fround(2 ** (-2 * floorLog2(size) - 2) / pieces) };
}

/**
 * Energies of frequency bands per axis, as logarithms: means over pieces of the signal, each without its mean and under
 * a periodic Hann window (Welch 1967, without overlap). Short pieces need little memory and give steadier energies.
 */
function createBands({ axes, length }: Shape, params: BandParams): Step {
  const { size, pieces, start, scale } = cut(length, params);
  const edges = Uint32Array.from(bandEdges(size, params));
  const bands = edges.length - 1;
  const spectrum = createPowerSpectrum(size);
  const data = new Float32Array(size + 1);

  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = axis * bands;
      for (let band = 0; band < bands; band++) output[first + band] = 0;
      for (let piece = 0; piece < pieces; piece++) {
        spectrum(input, (start + piece * size) * axes + axis, axes, data);
        for (let band = 0; band < bands; band++) {
          let energy = output[first + band]!;
          for (let k = edges[band]!; k < edges[band + 1]!; k++) energy = fround(energy + data[2 * k]!);
          output[first + band] = energy;
        }
      }
      let total = 0;
      for (let band = 0; band < bands; band++) {
        const energy = fround(output[first + band]! * scale);
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
    const inPieces = shape.length >= FEWEST_PIECES * PIECE_POINTS ? [{ points: PIECE_POINTS } as const] : [];
    const all: BandParams[] = [
      { layout: 'octave', relative: false },
      ...inPieces.map((piece) => ({ layout: 'octave' as const, relative: false, ...piece })),
      { layout: 'octave', relative: true },
      ...[16, 8].flatMap((bands) => [
        { layout: 'linear' as const, bands, relative: false },
        ...inPieces.map((piece) => ({ layout: 'linear' as const, bands, relative: false, ...piece })),
        { layout: 'linear' as const, bands, relative: true },
      ]),
    ];
    return all.filter((params) => applies(shape, params));
  },
  outputLength: (shape, params) =>
    applies(shape, params)
      ? shape.axes * (bandEdges(pointsOf(shape.length, params), params).length - 1)
      : null,
  sharedSources: FFT_SOURCES,
  workWords: ({ length }, params) => pointsOf(length, params) + 1,
  configWords: ({ length }, params) => {
    const { size, pieces, start, scale } = cut(length, params);
    const edges = bandEdges(size, params);
    return [
      floorLog2(size),
      pieces,
      start,
      edges.length - 1,
      params.relative ? 1 : 0,
      floatToBits(scale),
      ...edges,
      ...cosineWords(size),
    ];
  },
  create: createBands,
});
