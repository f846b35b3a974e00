import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeMatrixPage } from '../../reports/write-report.ts';
import { NeaiError } from '../shared/errors.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';
import { collectRecords } from './report/collect-records.ts';
import { pageKindOf } from './report/page-kinds.ts';
import { isSameFile } from './same-file.ts';
import { neaiVersion } from './version.ts';

interface ReportOptions {
  readonly out?: string;
  readonly json?: true;
}

/**
 * `neai report`: writes the page of a run, a search, a duel or a history that has been recorded, or one page over many
 * runs. Reads records, runs nothing.
 */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('write the HTML page of a recorded run, search, duel or history, or one page over many runs')
    .argument(
      '<records...>',
      'a record (record.json of a run, search-record.json, duel.json, a history record) or the folder that holds it; several, or a folder of run folders: boards × libraries × scenarios',
    )
    .option(
      '--out <file>',
      'page to write (default: report.html, search.html, duel.html, history.html or overview.html there)',
    )
    .option('--json', 'print one JSON document on standard output')
    .action(report);
}

async function report(paths: string[], options: ReportOptions): Promise<void> {
  const [path] = paths as [string];
  if (paths.length > 1 || (await isFolderOfMany(path))) return overview(paths, options);
  const { text, file } = await readRecordText(path);
  const kind = pageKindOf(text);
  const target = resolve(options.out ?? join(dirname(file), kind.page));
  if (await isSameFile(target, file)) {
    throw new NeaiError('REPORT_NOT_WRITTEN', 'the page would overwrite its record', {
      file: target,
      remedy: 'Name another file with --out.',
    });
  }
  const { write, lines, facts } = kind.read(text, file);
  await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
  const page = await write(target);
  if (options.json === true) printJson({ report: page, record: file, ...facts });
  else for (const line of [...lines, `report ${page}`]) printLine(line);
}

/** One page over many runs. */
async function overview(paths: readonly string[], options: ReportOptions): Promise<void> {
  const places = paths.map((path) => resolve(path));
  const first = places[0]!;
  const target = resolve(
    options.out ?? join((await isFolder(first)) ? first : dirname(first), 'overview.html'),
  );
  const { collected, leftOut } = await collectRecords(places, target);
  await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
  const page = await writeMatrixPage(collected, neaiVersion(), target);
  if (options.json === true) {
    printJson({ report: page, records: collected.length, leftOut });
    return;
  }
  for (const one of leftOut) printLine(`left out ${one}`);
  printLine(`${collected.length} records`);
  printLine(`report ${page}`);
}

/** Names of records in a folder, the first that is there. */
const RECORD_NAMES = ['record.json', 'search-record.json', 'duel.json'];

/** A folder that holds no record itself, but others that may. */
async function isFolderOfMany(path: string): Promise<boolean> {
  return (await isFolder(path)) && (await recordIn(path)) === undefined;
}

/**
 * Reads a record's text from its file, or from the folder that holds it.
 * @returns the text and the absolute path of its file.
 * @throws NeaiError RECORD_INVALID.
 */
async function readRecordText(path: string): Promise<{ text: string; file: string }> {
  const asked = resolve(path);
  const file = (await isFolder(asked)) ? ((await recordIn(asked)) ?? join(asked, RECORD_NAMES[0]!)) : asked;
  try {
    return { text: await readFile(file, 'utf8'), file };
  } catch (cause) {
    throw new NeaiError('RECORD_INVALID', 'The record cannot be read.', { file, got: String(cause), cause });
  }
}

async function recordIn(folder: string): Promise<string | undefined> {
  for (const name of RECORD_NAMES) {
    const file = join(folder, name);
    if ((await stat(file).catch(() => null)) !== null) return file;
  }
  return undefined;
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;
