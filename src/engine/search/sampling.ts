import type { Shape } from '../transforms/transform.ts';

/** Lines looked at, evenly spaced where there are more. */
const MOST_LINES = 64;
/** Energy above this share of half the sampling frequency hints at more beyond it. */
const HIGH_BAND = 0.8;
/** Energy below this share of half the sampling frequency could be had with far fewer samples. */
const LOW_BAND = 0.05;
/** Samples at the end of an axis's range in a row that make a clipped peak. */
const CLIPPED_RUN = 3;

/** How the sensor was read, as far as the signals themselves tell. Shares 0…1. */
export interface SamplingFacts {
  /** Of the energy about the mean: above 0.8 and below 0.05 of half the sampling frequency; null for short buffers. */
  readonly highShare: number | null;
  readonly lowShare: number | null;
  /** Periods of the strongest component within one buffer; null for short buffers. */
  readonly periods: number | null;
  readonly axes: readonly AxisFacts[];
}

interface AxisFacts {
  /** 1-based. */
  readonly axis: number;
  /** Share of lines that have one single value on this axis. */
  readonly constantShare: number;
  /** Share of samples that stand at the smallest or largest value of the axis, three or more in a row. */
  readonly clippedShare: number;
}

/**
 * Looks at spectrum and range of signals.
 * @param signals row-major [lines × axes·length]
 */
export function samplingFacts(signals: Float32Array, shape: Shape): SamplingFacts {
  const width = shape.axes * shape.length;
  const lines = signals.length / width;
  const shown = Math.min(lines, MOST_LINES);
  const rows = Array.from({ length: shown }, (_, i) => Math.floor((i * lines) / shown) * width);
  const axes = Array.from({ length: shape.axes }, (_, axis) => axisFacts(signals, rows, axis, shape));
  const length = 2 ** Math.floor(Math.log2(shape.length));
  if (length < 32) return { highShare: null, lowShare: null, periods: null, axes };
  const power = new Float64Array(length / 2 + 1);
  for (const start of rows) {
    for (let axis = 0; axis < shape.axes; axis++)
      addSpectrum(signals, start + axis, shape.axes, length, power);
  }
  const total = sum(power, 1, power.length);
  const share = (from: number, to: number): number => (total === 0 ? 0 : sum(power, from, to) / total);
  let strongest = 1;
  for (let bin = 2; bin < power.length; bin++) if (power[bin]! > power[strongest]!) strongest = bin;
  return {
    highShare: share(Math.ceil((HIGH_BAND * length) / 2), power.length),
    lowShare: share(1, Math.max(2, Math.floor((LOW_BAND * length) / 2) + 1)),
    periods: (strongest * shape.length) / length,
    axes,
  };
}

function axisFacts(signals: Float32Array, rows: readonly number[], axis: number, shape: Shape): AxisFacts {
  const { axes, length } = shape;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    for (let i = 0; i < length; i++) {
      const value = signals[row + i * axes + axis]!;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  let constant = 0;
  let clipped = 0;
  for (const row of rows) {
    const first = signals[row + axis]!;
    let same = true;
    let run = 0;
    for (let i = 0; i < length; i++) {
      const value = signals[row + i * axes + axis]!;
      if (value !== first) same = false;
      run = value === lowest || value === highest ? run + 1 : 0;
      if (run === CLIPPED_RUN) clipped += CLIPPED_RUN;
      else if (run > CLIPPED_RUN) clipped++;
    }
    if (same && length > 1) constant++;
  }
  const range = highest > lowest;
  return {
    axis: axis + 1,
    constantShare: rows.length === 0 ? 0 : constant / rows.length,
    clippedShare: range && rows.length > 0 ? clipped / (rows.length * length) : 0,
  };
}

const sum = (of: Float64Array, from: number, to: number): number => {
  let total = 0;
  for (let i = from; i < to; i++) total += of[i]!;
  return total;
};

/** Adds the power spectrum of one axis of one signal: its first `length` samples, mean removed, Hann window. */
function addSpectrum(
  signals: Float32Array,
  start: number,
  stride: number,
  length: number,
  power: Float64Array,
): void {
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  let mean = 0;
  for (let i = 0; i < length; i++) mean += signals[start + i * stride]! / length;
  for (let i = 0; i < length; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length);
    re[i] = (signals[start + i * stride]! - mean) * window;
  }
  transform(re, im);
  for (let bin = 0; bin < power.length; bin++) power[bin]! += re[bin]! ** 2 + im[bin]! ** 2;
}

/** Fourier transform in place, radix 2, decimation in time (Cooley and Tukey 1965). */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos((-Math.PI * k) / half), Math.sin((-Math.PI * k) / half)];
      for (let i = k; i < n; i += 2 * half) {
        const j = i + half;
        const [a, b] = [re[j]! * cos - im[j]! * sin, re[j]! * sin + im[j]! * cos];
        re[j] = re[i]! - a;
        im[j] = im[i]! - b;
        re[i]! += a;
        im[i]! += b;
      }
    }
  }
}
