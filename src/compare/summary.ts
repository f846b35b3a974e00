import type { RunRecord } from '../record/run-record.ts';
import { type CompareSummary, compareSummarySchema } from '../record/summary.ts';

/**
 * The document of `compare --json` from the run's record, checked against the published schema.
 * @param paths absolute paths of the record and of its page.
 */
export function compareSummary(record: RunRecord, paths: { record: string; report: string }): CompareSummary {
  const { comparison, verdicts, accuracy, perCall, link } = record;
  return compareSummarySchema.parse({
    equivalence: verdicts.equivalence,
    fitness: verdicts.fitness,
    evidence: record.evidence,
    identical: comparison.identical,
    sides: record.sides,
    tolerance: record.tolerance,
    outsideTolerance: comparison.outsideTolerance,
    signals: comparison.signals,
    mismatches: comparison.mismatches,
    firstMismatch: comparison.firstMismatch,
    divergence: record.divergence,
    board: accuracy.target,
    emulator: accuracy.reference,
    metrics: record.metrics,
    fitnessFacts: record.fitnessFacts,
    perCall: {
      unit: perCall.unit,
      learn: perCall.learn?.median ?? null,
      detect: perCall.detect?.median ?? null,
    },
    footprint: record.footprint,
    link: link === null ? null : { baud: link.baud, bytes: link.bytes, seconds: link.seconds },
    record: paths.record,
    report: paths.report,
  });
}
