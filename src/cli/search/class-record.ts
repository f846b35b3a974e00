import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeClassSearchPage } from '../../../reports/write-report.ts';
import { decodeClassSearchRecord, encodeClassSearchRecord } from '../../record/codec.ts';
import type { ClassSearchOutcome } from '../../studio/run-class-search.ts';
import { assembleClassRecord } from './assemble-class-record.ts';
import type { SearchFiles } from './record.ts';

/** Lines for a person: where the page is. */
export const pagesOf = (files: SearchFiles | null): string[] => (files === null ? [] : [files.page]);

/** Writes record and page of a search for a classifier beside library.json. */
export async function writeClassSearchFiles(
  outcome: ClassSearchOutcome,
  as: { readonly project: string | null; readonly maxRamBytes: number | undefined },
  libraryFile: string,
): Promise<SearchFiles> {
  const folder = dirname(libraryFile);
  const file = join(folder, 'search-record.json');
  const text = encodeClassSearchRecord(assembleClassRecord(outcome, as));
  await writeFile(file, text);
  // the page is that of the record as it can be read back: `neai report` makes the same bytes
  const page = await writeClassSearchPage(decodeClassSearchRecord(text, file), join(folder, 'search.html'));
  return { record: file, page };
}
