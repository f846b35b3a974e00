import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { writeDuelPage } from '../../../reports/write-report.ts';
import { loadBoard } from '../../boards/load.ts';
import { duelOf } from '../../compare/duel.ts';
import { writePlan } from '../../host/compile.ts';
import { type DuelRecord, encodeDuelRecord } from '../../record/duel-record.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { NeaiError } from '../../shared/errors.ts';
import { readDataset } from '../../studio/read-dataset.ts';
import { fitOf } from '../../vendor/fit.ts';
import { isVendorFolder, planVendorFolder } from '../../vendor/folder.ts';
import { readVendorLibrary, type VendorLibrary } from '../../vendor/library.ts';
import { readVendorFiles } from '../../vendor/unpack.ts';
import type { CompareOptions } from '../compare/options.ts';
import { makeRunFolder } from '../compare/run-folder.ts';
import { type CompareOutcome, compare } from '../compare.ts';
import { makeFolder } from '../make-folder.ts';
import { printRemark } from '../output.ts';
import { chooseBoard } from '../slot-choice.ts';
import { proveVendorAuthorised } from '../vendor/authorised.ts';
import { requireRight } from '../vendor/right.ts';
import { knownOf } from './known.ts';

/** The command line of `neai duel`. */
export interface DuelOptions
  extends Pick<
    CompareOptions,
    | 'axes'
    | 'board'
    | 'slot'
    | 'rack'
    | 'evaluations'
    | 'seed'
    | 'workers'
    | 'maxRam'
    | 'threshold'
    | 'name'
    | 'out'
    | 'json'
    | 'iHaveTheRight'
  > {
  readonly vendor: string;
  readonly regular: string[];
  readonly abnormal: string[];
}

export interface DuelPaths {
  readonly record: string;
  readonly page: string;
}

export interface DuelOutcome {
  readonly record: DuelRecord;
  readonly paths: DuelPaths;
  /** What ended one of the two runs early. */
  readonly brokenOff: NeaiError | null;
}

/** Both libraries are asked with the sensitivity that every library has: not every generation can change it. */
const SENSITIVITY = 1;

/**
 * Searches our library, runs it on the board, runs the vendor's on the same board with the same lines, and leaves both
 * records and the duel's in one folder. What can be refused is refused before anything is searched.
 * @throws VENDOR_…, USAGE, SIGNAL_…, and what compare throws
 */
export async function runDuel(options: DuelOptions, signal: AbortSignal): Promise<DuelOutcome> {
  const startedAt = new Date();
  const choice = chooseBoard(options);
  requireRight({ kind: options.slot === undefined ? 'virtual' : 'silicon' }, options);
  const files = await readVendorFiles(options.vendor);
  const library = readVendorLibrary(files, options.vendor);
  checkMatch(library, choice.board, options);
  await checkSignals(library, options);
  printRemark("the vendor's library: whether it works on this board");
  await proveVendorAuthorised({ folder: options.vendor, library, files }, choice, signal, options);
  await makeFolder(options.out, 'RUN_FOLDER');
  const folder = await makeRunFolder(options.out, options.name ?? 'duel', startedAt);
  let imported = options.vendor;
  if (!(await isVendorFolder(imported))) {
    imported = join(folder.path, 'vendor-library');
    await writePlan(planVendorFolder(library, files, options.vendor), imported);
  }
  const both = {
    board: options.board,
    slot: options.slot,
    rack: options.rack,
    evaluations: options.evaluations,
    seed: options.seed,
    workers: options.workers,
    threshold: options.threshold,
    iHaveTheRight: options.iHaveTheRight,
    sensitivity: SENSITIVITY,
    // runs of a duel lie in its folder, and lines for a history would tell of two libraries under one name
    history: false,
    out: folder.path,
  } as CompareOptions;
  printRemark('our library: search, and its run');
  const { regular, abnormal, maxRam } = options;
  const ours = await compare(
    { ...both, regular, abnormal, axes: library.header.axes, name: 'ours', ...(maxRam && { maxRam }) },
    signal,
  );
  printRemark("the vendor's library: its run, with the same lines");
  const lines = linesOf(ours.record);
  const vendor = await compare({ ...both, ...lines, library: imported, name: 'vendor' }, signal);
  const record = duelOf({
    duelId: folder.runId,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    command: ['neai', ...process.argv.slice(2)].join(' '),
    ours: { run: ours.record, interface: 'v2', ...placesOf(ours, folder.path) },
    vendor: {
      run: vendor.record,
      interface: vendor.record.vendor!.interface,
      ...placesOf(vendor, folder.path),
    },
    known: knownOf(library, vendor.record),
  });
  const paths = { record: join(folder.path, 'duel.json'), page: join(folder.path, 'duel.html') };
  await writeFile(paths.record, encodeDuelRecord(record));
  await writeDuelPage(record, paths.page);
  return { record, paths, brokenOff: ours.brokenOff ?? vendor.brokenOff };
}

function checkMatch(library: VendorLibrary, boardId: string, { axes }: DuelOptions): void {
  const { header, id } = library;
  if (header.kind !== 'anomaly-detection') {
    throw new NeaiError('USAGE', `a library of the kind ${header.kind} does not learn and detect`, {
      remedy: 'A duel is between libraries for anomaly detection.',
    });
  }
  if (axes !== undefined && axes !== header.axes) {
    throw new NeaiError('USAGE', `--axes ${axes} contradicts the vendor's library`, {
      asked: `${axes} axes`,
      got: `a library of ${header.axes} axes`,
      remedy: 'Leave --axes out.',
    });
  }
  const { links, reasons } = fitOf(library, loadBoard(boardId));
  if (links) return;
  throw new NeaiError('VENDOR_DOES_NOT_LINK', `library ${id} does not link for ${boardId}`, {
    got: reasons.join('; '),
  });
}

/** A file of another shape than the vendor's library takes would be found out only after the search. */
async function checkSignals({ header }: VendorLibrary, { regular, abnormal }: DuelOptions): Promise<void> {
  const { axes, bufferSize } = header;
  for (const path of [...regular, ...abnormal]) {
    await readDataset(path, { axes, valuesPerLine: axes * bufferSize, forSearch: true });
  }
}

/** The lines that a run has learned and detected, as the command line names them, in the run's order. */
function linesOf({ dataset, calls }: RunRecord): { learn: string[]; detect: string[] } {
  const label = { n: 'nominal', a: 'anomaly', u: 'unknown', '-': 'unknown' } as const;
  const ranges: { letter: string; file: number; first: number; last: number; label: string }[] = [];
  for (const [i, letter] of [...calls.operation].entries()) {
    if (letter === 'i') continue;
    const [file, line, said] = [calls.file[i]!, calls.line[i]!, calls.label[i]!];
    const last = ranges.at(-1);
    if (last?.letter === letter && last.file === file && last.label === said && last.last + 1 === line) {
      last.last = line;
    } else ranges.push({ letter, file, first: line, last: line, label: said });
  }
  const text = ({ file, first, last }: (typeof ranges)[number]): string =>
    `${dataset.files[file]!.path}:${first}-${last}`;
  return {
    learn: ranges.filter(({ letter }) => letter === 'l').map(text),
    detect: ranges
      .filter(({ letter }) => letter === 'd')
      .map((range) => `${text(range)}=${label[range.label as keyof typeof label]}`),
  };
}

const placesOf = ({ summary }: CompareOutcome, folder: string) => ({
  record: relative(folder, summary.record),
  report: relative(folder, summary.report),
});
