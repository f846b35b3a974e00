import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeReport } from '../../reports/write-report.ts';
import { verdictLines } from '../compare/verdict-lines.ts';
import { decodeRunRecord } from '../record/codec.ts';
import type { RunRecord } from '../record/run-record.ts';
import { NeaiError } from '../shared/errors.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine } from './output.ts';

interface ReportOptions {
  readonly out?: string;
  readonly json?: true;
}

/** `neai report`: writes the page of a run that has been recorded. Reads the record, runs nothing. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('write the HTML page of a recorded run')
    .argument('<record>', 'run record (record.json), or the folder that holds it')
    .option('--out <file>', 'page to write (default: report.html beside the record)')
    .option('--json', 'print one JSON document on standard output')
    .action(report);
}

async function report(path: string, options: ReportOptions): Promise<void> {
  const { record, file } = await readRunRecord(path);
  const place = resolve(options.out ?? join(dirname(file), 'report.html'));
  await makeFolder(dirname(place), 'REPORT_NOT_WRITTEN');
  const page = await writeReport(record, place);
  const { runId, evidence, verdicts } = record;
  if (options.json === true) {
    printJson({ report: page, record: file, runId, evidence, ...verdicts });
    return;
  }
  for (const line of [...verdictLines(verdicts, evidence), `report ${page}`]) printLine(line);
}

/**
 * Reads a run record from its file, or from the folder of its run.
 * @returns the record and the absolute path of its file.
 * @throws NeaiError RECORD_INVALID, RECORD_VERSION.
 */
async function readRunRecord(path: string): Promise<{ record: RunRecord; file: string }> {
  const asked = resolve(path);
  let file = asked;
  try {
    if ((await stat(asked)).isDirectory()) file = join(asked, 'record.json');
    return { record: decodeRunRecord(await readFile(file, 'utf8'), file), file };
  } catch (cause) {
    if (cause instanceof NeaiError) throw cause;
    throw new NeaiError('RECORD_INVALID', 'The run record cannot be read.', {
      file,
      got: String(cause),
      cause,
    });
  }
}
