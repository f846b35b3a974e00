import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { signalTiming } from '../engine/dataset/sampling.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import { holdToRegistry, loadRegistry } from '../studio/dataset-registry.ts';
import { decimateFile } from '../studio/decimate-file.ts';
import { libraryText } from '../studio/library-text.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED, type SearchOutcome } from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { searchWithProgress } from './search/run.ts';

interface SweepOptions {
  readonly regular: string[];
  readonly abnormal?: string[];
  readonly axes: number;
  readonly rates: readonly number[];
  readonly samplingFrequency?: number;
  readonly evaluations: number;
  readonly seed: number;
  readonly workers?: number;
  readonly maxRam?: number;
  readonly out?: string;
  readonly datasets?: string;
  readonly json?: boolean;
}

interface Figures {
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
}

/** What the best library of one rate can do. */
interface SweepRow {
  readonly rate: number;
  readonly samplingFrequencyHz: number | null;
  readonly signalLengthSeconds: number | null;
  readonly bufferSize: number;
  readonly crossValidated: Figures;
  readonly heldOut: Figures;
  readonly ramBytes: number;
  readonly evaluations: number;
  readonly id: string;
  readonly library: string | null;
}

/** `neai sweep`: which sampling frequency is best? The same search over files as slower sensors would deliver them. */
export function registerSweep(program: Command): void {
  program
    .command('sweep')
    .description('search decimated copies of the files and table the indicators: which frequency is enough?')
    .requiredOption('--regular <files...>', 'files of regular signals, in order')
    .option('--abnormal <files...>', 'files of abnormal signals')
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .requiredOption('--rates <list>', 'every how many samples one is kept, for example 1,2,4', rateList)
    .option('--sampling-frequency <hz>', 'of the files: the table then tells frequencies', positiveNumber)
    .option('--evaluations <n>', 'budget of each search', wholeNumber(1), DEFAULT_EVALUATIONS)
    .option('--seed <n>', 'seed of the searches', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option('--workers <n>', 'worker threads', wholeNumber(1, 256))
    .option('--max-ram <bytes>', 'most RAM that a library may need', wholeNumber(1))
    .option('--out <dir>', 'keep the decimated files and each library in DIR/rate-K')
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--json', 'print one JSON document')
    .action(async (options: SweepOptions) => {
      const files = [...options.regular, ...(options.abnormal ?? [])];
      await holdToRegistry(await loadRegistry(options.datasets), files);
      const kept = options.out === undefined ? null : await makeFolder(options.out);
      const folder = kept ?? (await mkdtemp(join(tmpdir(), 'neai-sweep-')));
      const rows: SweepRow[] = [];
      let cut = false;
      try {
        for (const rate of options.rates) {
          printRemark(rate === 1 ? 'every sample:' : `every ${ordinal(rate)} sample:`);
          const outcome = await searchRate(options, rate, folder);
          cut ||= outcome.interrupted;
          const library = kept === null ? null : join(kept, `rate-${rate}`, 'library.json');
          if (library !== null) await writeFile(library, libraryText(outcome.library));
          rows.push(rowOf(options, rate, outcome, library));
          if (cut) break;
        }
      } finally {
        if (kept === null) await rm(folder, { recursive: true, force: true });
      }
      if (options.json) printJson({ axes: options.axes, interrupted: cut, rates: rows });
      else for (const line of table(rows)) printLine(line);
      if (cut) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
    });
}

function rateList(text: string): number[] {
  const rates = text.split(',').map((one) => Number(one));
  const whole = rates.every((rate) => Number.isSafeInteger(rate) && rate >= 1);
  if (!/^\d+(,\d+)*$/.test(text) || !whole || new Set(rates).size !== rates.length) {
    throw new InvalidArgumentError('It must be different whole numbers of 1 or more: 1,2,4.');
  }
  return rates;
}

async function searchRate(options: SweepOptions, rate: number, folder: string): Promise<SearchOutcome> {
  const { axes, regular, abnormal = [], evaluations, seed, workers, maxRam } = options;
  const place = join(folder, `rate-${rate}`);
  await mkdir(place, { recursive: true });
  const decimated = async (label: string, files: readonly string[]): Promise<string[]> => {
    const outputs: string[] = [];
    for (const [i, file] of files.entries()) {
      // The files themselves are searched at rate 1: nothing is lost on the way.
      const output = rate === 1 ? file : join(place, `${label}-${i + 1}-${basename(file)}`);
      if (rate !== 1) await decimateFile(file, output, { axes, rate, signal: interrupted });
      outputs.push(output);
    }
    return outputs;
  };
  const couple = {
    name: `rate ${rate}`,
    regular: await decimated('regular', regular),
    abnormal: await decimated('abnormal', abnormal),
  };
  const limits = {
    ...(workers === undefined ? {} : { workers }),
    ...(maxRam === undefined ? {} : { maxRamBytes: maxRam }),
  };
  return searchWithProgress({ couples: [couple], axes, evaluations, seed, ...limits }, interrupted).catch(
    (error: unknown) => {
      if (!(error instanceof NeaiError)) throw error;
      const { cause: _cause, ...details } = error.details;
      throw new NeaiError(error.code, `at rate ${rate}: ${error.message}`, { ...details, cause: error });
    },
  );
}

function rowOf(
  { samplingFrequency }: SweepOptions,
  rate: number,
  { library, evaluations }: SearchOutcome,
  file: string | null,
): SweepRow {
  const { crossValidated, heldOut, ramBytes } = library.search!.scores as unknown as {
    crossValidated: Figures;
    heldOut: Figures;
    ramBytes: number;
  };
  const hertz = samplingFrequency === undefined ? null : samplingFrequency / rate;
  return {
    rate,
    samplingFrequencyHz: hertz,
    signalLengthSeconds: hertz === null ? null : signalTiming(library.bufferSize, hertz).signalLengthSeconds,
    bufferSize: library.bufferSize,
    crossValidated: figuresOf(crossValidated),
    heldOut: figuresOf(heldOut),
    ramBytes,
    evaluations,
    id: library.id,
    library: file,
  };
}

const figuresOf = ({ balancedAccuracy, confidence }: Figures): Figures => ({ balancedAccuracy, confidence });

/** Held-out figures stand beside those that the search chose by: only they were never looked at. */
function table(rows: readonly SweepRow[]): string[] {
  const cells = [
    ['rate', 'Hz', 'samples', 'accuracy', 'confidence', 'held out', 'confidence', 'RAM'],
    ...rows.map(({ rate, samplingFrequencyHz, bufferSize, crossValidated, heldOut, ramBytes }) => [
      `1/${rate}`,
      samplingFrequencyHz === null ? '–' : String(Number(samplingFrequencyHz.toPrecision(4))),
      String(bufferSize),
      percent(crossValidated.balancedAccuracy),
      percent(crossValidated.confidence),
      percent(heldOut.balancedAccuracy),
      percent(heldOut.confidence),
      `${ramBytes} B`,
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells.map((line) => line.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
}

const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);

function ordinal(rate: number): string {
  const teen = rate % 100 >= 11 && rate % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][rate % 10] ?? 'th');
  return `${rate}${ending}`;
}
