import type { Words } from './model.ts';
import { COUNT_CAP } from './model.ts';
import { flooredVariance } from './moments.ts';

const { fround } = Math;

/** Counts stop here, where a binary32 number still holds every integer. */
const LARGEST_COUNT = 2 ** 24;

/**
 * Centres with counts, and distances weighted by the running variance of each feature. State words: mean[d], variance[d],
 * counts[k], centres[k d]; a centre with count 0, and all after it, is free. Pair: prototypes.c.
 */
export interface Prototypes {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly counts: Uint32Array;
  /** Distance of the last `nearest`, squared and weighted. */
  distance: number;
  /** Number of centres in use. */
  used(): number;
  /** Recomputes the weights 1 / variance. */
  weigh(): void;
  /** Index of the nearest of the first `used` centres; its distance is left in `distance`. */
  nearest(features: Float32Array, used: number): number;
  /** Squared weighted distance of two centres. */
  between(a: number, b: number): number;
  /** Makes the features the centre of a slot, with count 1. */
  place(slot: number, features: Float32Array): void;
  /** Moves a centre towards the features by 1 / count (MacQueen 1967). */
  absorb(slot: number, features: Float32Array): void;
  /** Merges centre `b` into centre `a`, weighted by their counts. */
  merge(a: number, b: number): void;
}

/** The C half of this file. */
export const PROTOTYPE_SOURCES = ['models/neai_prototypes.h', 'models/prototypes.c'] as const;

/** Words of state that prototypes take. */
export const prototypeWords = (dimension: number, slots: number): number =>
  2 * dimension + slots * (dimension + 1);

export function createPrototypes(dimension: number, slots: number, state: Words): Prototypes {
  const mean = state.f.subarray(0, dimension);
  const variance = state.f.subarray(dimension, 2 * dimension);
  const counts = state.u.subarray(2 * dimension, 2 * dimension + slots);
  const centres = state.f.subarray(2 * dimension + slots, prototypeWords(dimension, slots));
  const weights = new Float32Array(dimension);

  return {
    mean,
    variance,
    counts,
    distance: 0,
    used() {
      let count = 0;
      while (count < slots && counts[count]! !== 0) count++;
      return count;
    },
    weigh() {
      for (let j = 0; j < dimension; j++) {
        weights[j] = fround(1 / flooredVariance(mean[j]!, variance[j]!));
      }
    },
    nearest(features, used) {
      let best = 0;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (let slot = 0; slot < used; slot++) {
        const centre = slot * dimension;
        let sum = 0;
        for (let j = 0; j < dimension; j++) {
          const difference = fround(features[j]! - centres[centre + j]!);
          sum = fround(sum + fround(fround(difference * difference) * weights[j]!));
        }
        if (sum < bestDistance) {
          bestDistance = sum;
          best = slot;
        }
      }
      this.distance = bestDistance;
      return best;
    },
    between(a, b) {
      let sum = 0;
      for (let j = 0; j < dimension; j++) {
        const difference = fround(centres[a * dimension + j]! - centres[b * dimension + j]!);
        sum = fround(sum + fround(fround(difference * difference) * weights[j]!));
      }
      return sum;
    },
    place(slot, features) {
      counts[slot] = 1;
      for (let j = 0; j < dimension; j++) centres[slot * dimension + j] = features[j]!;
    },
    absorb(slot, features) {
      const count = Math.min(counts[slot]! + 1, LARGEST_COUNT);
      counts[slot] = count;
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) {
        const at = slot * dimension + j;
        const difference = fround(features[j]! - centres[at]!);
        centres[at] = fround(centres[at]! + fround(difference * weight));
      }
    },
    merge(a, b) {
      const countA = Math.min(counts[a]!, LARGEST_COUNT);
      const countB = Math.min(counts[b]!, LARGEST_COUNT);
      const count = Math.min(countA + countB, LARGEST_COUNT);
      const weight = fround(countB / count);
      counts[a] = count;
      for (let j = 0; j < dimension; j++) {
        const at = a * dimension + j;
        const difference = fround(centres[b * dimension + j]! - centres[at]!);
        centres[at] = fround(centres[at]! + fround(difference * weight));
      }
    },
  };
}
