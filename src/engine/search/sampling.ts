import { Fft } from '../dataset/inspect/fft.ts';
import { SpectrumInspector } from '../dataset/inspect/spectrum.ts';
import type { Shape } from '../transforms/transform.ts';

/** Lines looked at, evenly spaced where there are more. */
const MOST_LINES = 64;
/** Shorter buffers say nothing about their sampling. */
const LEAST_SAMPLES = 32;
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
  if (shape.length < LEAST_SAMPLES) return { highShare: null, lowShare: null, periods: null, axes };
  // shares and periods do not depend on the frequency
  const spectrum = new SpectrumInspector(shape.axes, shape.length, 1);
  for (const start of rows) spectrum.add(signals.subarray(start, start + width));
  const { energyAbove, strongestPeriods } = spectrum.report();
  return {
    highShare: energyAbove,
    lowShare: lowShare(signals, rows, shape),
    periods: strongestPeriods,
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

/** Share of the energy in the lowest band: mean removed, Hann window, the largest power of two of samples. */
function lowShare(signals: Float32Array, rows: readonly number[], { axes, length }: Shape): number {
  const samples = 2 ** Math.floor(Math.log2(length));
  const fft = new Fft(samples);
  const lowest = Math.max(1, Math.floor((LOW_BAND * samples) / 2));
  let low = 0;
  let all = 0;
  for (const row of rows) {
    for (let axis = 0; axis < axes; axis++) {
      const real = Float64Array.from({ length: samples }, (_, i) => signals[row + i * axes + axis]!);
      const mean = real.reduce((sum, value) => sum + value, 0) / samples;
      for (let i = 0; i < samples; i++) {
        real[i] = (real[i]! - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples));
      }
      const imaginary = new Float64Array(samples);
      fft.transform(real, imaginary);
      for (let bin = 1; bin <= samples / 2; bin++) {
        const power = real[bin]! ** 2 + imaginary[bin]! ** 2;
        all += power;
        if (bin <= lowest) low += power;
      }
    }
  }
  return all === 0 ? 0 : low / all;
}
