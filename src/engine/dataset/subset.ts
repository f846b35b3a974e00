import { seededRandom } from '../../shared/random.ts';

/** Lines that a search works on at most; of more it takes a subset. */
export const MOST_SEARCH_LINES = 20_000;
/** Seed of the subset: fixed, so that the same files always give the same lines. */
const SUBSET_SEED = 1;

/**
 * Places of a subset of `of` lines, 0-based, ascending: the lines are cut in order into `count` equal strata and one
 * of each is drawn. So the subset keeps the order and covers the whole file, and any share of it from the front (the
 * first three quarters, the first half) is a subset of the same share of the whole.
 */
export function subsetRows(of: number, count = MOST_SEARCH_LINES): number[] {
  if (of <= count) return Array.from({ length: of }, (_, row) => row);
  const random = seededRandom(SUBSET_SEED);
  return Array.from({ length: count }, (_, stratum) => {
    const first = Math.floor((stratum * of) / count);
    return first + random.below(Math.floor(((stratum + 1) * of) / count) - first);
  });
}
