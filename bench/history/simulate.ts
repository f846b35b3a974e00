import { findSteps } from '../../src/history/steps.ts';
import { type Random, seededRandom } from '../../src/shared/random.ts';

/** Relative noise of one run after the other, as logarithms. */
export type Noise = (random: Random) => () => number;

const gaussian =
  (deviation: number): Noise =>
  (random) =>
  () =>
    deviation * random.normal();

/** Student's t with three degrees of freedom, scaled to this standard deviation: heavy tails. */
const heavyTailed =
  (deviation: number): Noise =>
  (random) =>
  () => {
    let square = 0;
    for (let degree = 0; degree < 3; degree++) square += random.normal() ** 2;
    return (deviation * random.normal()) / Math.sqrt(square / 3) / Math.sqrt(3);
  };

/** One run in twenty takes up to 30 % longer: a machine that was busy. */
const spikes =
  (deviation: number): Noise =>
  (random) =>
  () =>
    deviation * random.normal() + (random.unit() < 0.05 ? 0.3 * random.unit() : 0);

/** Each run remembers the one before it (first-order autoregression), with this standard deviation in all. */
const alike =
  (deviation: number, memory: number): Noise =>
  (random) => {
    let state = 0;
    return () => {
      state = memory * state + deviation * Math.sqrt(1 - memory ** 2) * random.normal();
      return state;
    };
  };

export interface NoiseKind {
  readonly name: string;
  readonly noise: Noise;
  /** Whether both figures are promised for it: at most one false alarm in a thousand runs, and at least this share found. */
  readonly promise: { readonly foundAtLeast: number } | null;
}

export const NOISE_KINDS: readonly NoiseKind[] = [
  { name: 'Gaussian 1 %', noise: gaussian(0.01), promise: { foundAtLeast: 0.99 } },
  { name: 'Gaussian 1.5 %', noise: gaussian(0.015), promise: { foundAtLeast: 0.97 } },
  { name: 'Gaussian 2 %', noise: gaussian(0.02), promise: { foundAtLeast: 0.9 } },
  { name: 'heavy-tailed (t, 3 degrees) 1 %', noise: heavyTailed(0.01), promise: { foundAtLeast: 0.98 } },
  { name: 'heavy-tailed (t, 3 degrees) 2 %', noise: heavyTailed(0.02), promise: { foundAtLeast: 0.96 } },
  { name: 'Gaussian 1 %, 5 % of runs busy', noise: spikes(0.01), promise: { foundAtLeast: 0.96 } },
  { name: 'autocorrelated 0.3, 1 %', noise: alike(0.01, 0.3), promise: { foundAtLeast: 0.95 } },
  { name: 'autocorrelated 0.3, 1.5 %', noise: alike(0.015, 0.3), promise: null },
  { name: 'autocorrelated 0.5, 1 %', noise: alike(0.01, 0.5), promise: { foundAtLeast: 0.95 } },
  { name: 'autocorrelated 0.5, 1.5 %', noise: alike(0.015, 0.5), promise: null },
  { name: 'autocorrelated 0.5, 2 %', noise: alike(0.02, 0.5), promise: null },
  { name: 'Gaussian 3 %', noise: gaussian(0.03), promise: null },
];

const LEVEL_SECONDS = 2;
const secondsOf = (log: number): number => LEVEL_SECONDS * Math.exp(log);

/** False alarms in so many histories of a thousand runs in which nothing changes. */
export function falseAlarms(noise: Noise, { seed, histories }: { seed: number; histories: number }): number {
  let alarms = 0;
  for (let history = 0; history < histories; history++) {
    const next = noise(seededRandom(seed + history));
    alarms += findSteps(Array.from({ length: 1000 }, () => secondsOf(next()))).length;
  }
  return alarms;
}

/**
 * Share of steps of 5 % (up and down in turn) found within five runs, the first changed one among them.
 * @param before runs before the step
 */
export function foundWithinFive(
  noise: Noise,
  { seed, trials, before }: { seed: number; trials: number; before: number },
): number {
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const next = noise(seededRandom(seed + trial));
    const step = Math.log(trial % 2 === 0 ? 1.05 : 0.95);
    const values = Array.from({ length: before + 5 }, (_, run) =>
      secondsOf(next() + (run >= before ? step : 0)),
    );
    if (findSteps(values).some(({ foundAt }) => foundAt >= before)) found++;
  }
  return found / trials;
}
