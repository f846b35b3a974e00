import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeSearchPage } from '../../../reports/write-report.ts';
import { decodeSearchRecord, encodeSearchRecord } from '../../record/codec.ts';
import type { SearchRecord } from '../../record/search-record.ts';
import type { SearchOutcome } from '../../studio/run-search.ts';
import { assembleSearchRecord } from './assemble-record.ts';

/** What a search's record says beside its outcome. */
export interface RecordedAs {
  /** Name of the project; null for a search of files. */
  readonly project: string | null;
  readonly maxFlashBytes: number | undefined;
}

/** Where a search's record and page were written; null where they were not asked for. */
export interface SearchFiles {
  readonly record: string;
  readonly page: string;
}

/** The record of a search that has ended. */
export const recordOf = (outcome: SearchOutcome, as: RecordedAs): SearchRecord =>
  assembleSearchRecord({ ...outcome, ...as });

/** Writes record and page beside library.json. */
export async function writeSearchFiles(record: SearchRecord, libraryFile: string): Promise<SearchFiles> {
  const folder = dirname(libraryFile);
  const file = join(folder, 'search-record.json');
  const text = encodeSearchRecord(record);
  await writeFile(file, text);
  // the page is that of the record as it can be read back: `neai report` makes the same bytes
  const page = await writeSearchPage(decodeSearchRecord(text, file), join(folder, 'search.html'));
  return { record: file, page };
}

/** Causes of a poor result as lines that a person reads; none for a good one. */
export function causeLines({ causes }: SearchRecord): string[] {
  if (causes.length === 0) return [];
  return [
    'why it is no better:',
    ...causes.flatMap(({ kind, message, remedy }) => [`  ${kind}: ${message}`, `    ${remedy}`]),
  ];
}
