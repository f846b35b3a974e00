import { similarity } from '../emulator/similarity.ts';
import { confidence } from '../metrics/metrics.ts';

/** The constants that turn a ratio into a similarity. */
export interface Calibration {
  /** c: u = c · sensitivity · ratio; the threshold lies at u = 1. */
  readonly scale: number;
  /** w: u at which similarity reaches 0. */
  readonly width: number;
}

/** Distance over reference of lines of both labels, scored by a learner that has not learned them. */
export interface LabelledRatios {
  readonly regular: Float32Array;
  readonly abnormal: Float32Array;
}

const { fround } = Math;
const UNCALIBRATED: Calibration = { scale: 1, width: 2 };
const WIDTHS = [2, 3, 4, 5, 6, 7, 8];
/** Confidence beyond which sensitivity is worth more than margin. */
const AMPLE_CONFIDENCE = 0.95;
/** Scales tried within an interval: evenly in their logarithm, so many at most, and not closer than this. */
const SCALES_TRIED = 40;
const LEAST_STEP = Math.log(1.02);
/** Intervals of equal accuracy that are looked into, the widest first. */
const INTERVALS_TRIED = 3;
/** How far an interval reaches that nothing bounds on one side, as a factor. */
const OPEN_END = 16;
/** Ratios below are as good as 0: no scale is bounded by them. */
const SMALLEST_RATIO = 2 ** -60;

/** Scales between which no line changes sides: lower < c <= upper. */
interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Similarities of ratios at sensitivity 1. */
export function similarities(ratios: Float32Array, { scale, width }: Calibration): Uint8Array {
  const scores = new Uint8Array(ratios.length);
  for (let i = 0; i < ratios.length; i++) scores[i] = similarity(ratios[i]!, scale, width, 1);
  return scores;
}

/**
 * Scale and width of highest balanced accuracy, and among those of equal accuracy of highest confidence, up to 95 %.
 * Of the scales that reach it, the most sensitive: the abnormal lines known so far are rarely of every kind there will
 * be, and kinds not seen lie closer to the regular ones more often than not; margin beyond 95 % is better given to
 * them. Every figure comes from the similarity that the library itself computes. Without abnormal lines nothing can
 * be calibrated: scale 1.
 */
export function calibrate(ratios: LabelledRatios): Calibration {
  if (ratios.regular.length === 0 || ratios.abnormal.length === 0) return UNCALIBRATED;
  let best: { calibration: Calibration; reached: number } | undefined;
  for (const interval of bestIntervals(ratios).slice(0, INTERVALS_TRIED)) {
    const scales = scalesWithin(interval);
    for (const width of WIDTHS) {
      const levels = scales.map((scale) => confidenceOf(ratios, { scale, width }));
      const reached = Math.min(AMPLE_CONFIDENCE, Math.max(...levels));
      const scale = scales[levels.findLastIndex((level) => level >= reached)]!;
      const gained = best === undefined ? 1 : reached - best.reached || scale - best.calibration.scale;
      if (gained > 0) best = { calibration: { scale, width }, reached };
    }
  }
  return best?.calibration ?? UNCALIBRATED;
}

function confidenceOf(ratios: LabelledRatios, calibration: Calibration): number {
  return confidence({
    regular: similarities(ratios.regular, calibration),
    abnormal: similarities(ratios.abnormal, calibration),
  })!;
}

/** Scales of an interval, rounded to binary32 and still inside it. */
function scalesWithin({ lower, upper }: Interval): number[] {
  const ratio = upper / lower;
  const steps = Math.min(SCALES_TRIED, Math.ceil(Math.log(ratio) / LEAST_STEP));
  const inside: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const scale = fround(lower * ratio ** (i / steps));
    if (scale > lower && scale <= upper && scale !== inside.at(-1)) inside.push(scale);
  }
  return inside.length > 0 ? inside : [fround(upper)];
}

/**
 * The intervals of scale of highest balanced accuracy, widest first. A line is nominal when c·r rounds to 1 or less,
 * so the ends are the largest binary32 scales that keep a ratio nominal.
 */
function bestIntervals({ regular, abnormal }: LabelledRatios): Interval[] {
  const sortedRegular = regular.slice().sort();
  const sortedAbnormal = abnormal.slice().sort();
  const cuts = Float32Array.from(new Set([...sortedRegular, ...sortedAbnormal])).sort();
  let bestRight = -1;
  let best: Interval[] = [];
  let regularInside = 0;
  let abnormalInside = 0;
  for (let i = 0; i < cuts.length; i++) {
    const cut = cuts[i]!;
    while (regularInside < regular.length && sortedRegular[regularInside]! <= cut) regularInside++;
    while (abnormalInside < abnormal.length && sortedAbnormal[abnormalInside]! <= cut) abnormalInside++;
    // balanced accuracy times 2·n·m: whole numbers, so that equal means equal
    const right = regularInside * abnormal.length + (abnormal.length - abnormalInside) * regular.length;
    const next = cuts[i + 1];
    if (right < bestRight || (next !== undefined && next <= SMALLEST_RATIO)) continue;
    const interval = between(cut, next);
    if (interval.upper <= interval.lower) continue;
    if (right > bestRight) best = [];
    bestRight = right;
    best.push(interval);
  }
  const widest = (interval: Interval): number => interval.upper / interval.lower;
  return best.sort((a, b) => widest(b) - widest(a));
}

/** The scales that keep ratios up to `cut` nominal and those from `next` on not. */
function between(cut: number, next: number | undefined): Interval {
  const upper = cut > SMALLEST_RATIO ? largestNominalScale(cut) : undefined;
  const lower = next === undefined ? undefined : largestNominalScale(next);
  return { lower: lower ?? (upper ?? OPEN_END) / OPEN_END, upper: upper ?? (lower ?? 1) * OPEN_END };
}

/** The largest binary32 c with fround(c · ratio) <= 1. */
function largestNominalScale(ratio: number): number {
  let scale = fround(1 / ratio);
  while (fround(scale * ratio) > 1) scale = neighbour(scale, -1);
  for (let up = neighbour(scale, 1); fround(up * ratio) <= 1; up = neighbour(scale, 1)) scale = up;
  return scale;
}

const word = new Uint32Array(1);
const real = new Float32Array(word.buffer);

/** The next positive binary32 above or below. */
function neighbour(value: number, step: 1 | -1): number {
  real[0] = value;
  word[0] = word[0]! + step;
  return real[0]!;
}
