import type { SearchRecord } from '../../src/record/search-record.ts';

/** What the page's script draws from: the record's columns, and the words for them. */
export function searchPageData(record: SearchRecord) {
  const { signals, candidates, pareto, winner, learning, threshold, limits, thresholdCalibrated } = record;
  return {
    files: record.files.map(({ name, couple }) => ({ name, couple })),
    couples: record.couples.map(({ name }) => name),
    signals,
    candidates,
    pareto,
    winner: { position: winner.position, runnerUp: winner.runnerUp },
    learning,
    thresholds: { crossValidated: record.crossValidated.thresholds, heldOut: record.heldOut.thresholds },
    threshold,
    ramLimitBytes: limits.ramBytes,
    calibrated: thresholdCalibrated,
  };
}

/** Shape of the data element in the page; the page's script reads it by this type. */
export type SearchPageData = ReturnType<typeof searchPageData>;
