import { floatToBits } from '../numeric/f32.ts';
import { floorLog2 } from '../numeric/log2.ts';

const { fround } = Math;

/** The C half of this file. */
export const FFT_SOURCES = ['transforms/neai_fft.h', 'transforms/fft.c'] as const;

/** cos(2 pi k / points) for the first quarter turn: the one table of window and rotation. */
function quarterCosines(points: number): Float32Array {
  const quarter = points / 4;
  const table = new Float32Array(quarter + 1);
  for (let k = 0; k < quarter; k++) table[k] = Math.cos((2 * Math.PI * k) / points);
  return table;
}

/** The table as words of a kernel's configuration. */
export const cosineWords = (points: number): number[] => Array.from(quarterCosines(points), floatToBits);

/** Index with its `bits` low bits in reverse order. */
function reverseBits(index: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((index >>> bit) & 1) << (bits - 1 - bit);
  return reversed;
}

/**
 * Leaves 4 times the power of bin k = 1 ... points / 2 of one piece of one axis in data[2 k].
 * @param origin index of the piece's first sample; the next ones lie `stride` apart
 * @param data points + 1 values
 */
export type PowerSpectrum = (input: Float32Array, origin: number, stride: number, data: Float32Array) => void;

/**
 * Powers of a piece of `points` samples (a power of two, at least 8), the mean removed, under a periodic Hann window.
 * The real samples are transformed as half as many complex values, even samples real and odd ones imaginary, by
 * decimation in time, radix 2, two stages at once. Pair: neai_fft_powers.
 */
export function createPowerSpectrum(points: number): PowerSpectrum {
  const half = points / 2;
  const quarter = points / 4;
  const table = quarterCosines(points);
  const cosine = (k: number): number => (k <= quarter ? table[k]! : -table[half - k]!);
  const window = Float32Array.from({ length: points }, (_, i) =>
    fround(0.5 - fround(0.5 * cosine(Math.min(i, points - i)))),
  );
  const bits = floorLog2(half);
  const place = Uint32Array.from({ length: half }, (_, k) => 2 * reverseBits(k, bits));
  const oddStages = bits % 2 === 1;

  return (input, origin, stride, data) => {
    let sum = 0;
    for (let i = 0; i < points; i++) sum = fround(sum + input[origin + i * stride]!);
    const mean = fround(sum / points);
    for (let k = 0; k < half; k++) {
      const even = origin + 2 * k * stride;
      const at = place[k]!;
      data[at] = fround(fround(input[even]! - mean) * window[2 * k]!);
      data[at + 1] = fround(fround(input[even + stride]! - mean) * window[2 * k + 1]!);
    }
    if (oddStages) firstStage(data, half);
    else firstTwoStages(data, half);
    for (let part = oddStages ? 2 : 4; part < half; part *= 4) twoStages(data, half, part, table);
    powers(data, half, table);
  };
}

/** One stage whose factors are all 1. */
function firstStage(data: Float32Array, count: number): void {
  for (let a = 0; a < 2 * count; a += 4) {
    const re = data[a + 2]!;
    const im = data[a + 3]!;
    data[a + 2] = fround(data[a]! - re);
    data[a + 3] = fround(data[a + 1]! - im);
    data[a] = fround(data[a]! + re);
    data[a + 1] = fround(data[a + 1]! + im);
  }
}

/** The first two stages: all factors are 1 or -i. */
function firstTwoStages(data: Float32Array, count: number): void {
  for (let a = 0; a < 2 * count; a += 8) {
    const r0 = fround(data[a]! + data[a + 2]!);
    const i0 = fround(data[a + 1]! + data[a + 3]!);
    const r1 = fround(data[a]! - data[a + 2]!);
    const i1 = fround(data[a + 1]! - data[a + 3]!);
    const r2 = fround(data[a + 4]! + data[a + 6]!);
    const i2 = fround(data[a + 5]! + data[a + 7]!);
    const r3 = fround(data[a + 4]! - data[a + 6]!);
    const i3 = fround(data[a + 5]! - data[a + 7]!);
    data[a] = fround(r0 + r2);
    data[a + 1] = fround(i0 + i2);
    data[a + 4] = fround(r0 - r2);
    data[a + 5] = fround(i0 - i2);
    data[a + 2] = fround(r1 + i3);
    data[a + 3] = fround(i1 - r3);
    data[a + 6] = fround(r1 - i3);
    data[a + 7] = fround(i1 + r3);
  }
}

