import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { NeaiError, printable } from '../shared/errors.ts';
import { type CheckedFile, type CheckOptions, checkFile, isFit } from '../studio/check-file.ts';
import { describeFix, fixFiles, fixLines } from './check/fix.ts';
import { type CheckLabel, compareFiles, type LabelledFile, withSameLength } from './check/labelled.ts';
import { writeCheckPage } from './check/plot.ts';
import { describeFile, firstRefusal, refusalLines, reportLines, warningLines } from './check/report.ts';
import { interrupted } from './interrupt.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import { printJson, printLine, printRemark, startProgress } from './output.ts';
import { isSameFile } from './same-file.ts';

interface CheckCommandOptions {
  readonly axes: number;
  readonly regular?: string[];
  readonly abnormal?: string[];
  readonly samplingFrequency?: number;
  readonly plot?: string;
  readonly fix?: string;
  readonly force?: boolean;
  readonly dropDuplicates?: boolean;
  readonly json?: boolean;
}

/** Smaller files are checked before a bar could be read. */
const PROGRESS_BYTES = 1 << 23;

/** `neai check F… --axes N`: are these files fit to be searched or learned? */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('check signal files: every fault and every doubt, with file, line, column, count and remedy')
    .argument('[files...]', 'signal files (.txt, .csv), one signal a line')
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .option('--regular <files...>', 'files of regular signals, to be compared with the abnormal ones')
    .option('--abnormal <files...>', 'files of abnormal signals')
    .option('--sampling-frequency <hz>', 'samples a second: judges length and frequency', positiveNumber)
    .option('--plot <page.html>', 'write a page: each axis over all lines, and the findings')
    .option('--fix <out>', 'write a repaired copy (several files: a folder of copies); inputs are only read')
    .option('--drop-duplicates', 'with --fix: drop lines that are equal to earlier ones')
    .option('--force', 'with --fix: overwrite what stands at OUT')
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: CheckCommandOptions) => {
      await refuseOverwriting(options, files);
      const checked = await checkAll(files, options);
      const comparison = compareFiles(checked);
      const { axes, json } = options;
      for (const file of checked) for (const line of refusalLines(file)) printRemark(line);
      const plot =
        options.plot === undefined
          ? undefined
          : await writeCheckPage(options.plot, axes, checked, comparison);
      const fixes = await fixAll(checked, options);
      if (json) {
        const error = firstRefusal(checked);
        printJson({
          axes,
          ok: error === undefined,
          files: checked.map((file) => describeFile(file, axes)),
          comparison,
          ...(plot && { plot }),
          ...(fixes && { fixes: fixes.map(describeFix) }),
          ...(error && { error }),
        });
      } else {
        const lines = [...checked.flatMap((file) => reportLines(file, axes)), ...warningLines(comparison)];
        lines.push(...(fixes ?? []).flatMap(fixLines), ...(plot === undefined ? [] : [plot]));
        for (const line of lines) printLine(printable(line));
      }
      // Copies are written fit or not at all.
      if (fixes === undefined && !checked.every(isFit)) process.exitCode = 2;
    });
}

/** A page in the place of one of its signal files would be the end of the recording. */
async function refuseOverwriting(
  { plot, regular = [], abnormal = [] }: CheckCommandOptions,
  files: readonly string[],
): Promise<void> {
  if (plot === undefined) return;
  for (const file of [...files, ...regular, ...abnormal]) {
    if (!(await isSameFile(file, plot)) || !(await stat(file)).isFile()) continue;
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the page would overwrite a signal file', {
      file: plot,
      remedy: 'Name another file with --plot.',
    });
  }
}

async function fixAll(checked: readonly LabelledFile[], options: CheckCommandOptions) {
  const { axes, fix, force = false, dropDuplicates = false } = options;
  if (fix === undefined) {
    if (force || dropDuplicates)
      throw new NeaiError('USAGE', '--force and --drop-duplicates belong to --fix');
    return undefined;
  }
  const inputs = checked.map(({ path }) => path);
  return fixFiles(inputs, { axes, out: fix, force, dropDuplicates });
}

async function checkAll(bare: readonly string[], options: CheckCommandOptions): Promise<LabelledFile[]> {
  const named: [path: string, label: CheckLabel][] = [
    ...bare.map((path): [string, CheckLabel] => [path, null]),
    ...(options.regular ?? []).map((path): [string, CheckLabel] => [path, 'regular']),
    ...(options.abnormal ?? []).map((path): [string, CheckLabel] => [path, 'abnormal']),
  ];
  if (named.length === 0) throw new NeaiError('USAGE', 'no file was named', { asked: 'one file or more' });
  const { axes, samplingFrequency } = options;
  const checked: LabelledFile[] = [];
  for (const [path, label] of named) {
    const request = {
      axes,
      columns: options.plot !== undefined,
      ...(samplingFrequency !== undefined && { samplingFrequencyHz: samplingFrequency }),
    };
    checked.push({ ...(await checkWithProgress(path, request)), label });
  }
  return withSameLength(checked);
}

async function checkWithProgress(
  path: string,
  request: Omit<CheckOptions, 'onProgress' | 'signal'>,
): Promise<CheckedFile> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < PROGRESS_BYTES) return checkFile(path, { ...request, signal: interrupted });
  const startedMs = performance.now();
  const progress = startProgress(`check ${path}`);
  try {
    return await checkFile(path, {
      ...request,
      signal: interrupted,
      onProgress: ({ bytes, of }) => {
        const seconds = (performance.now() - startedMs) / 1000;
        const text = `${megabytes(bytes)} of ${megabytes(of ?? bytes)} MB, ${megabytes(bytes / Math.max(seconds, 0.001))} MB/s`;
        progress.update(of === null ? 0 : Math.min(1, bytes / of), text);
      },
    });
  } finally {
    progress.end();
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
