import type { RunRecord } from '../src/record/run-record.ts';
import { sideNames } from './format.ts';
import { endSeconds } from './sections/timeline.ts';

/** What the page's script draws from: the record's calls by column, and the words for them. */
export function pageData(record: RunRecord) {
  const { metrics, timeline } = record;
  return {
    calls: record.calls,
    files: record.dataset.files.map((file) => file.path),
    threshold: record.threshold,
    unit: record.perCall.unit,
    budgets: { learn: record.limits.learnTicks, detect: record.limits.detectTicks },
    ...sideNames(record.sides),
    flips: metrics?.flips.list.map(({ call }) => call) ?? [],
    thresholds: metrics?.thresholds ?? null,
    learningCurve: metrics?.learningCurve ?? [],
    minimumLearns: record.library.minimumLearningIterations,
    timeline: { ...timeline, endSeconds: endSeconds(timeline) },
  };
}

/** Shape of the data element in the page; the page's script reads it by this type. */
export type PageData = ReturnType<typeof pageData>;