/** Two stages at once, those that join parts of `part` and of 2 `part` values. */
function twoStages(data: Float32Array, count: number, part: number, table: Float32Array): void {
  const quarter = count >> 1;
  const step = quarter / part;
  for (let j = 0; j < part; j++) {
    const second = j * step;
    const first = 2 * second;
    const c1 = first <= quarter ? table[first]! : -table[2 * quarter - first]!;
    const s1 = first <= quarter ? table[quarter - first]! : table[first - quarter]!;
    const c2 = table[second]!;
    const s2 = table[quarter - second]!;
    for (let a = 2 * j; a < 2 * count; a += 8 * part) {
      const b = a + 2 * part;
      const c = b + 2 * part;
      const d = c + 2 * part;
      const br = fround(fround(data[b]! * c1) + fround(data[b + 1]! * s1));
      const bi = fround(fround(data[b + 1]! * c1) - fround(data[b]! * s1));
      const dr = fround(fround(data[d]! * c1) + fround(data[d + 1]! * s1));
      const di = fround(fround(data[d + 1]! * c1) - fround(data[d]! * s1));
      const r0 = fround(data[a]! + br);
      const i0 = fround(data[a + 1]! + bi);
      const r1 = fround(data[a]! - br);
      const i1 = fround(data[a + 1]! - bi);
      const r2 = fround(data[c]! + dr);
      const i2 = fround(data[c + 1]! + di);
      const r3 = fround(data[c]! - dr);
      const i3 = fround(data[c + 1]! - di);
      const tr = fround(fround(r2 * c2) + fround(i2 * s2));
      const ti = fround(fround(i2 * c2) - fround(r2 * s2));
      const ur = fround(fround(i3 * c2) - fround(r3 * s2));
      const ui = fround(fround(i3 * s2) + fround(r3 * c2));
      data[a] = fround(r0 + tr);
      data[a + 1] = fround(i0 + ti);
      data[c] = fround(r0 - tr);
      data[c + 1] = fround(i0 - ti);
      data[b] = fround(r1 + ur);
      data[b + 1] = fround(i1 - ui);
      data[d] = fround(r1 - ur);
      data[d + 1] = fround(i1 + ui);
    }
  }
}

/** Bins k and half - k of the real samples come out of the same two complex values. */
function powers(data: Float32Array, half: number, table: Float32Array): void {
  const nyquist = fround(2 * fround(data[0]! - data[1]!));
  data[2 * half] = fround(nyquist * nyquist);
  const quarter = half >> 1;
  for (let k = 1; k < quarter; k++) {
    const a = 2 * k;
    const b = 2 * (half - k);
    const er = fround(data[a]! + data[b]!);
    const ei = fround(data[a + 1]! - data[b + 1]!);
    const oddRe = fround(data[a + 1]! + data[b + 1]!);
    const oddIm = fround(data[b]! - data[a]!);
    const c = table[k]!;
    const s = table[quarter - k]!;
    const tr = fround(fround(c * oddRe) + fround(s * oddIm));
    const ti = fround(fround(c * oddIm) - fround(s * oddRe));
    const re1 = fround(er + tr);
    const im1 = fround(ei + ti);
    const re2 = fround(er - tr);
    const im2 = fround(ei - ti);
    data[a] = fround(fround(re1 * re1) + fround(im1 * im1));
    data[b] = fround(fround(re2 * re2) + fround(im2 * im2));
  }
  const re = fround(2 * data[half]!);
  const im = fround(2 * data[half + 1]!);
  data[half] = fround(fround(re * re) + fround(im * im));
}
