import { similarity } from '../emulator/similarity.ts';

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
  /** Lines of either label at or above the threshold, whose similarity is 90 or more. */
  readonly regularInside: number;
  readonly abnormalInside: number;
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
 * them. Without abnormal lines nothing can be calibrated: scale 1.
 */
export function calibrate({ regular, abnormal }: LabelledRatios): Calibration {
  return calibrateSorted({ regular: regular.slice().sort(), abnormal: abnormal.slice().sort() });
}

/** As calibrate, of ratios in ascending order. */
export function calibrateSorted(ratios: LabelledRatios): Calibration {
  if (ratios.regular.length === 0 || ratios.abnormal.length === 0) return UNCALIBRATED;
  const sums = { regular: runningSums(ratios.regular), abnormal: runningSums(ratios.abnormal) };
  let best: { calibration: Calibration; reached: number } | undefined;
  for (const interval of bestIntervals(ratios).slice(0, INTERVALS_TRIED)) {
    const scales = scalesWithin(interval);
    const confidenceOf = confidenceWithin(ratios, sums, interval);
    const levels = new Float64Array(scales.length);
    for (const width of WIDTHS) {
      let most = 0;
      for (let i = 0; i < levels.length; i++) {
        levels[i] = confidenceOf(scales[i]!, width);
        most = Math.max(most, levels[i]!);
      }
      const reached = Math.min(AMPLE_CONFIDENCE, most);
      const scale = scales[levels.findLastIndex((level) => level >= reached)]!;
      const gained = best === undefined ? 1 : reached - best.reached || scale - best.calibration.scale;
      if (gained > 0) best = { calibration: { scale, width }, reached };
    }
  }
  return best?.calibration ?? UNCALIBRATED;
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
 * Confidence at scales of one interval, from sums over sorted ratios: a similarity counts as the line it is a step of,
 * so the figure is right to about a hundredth, and choosing is all that it is for.
 */
function confidenceWithin(
  { regular, abnormal }: LabelledRatios,
  sums: { readonly regular: Float64Array; readonly abnormal: Float64Array },
  { regularInside, abnormalInside }: Interval,
): (scale: number, width: number) => number {
  // inside, similarity falls by 10 while u goes from 0 to 1, in steps that begin half of one later
  const inside = (sumsOf: Float64Array, count: number, scale: number): number =>
    1.05 * count - scale * sumsOf[count]!;
  return (scale, width) => {
    const slope = 89 / (width - 1);
    // outside, it falls by 89 until u = width; so many points below 90 are the whole of what counts
    const outside = (ratios: Float32Array, sumsOf: Float64Array, from: number, points: number): number => {
      const whole = countUpTo(ratios, (1 + (points - 0.5) / slope) / scale, from);
      const within = whole - from;
      const fallen = within * (0.5 - slope) + slope * scale * (sumsOf[whole]! - sumsOf[from]!);
      return fallen / points + (ratios.length - whole);
    };
    const above =
      inside(sums.regular, regularInside, scale) - outside(regular, sums.regular, regularInside, 10);
    const below =
      outside(abnormal, sums.abnormal, abnormalInside, 90) - inside(sums.abnormal, abnormalInside, scale) / 9;
    return Math.max(0, (above / regular.length + below / abnormal.length) / 2);
  };
}

function runningSums(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return sums;
}

/** Number of sorted values up to a limit; at least `from`. */
function countUpTo(sorted: Float32Array, limit: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The intervals of scale of highest balanced accuracy, widest first. A line is nominal when c * r rounds to 1 or less,
 * so the ends are the largest binary32 scales that keep a ratio nominal.
 */
function bestIntervals(ratios: LabelledRatios): Interval[] {
  let below = Number.POSITIVE_INFINITY;
  for (;;) {
    const { right, cuts } = highestCuts(ratios, below);
    const intervals = cuts
      .map(({ cut, next, ...counts }) => ({ ...between(cut, next), ...counts }))
      .filter(({ lower, upper }) => upper > lower);
    // ratios so close that no scale lies between them: the next accuracy below
    if (intervals.length > 0 || cuts.length === 0) return intervals.sort((a, b) => widthOf(b) - widthOf(a));
    below = right;
  }
}

const widthOf = ({ lower, upper }: Interval): number => upper / lower;

/** A place between two neighbouring ratios; nothing lies beyond the last cut. */
interface Cut extends Pick<Interval, 'regularInside' | 'abnormalInside'> {
  readonly cut: number;
  readonly next: number | undefined;
}

/** The cuts of highest balanced accuracy less than `below`, which like `right` is that accuracy times 2 n m: whole numbers,
 * so that equal means equal. */
function highestCuts({ regular, abnormal }: LabelledRatios, below: number): { right: number; cuts: Cut[] } {
  const [n, m] = [regular.length, abnormal.length];
  let best = -1;
  const cuts: Cut[] = [];
  let [i, j] = [0, 0];
  let cut = Math.min(regular[0]!, abnormal[0]!);
  for (;;) {
    while (i < n && regular[i]! <= cut) i++;
    while (j < m && abnormal[j]! <= cut) j++;
    let next = Number.POSITIVE_INFINITY;
    if (i < n) next = regular[i]!;
    if (j < m && abnormal[j]! < next) next = abnormal[j]!;
    const right = i * m + (m - j) * n;
    if (right >= best && right < below && next > SMALLEST_RATIO) {
      if (right > best) cuts.length = 0;
      best = right;
      const last = i === n && j === m;
      cuts.push({ cut, next: last ? undefined : next, regularInside: i, abnormalInside: j });
    }
    if (i === n && j === m) return { right: best, cuts };
    cut = next;
  }
}

/** The scales that keep ratios up to `cut` nominal and those from `next` on not. */
function between(cut: number, next: number | undefined): { lower: number; upper: number } {
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
