import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuelRecord } from '../src/record/duel-record.ts';
import type { RunRecord } from '../src/record/run-record.ts';
import type { SearchRecord } from '../src/record/search-record.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { renderDuelPage } from './duel-page.ts';
import { renderReport } from './run-page.ts';
import { renderSearchPage } from './search-page/search-page.ts';

/** Writes a run's page; as {@link writePage}. */
export const writeReport = (record: RunRecord, path: string): Promise<string> =>
  writePage(renderReport(record), path);

/** Writes a search's page; as {@link writePage}. */
export const writeSearchPage = (record: SearchRecord, path: string): Promise<string> =>
  writePage(renderSearchPage(record), path);

/** Writes a duel's page; as {@link writePage}. */
export const writeDuelPage = (record: DuelRecord, path: string): Promise<string> =>
  writePage(renderDuelPage(record), path);

/**
 * Writes a page, making its folder when there is none.
 * @returns the page's absolute path.
 * @throws NeaiError REPORT_NOT_WRITTEN with the system's own words.
 */
async function writePage(page: string, path: string): Promise<string> {
  const file = resolve(path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, page);
  } catch (cause) {
    throw new NeaiError('REPORT_NOT_WRITTEN', 'The report page could not be written.', {
      file,
      got: String(cause),
      cause,
    });
  }
  return file;
}
