import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeDuelPage, writeReport, writeSearchPage } from '../../reports/write-report.ts';
import { verdictLines } from '../compare/verdict-lines.ts';
import { decodeRunRecord, decodeSearchRecord } from '../record/codec.ts';
import { formatOf } from '../record/document.ts';
import { DUEL_RECORD_FORMAT, decodeDuelRecord } from '../record/duel-record.ts';
import { SEARCH_RECORD_FORMAT } from '../record/search-record.ts';
import { NeaiError } from '../shared/errors.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';
import { isSameFile } from './same-file.ts';

interface ReportOptions {
  readonly out?: string;
  readonly json?: true;
}

/** `neai report`: writes the page of a run or a search that has been recorded. Reads the record, runs nothing. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('write the HTML page of a recorded run, search or duel')
    .argument(
      '<record>',
      'record.json of a run, search-record.json of a search, duel.json of a duel, or the folder that holds it',
    )
    .option('--out <file>', 'page to write (default: report.html or search.html beside the record)')
    .option('--json', 'print one JSON document on standard output')
    .action(report);
}

async function report(path: string, options: ReportOptions): Promise<void> {
  const { text, file } = await readRecordText(path);
  const place = (name: string): string => resolve(options.out ?? join(dirname(file), name));
  const format = formatOf(text);
  const ofSearch = format === SEARCH_RECORD_FORMAT;
  const ofDuel = format === DUEL_RECORD_FORMAT;
  const target = place(ofSearch ? 'search.html' : ofDuel ? 'duel.html' : 'report.html');
  if (await isSameFile(target, file)) {
    throw new NeaiError('REPORT_NOT_WRITTEN', 'the page would overwrite its record', {
      file: target,
      remedy: 'Name another file with --out.',
    });
  }
  if (ofSearch) {
    const record = decodeSearchRecord(text, file);
    await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
    const page = await writeSearchPage(record, target);
    const { winner, causes, couples } = record;
    if (options.json === true) printJson({ report: page, record: file, id: winner.id, couples, causes });
    else printLine(`report ${page}`);
    return;
  }
  if (ofDuel) {
    const record = decodeDuelRecord(text, file);
    await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
    const page = await writeDuelPage(record, target);
    const { duelId, evidence, rows } = record;
    if (options.json === true) printJson({ report: page, record: file, duelId, evidence, rows });
    else printLine(`report ${page}`);
    return;
  }
  const record = decodeRunRecord(text, file);
  await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
  const page = await writeReport(record, target);
  const { runId, evidence, verdicts } = record;
  if (options.json === true) {
    printJson({ report: page, record: file, runId, evidence, ...verdicts });
    return;
  }
  for (const line of [...verdictLines(verdicts, evidence), `report ${page}`]) printLine(line);
}

/** Names of records in a folder, the first that is there. */
const RECORD_NAMES = ['record.json', 'search-record.json', 'duel.json'];

/**
 * Reads a record's text from its file, or from the folder of its run, search or duel.
 * @returns the text and the absolute path of its file.
 * @throws NeaiError RECORD_INVALID.
 */
async function readRecordText(path: string): Promise<{ text: string; file: string }> {
  const asked = resolve(path);
  let file = asked;
  try {
    if ((await stat(asked)).isDirectory()) {
      const names = RECORD_NAMES.map((name) => join(asked, name));
      file = names[0]!;
      for (const name of names.toReversed()) if (await isThere(name)) file = name;
    }
    return { text: await readFile(file, 'utf8'), file };
  } catch (cause) {
    throw new NeaiError('RECORD_INVALID', 'The record cannot be read.', { file, got: String(cause), cause });
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
