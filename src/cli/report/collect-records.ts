import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Collected } from '../../../reports/matrix-page/matrix.ts';
import { decodeRunRecord } from '../../record/codec.ts';
import { formatOf } from '../../record/document.ts';
import { RUN_RECORD_FORMAT } from '../../record/run-record.ts';
import { decodeScenarioRecord } from '../../record/scenario-record.ts';
import { NeaiError } from '../../shared/errors.ts';

/** Name of a run's record, and of a run of scenarios. */
const RECORD = 'record.json';
/** Folders below folders: a tree of run folders is shallow. */
const DEEPEST = 6;

/**
 * Every record of a run, or of scenarios, below some folders, with its page as seen from the page that is to be written.
 * What is no such record is passed over, and so are records of another version.
 * @returns what was read, and the files that could not be, each with why.
 * @throws NeaiError RECORD_INVALID when nothing at all was found.
 */
export async function collectRecords(
  places: readonly string[],
  target: string,
): Promise<{ collected: Collected[]; leftOut: string[] }> {
  const files = [
    ...new Set((await Promise.all(places.map((place) => recordsBelow(place, 0)))).flat()),
  ].sort();
  const collected: Collected[] = [];
  const leftOut: string[] = [];
  for (const file of files) {
    const page = relative(dirname(target), join(dirname(file), 'report.html'));
    try {
      const text = await readFile(file, 'utf8');
      collected.push(
        formatOf(text) === RUN_RECORD_FORMAT
          ? { kind: 'run', record: decodeRunRecord(text, file), page }
          : { kind: 'scenarios', record: decodeScenarioRecord(text, file), page },
      );
    } catch (thrown) {
      leftOut.push(`${file}: ${(thrown as Error).message}`);
    }
  }
  if (collected.length === 0) {
    throw new NeaiError('RECORD_INVALID', 'no record of a run or of scenarios was found', {
      asked: `a ${RECORD} below ${places.join(', ')}`,
      ...(leftOut.length === 0 ? {} : { got: leftOut.join('\n') }),
    });
  }
  return { collected, leftOut };
}

async function recordsBelow(place: string, depth: number): Promise<string[]> {
  if (!(await stat(place).catch(() => null))?.isDirectory()) return place.endsWith('.json') ? [place] : [];
  const found: string[] = [];
  for (const entry of await readdir(place, { withFileTypes: true })) {
    const path = join(place, entry.name);
    if (entry.isFile() && entry.name === RECORD) found.push(path);
    if (entry.isDirectory() && depth < DEEPEST && entry.name !== 'node_modules') {
      found.push(...(await recordsBelow(path, depth + 1)));
    }
  }
  return found;
}
