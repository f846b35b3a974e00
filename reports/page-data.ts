import type { RunRecord } from '../src/record/run-record.ts';
import { sideName } from './format.ts';

/** What the page's script draws from: the record's calls by column, and the words for them. */
export function pageData(record: RunRecord) {
  return {
    calls: record.calls,
    files: record.dataset.files.map((file) => file.path),
    threshold: record.threshold,
    unit: record.perCall.unit,
    reference: sideName(record.sides.reference),
    target: sideName(record.sides.target),
  };
}

/** Shape of the data element in the page; the page's script reads it by this type. */
export type PageData = ReturnType<typeof pageData>;
