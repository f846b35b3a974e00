/**
 * Steps in a noisy series: a window-limited test in the sense of Lai (1995, "Sequential changepoint detection in
 * quality control and dynamical systems", J. R. Statist. Soc. B 57, 613-658): the last five runs against those before
 * them since the last step. Values enter as logarithms, so that a step is a share of the level. Each of the five is
 * measured from the median of the runs before in units of their median absolute deviation, and counts no more than
 * three units (Huber 1964, "Robust estimation of a location parameter", Ann. Math. Statist. 35, 73-101): one run or two
 * that took long for a reason of their own make no step.
 *
 * The constants are calibrated by simulation (bench/history.ts, which prints for which kinds of noise they hold):
 * at most one false alarm in a thousand runs, a step of 5 % found within five runs.
 */
const WINDOW = 5;
/** Runs before the window: fewer tell too little about the noise, more reach back too far. */
const LEAST_BEFORE = 15;
const MOST_BEFORE = 120;
/** A single run counts at most so many units of noise. */
const CLIP = 3;
/** Sum over the window from which a step is believed. */
const THRESHOLD = 7.2;
/** Half a step of 5 % and a little: smaller ones are drift, whatever the noise says. */
const LEAST_SHIFT = 0.028;
/** Runs that follow each other are alike: from so many standard errors on the noise is taken to be larger. */
const LIKENESS = 1.6;
/** Of a normal distribution: standard deviation over median absolute deviation. */
const MAD_TO_DEVIATION = 1.4826;

/** Indices into the series. `run` is the first of the new level, `foundAt` the one that gave it away. */
export interface Step {
  readonly run: number;
  readonly foundAt: number;
  /** Medians of the levels, `after` of what is there of it until the next step. */
  readonly before: number;
  readonly after: number;
}

/** All steps of a series of positive values in their order; what is 0 or less is taken as the smallest positive number. */
export function findSteps(values: readonly number[]): Step[] {
  const logs = values.map((value) => Math.log(Math.max(value, Number.MIN_VALUE)));
  const found: { run: number; foundAt: number }[] = [];
  let start = 0;
  for (let now = 0; now < logs.length; now++) {
    const from = now - WINDOW + 1;
    const before = logs.slice(Math.max(start, from - MOST_BEFORE), Math.max(start, from));
    if (before.length < LEAST_BEFORE || !isStep(before, logs.slice(from, now + 1))) continue;
    start = firstOfLevel(logs, Math.max(start, from - MOST_BEFORE), now);
    found.push({ run: start, foundAt: now });
  }
  return found.map(({ run, foundAt }, at) => ({
    run,
    foundAt,
    before: median(values.slice(found[at - 1]?.run ?? 0, run)),
    after: median(values.slice(run, found[at + 1]?.run ?? values.length)),
  }));
}

function isStep(before: readonly number[], window: readonly number[]): boolean {
  const level = median(before);
  if (Math.abs(median(window) - level) < LEAST_SHIFT) return false;
  const spread = median(before.map((value) => Math.abs(value - level)));
  const unit = MAD_TO_DEVIATION * spread * (1 + 1 / before.length);
  const clipped = (value: number): number => {
    // Without any noise whatever is off the level is off by more than noise.
    const units = unit === 0 ? Math.sign(value - level) * CLIP : (value - level) / unit;
    return Math.max(-CLIP, Math.min(CLIP, units));
  };
  const sum = window.reduce((total, value) => total + clipped(value), 0);
  const uncertainty = Math.sqrt(1 + WINDOW / before.length) * likeness(before.map(clipped));
  return Math.abs(sum) / uncertainty >= THRESHOLD;
}

/** How much wider the sum over a window scatters because neighbours are alike: 1 where they are not. */
function likeness(units: readonly number[]): number {
  const { length } = units;
  const mean = units.reduce((sum, value) => sum + value, 0) / length;
  let own = 0;
  let neighbours = 0;
  for (const [at, value] of units.entries()) {
    own += (value - mean) ** 2;
    if (at > 0) neighbours += (value - mean) * (units[at - 1]! - mean);
  }
  // Taking the mean away biases the correlation by one over the count.
  const correlation = own === 0 ? 0 : neighbours / own + 1 / length;
  if (correlation <= LIKENESS / Math.sqrt(length)) return 1;
  let variance = 1;
  for (let lag = 1; lag < WINDOW; lag++) variance += 2 * (1 - lag / WINDOW) * correlation ** lag;
  return Math.sqrt(variance);
}

/** Where the new level began: the cut in the last window that leaves the two sides least apart from their medians. */
function firstOfLevel(logs: readonly number[], start: number, now: number): number {
  let best = { at: now - WINDOW + 1, cost: Number.POSITIVE_INFINITY };
  for (let at = now - WINDOW + 1; at < now; at++) {
    const cost = deviation(logs.slice(start, at)) + deviation(logs.slice(at, now + 1));
    if (cost < best.cost) best = { at, cost };
  }
  return best.at;
}

function deviation(values: readonly number[]): number {
  const level = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - level), 0);
}

/** The middle value; of an even number the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
