import type { Finding } from '../dataset.ts';
import { type SignalTiming, signalTiming } from '../sampling.ts';
import { Fft } from './fft.ts';

/** Above this share of f/2 … */
const FAST_SHARE = 0.8;
/** … should lie no more than this share of the energy. */
const FAST_ENERGY = 0.05;
/** Periods that the strongest component should complete in the buffer. */
const LEAST_PERIODS = 2;
/** The spectrum is computed this much finer than the buffer's own resolution. */
const PADDING = 4;
/** Slow components are fitted at these numbers of periods. */
const SLOWEST_PERIODS = 0.5;
const FITTED_PERIODS = 3;
const PERIODS_STEP = 1 / 16;
/** Samples that a slow component is fitted to; longer signals are averaged in blocks. */
const MOST_FITTED_SAMPLES = 1024;
/** Fewer samples have no spectrum worth the name. */
const LEAST_SAMPLES = 8;

/** What the signals of a file say about how they were sampled; energy of all axes, the mean of each line removed. */
export interface SpectrumReport extends SignalTiming {
  readonly samplingFrequencyHz: number;
  /** Share of the energy above 0.8 · f/2; null when nothing moves, or below 8 samples. */
  readonly energyAbove: number | null;
  /** Strongest component. */
  readonly strongestHz: number | null;
  readonly strongestPeriods: number | null;
}

/** Mean spectrum of a file's signals: sampled too slowly, or for too short a time? */
export class SpectrumInspector {
  readonly #axes: number;
  readonly #samples: number;
  readonly #frequencyHz: number;
  readonly #length: number;
  readonly #fft: Fft;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #power: Float64Array;
  readonly #slow: SlowComponents;

  constructor(axes: number, samples: number, samplingFrequencyHz: number) {
    this.#axes = axes;
    this.#samples = samples;
    this.#frequencyHz = samplingFrequencyHz;
    this.#length = 2 ** Math.ceil(Math.log2(PADDING * samples));
    this.#fft = new Fft(this.#length);
    this.#real = new Float64Array(this.#length);
    this.#imaginary = new Float64Array(this.#length);
    this.#power = new Float64Array(this.#length / 2 + 1);
    this.#slow = new SlowComponents(samples);
  }

  add(signal: Float32Array): void {
    const samples = this.#samples;
    if (samples < LEAST_SAMPLES) return;
    for (let axis = 0; axis < this.#axes; axis++) {
      let mean = 0;
      for (let i = 0; i < samples; i++) mean += signal[i * this.#axes + axis]!;
      mean /= samples;
      this.#real.fill(0);
      this.#imaginary.fill(0);
      for (let i = 0; i < samples; i++) this.#real[i] = signal[i * this.#axes + axis]! - mean;
      this.#slow.add(this.#real);
      this.#fft.transform(this.#real, this.#imaginary);
      for (let k = 0; k < this.#power.length; k++) {
        this.#power[k]! += this.#real[k]! ** 2 + this.#imaginary[k]! ** 2;
      }
    }
  }

  report(): SpectrumReport {
    const timing = signalTiming(this.#samples, this.#frequencyHz);
    const periods = this.#strongestPeriods();
    return {
      samplingFrequencyHz: this.#frequencyHz,
      ...timing,
      energyAbove: this.#energyAbove(),
      strongestHz: periods === null ? null : periods / timing.signalLengthSeconds,
      strongestPeriods: periods,
    };
  }

  #energyAbove(): number | null {
    let all = 0;
    let fast = 0;
    const last = this.#power.length - 1;
    this.#power.forEach((power, k) => {
      const energy = k === 0 || k === last ? power : 2 * power;
      all += energy;
      if (k / last > FAST_SHARE) fast += energy;
    });
    return all > 0 ? fast / all : null;
  }

  #strongestPeriods(): number | null {
    let { periods, power } = this.#slow.strongest();
    const periodsPerStep = this.#samples / this.#length;
    for (let k = Math.ceil(FITTED_PERIODS / periodsPerStep); k < this.#power.length; k++) {
      const here = (2 * this.#power[k]!) / this.#samples;
      if (here > power) [periods, power] = [k * periodsPerStep, here];
    }
    return power > 0 ? periods : null;
  }
}

