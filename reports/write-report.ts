import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ClassSearchRecord } from '../src/record/class-search-record.ts';
import type { DuelRecord } from '../src/record/duel-record.ts';
import type { HistoryRecord } from '../src/record/history-record.ts';
import type { RunRecord } from '../src/record/run-record.ts';
import type { SearchRecord } from '../src/record/search-record.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { renderClassPage } from './class-page/class-page.ts';
import { renderDuelPage } from './duel-page/duel-page.ts';
import { type Collected, matrixOf } from './matrix-page/matrix.ts';
import { renderMatrixPage } from './matrix-page/matrix-page.ts';
import { renderReport } from './run-page.ts';
import { renderSearchPage } from './search-page/search-page.ts';
import { renderTrendPage } from './trend-page/trend-page.ts';

/** Writes a run's page; as {@link writePage}. */
export const writeReport = (record: RunRecord, path: string): Promise<string> =>
  writePage(renderReport(record), path);

/** Writes a search's page; as {@link writePage}. */
export const writeSearchPage = (record: SearchRecord, path: string): Promise<string> =>
  writePage(renderSearchPage(record), path);

/** Writes the page of a search for a classifier; as {@link writePage}. */
export const writeClassSearchPage = (record: ClassSearchRecord, path: string): Promise<string> =>
  writePage(renderClassPage(record), path);

/** Writes a duel's page; as {@link writePage}. */
export const writeDuelPage = (record: DuelRecord, path: string): Promise<string> =>
  writePage(renderDuelPage(record), path);

/** Writes the page of a stretch of history; as {@link writePage}. */
export const writeTrendPage = (record: HistoryRecord, path: string): Promise<string> =>
  writePage(renderTrendPage(record), path);

/** Writes the page over many runs; as {@link writePage}. @param neai version of the tool that writes it. */
export const writeMatrixPage = (
  collected: readonly Collected[],
  neai: string,
  path: string,
): Promise<string> => writePage(renderMatrixPage(matrixOf(collected), neai), path);

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
