import type { Command } from 'commander';
import type { Dataset, Finding } from '../engine/dataset/dataset.ts';
import { printable } from '../shared/errors.ts';
import { readDataset } from '../studio/read-dataset.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';

/** `neai check F… --axes N`: are these files fit to be searched or learned? */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description(
      'check signal files: refuse malformed ones with file, line and column; warn of doubtful ones',
    )
    .argument('<files...>', 'signal files (.txt, .csv), one signal a line')
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: { axes: number; json?: boolean }) => {
      const datasets: Dataset[] = [];
      for (const file of files)
        datasets.push(await readDataset(file, { axes: options.axes, forSearch: true }));
      if (options.json)
        printJson({ axes: options.axes, files: datasets.map((d) => describeFile(d, options.axes)) });
      else
        for (const dataset of datasets)
          for (const line of report(dataset, options.axes)) printLine(printable(line));
    });
}

function describeFile(dataset: Dataset, axes: number) {
  const { path, sha256, lines, valuesPerLine, findings } = dataset;
  return { path, sha256, lines, axes, bufferSize: valuesPerLine / axes, valuesPerLine, findings };
}

function report(dataset: Dataset, axes: number): string[] {
  const { path, lines, valuesPerLine, findings } = dataset;
  const size = `${lines} lines, ${axes} × ${valuesPerLine / axes} samples`;
  return [`${path}: ok, ${size}`, ...findings.map((finding) => `  ${findingText(finding)}`)];
}

function findingText({ kind, level, message, count, places: at, remedy }: Finding): string {
  const lines = at.map(({ line, column }) => `${line}:${column}`);
  const places =
    lines.length === 0 ? '' : ` [${count} ×: line ${lines.join(', ')}${lines.length < count ? ', …' : ''}]`;
  const todo = level === 'note' ? '' : ` ${remedy}`;
  return `${level} ${kind}: ${message}${places}${todo}`;
}