/**
 * Power of components of half a period to three, by least squares with a mean of their own: in a spectrum they leak
 * into each other and into the mean (floating-mean periodogram, Zechmeister and Kürster 2009).
 */
class SlowComponents {
  readonly #block: number;
  readonly #samples: number;
  readonly #averages: Float64Array;
  readonly #waves: { readonly periods: number; readonly cos: Float64Array; readonly sin: Float64Array }[] =
    [];
  readonly #power: Float64Array;

  constructor(samples: number) {
    this.#block = Math.ceil(samples / MOST_FITTED_SAMPLES);
    this.#samples = Math.floor(samples / this.#block);
    this.#averages = new Float64Array(this.#samples);
    for (let periods = SLOWEST_PERIODS; periods <= FITTED_PERIODS; periods += PERIODS_STEP) {
      const angle = (i: number): number =>
        (2 * Math.PI * periods * (i * this.#block + (this.#block - 1) / 2)) / samples;
      const cos = centred(Float64Array.from({ length: this.#samples }, (_, i) => Math.cos(angle(i))));
      const sin = centred(Float64Array.from({ length: this.#samples }, (_, i) => Math.sin(angle(i))));
      this.#waves.push({ periods, cos, sin });
    }
    this.#power = new Float64Array(this.#waves.length);
  }

  /** @param signal one axis, its mean removed */
  add(signal: Float64Array): void {
    const averages = this.#averages;
    const block = this.#block;
    for (let i = 0; i < averages.length; i++) {
      let sum = 0;
      for (let j = i * block; j < (i + 1) * block; j++) sum += signal[j]!;
      averages[i] = sum / block;
    }
    this.#waves.forEach(({ cos, sin }, at) => {
      this.#power[at]! += block * fittedPower(averages, cos, sin);
    });
  }

  strongest(): { periods: number; power: number } {
    let best = { periods: LEAST_PERIODS, power: 0 };
    this.#waves.forEach(({ periods }, i) => {
      if (this.#power[i]! > best.power) best = { periods, power: this.#power[i]! };
    });
    return best;
  }
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** How much of the sum of squares a·cos + b·sin takes away. */
function fittedPower(signal: Float64Array, cos: Float64Array, sin: Float64Array): number {
  let yc = 0;
  let ys = 0;
  let cc = 0;
  let ss = 0;
  let cs = 0;
  for (let i = 0; i < signal.length; i++) {
    const y = signal[i]!;
    const c = cos[i]!;
    const s = sin[i]!;
    yc += y * c;
    ys += y * s;
    cc += c * c;
    ss += s * s;
    cs += c * s;
  }
  const determinant = cc * ss - cs * cs;
  return determinant > 0 ? (ss * yc * yc + cc * ys * ys - 2 * cs * yc * ys) / determinant : 0;
}

/** Warnings of a file sampled too slowly or for too short a time. */
export function samplingFindings(report: SpectrumReport): Finding[] {
  const { energyAbove, strongestPeriods, strongestHz, nyquistHz, signalLengthSeconds } = report;
  const findings: Finding[] = [];
  const add = (kind: string, message: string, remedy: string): void => {
    findings.push({ kind, level: 'mild', count: 1, places: [], message, remedy });
  };
  if (energyAbove !== null && energyAbove > FAST_ENERGY) {
    add(
      'sampled too slowly',
      `${(100 * energyAbove).toFixed(1)} % of the energy lies above ${short(FAST_SHARE * nyquistHz)} Hz, close to half the sampling frequency (${short(nyquistHz)} Hz).`,
      'Sample faster, or filter what is faster before sampling; `neai sweep` compares several frequencies.',
    );
  }
  if (strongestPeriods !== null && strongestHz !== null && strongestPeriods < LEAST_PERIODS) {
    add(
      'buffer too short',
      `The strongest component (${short(strongestHz)} Hz) completes ${strongestPeriods.toFixed(1)} periods in the ${short(signalLengthSeconds)} s of a signal.`,
      'Record longer signals: a larger buffer, or a lower sampling frequency.',
    );
  }
  return findings;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
