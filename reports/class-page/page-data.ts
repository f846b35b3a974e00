import type { ClassSearchRecord } from '../../src/record/class-search-record.ts';

/** What the page's script draws from. */
export function classPageData({ candidates, pareto, winner, ramLimitBytes }: ClassSearchRecord) {
  const { position, runnerUp } = winner;
  return { candidates, pareto, winner: { position, runnerUp }, ramLimitBytes, calibrated: true };
}
