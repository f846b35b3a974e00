import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { writeReport } from '../../reports/write-report.ts';
import { compareSummary } from '../compare/summary.ts';
import { toleranceFrom } from '../compare/tolerances.ts';
import { exitStatusOf } from '../compare/verdict-lines.ts';
import type { Alarm } from '../history/alarms.ts';
import { thinLog } from '../host/thin-log.ts';
import { LINE_BAUDS } from '../protocol/raise-baud.ts';
import { encodeRunRecord } from '../record/codec.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { CompareSummary } from '../record/summary.ts';
import { describeError, type NeaiError } from '../shared/errors.ts';
import { runName } from '../shared/run-id.ts';
import { libraryText } from '../studio/library-text.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../studio/run-search.ts';
import { isVendorFolder } from '../vendor/folder.ts';
import { addBudgetOptions, budgetOf } from './compare/budgets.ts';
import { compareMatrixCommand } from './compare/matrix-command.ts';
import { type CompareOptions, subjectOf } from './compare/options.ts';
import { makeRunFolder, type RunFolder } from './compare/run-folder.ts';
import { comparePair, libraryFacts } from './compare/run-sides.ts';
import { chooseSides, SIDE_FORMS } from './compare/sides/choose.ts';
import { sideContext } from './compare/sides/context.ts';
import { Stopwatch } from './compare/stopwatch.ts';
import { prepare } from './compare/subject.ts';
import { summaryLines } from './compare/summary-text.ts';
import { writeBundle } from './evidence/write-bundle.ts';
import { asNeaiError } from './failure.ts';
import { commitOf } from './history/commit.ts';
import { addHistoryOptions, folderInHistory, historyFile } from './history/options.ts';
import { HistoryRecorder } from './history/recorder.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { compareVendor } from './vendor/compare.ts';

const DEFAULT_THRESHOLD = 90;
const FRAMES_LOG = 'frames.log';
const MOST_FRAMES_BYTES = 16_000_000;

/** `neai compare`: the whole way from signal files to two verdicts. */
export function registerCompare(program: Command): void {
  const command = addBudgetOptions(program.command('compare'))
    .description('learn and detect on a board and in the emulator, and compare them call by call')
    .option('--regular <files...>', 'search a library: files of regular signals, in order')
    .option('--abnormal <files...>', 'search a library: files of abnormal signals, in order')
    .option('--axes <n>', 'search a library: number of axes of the sensor', wholeNumber(1, 16))
    .option(
      '--library <lib>',
      'a fixed library: folder with library.json, that file, a bundle zip, or a folder of neai import',
    )
    .option('--learn <lines...>', 'with --library: F[:first-last] to learn, in order')
    .option(
      '--detect <lines...>',
      'with --library: F[:first-last]=nominal|anomaly|unknown to detect, in order',
    )
    .option('--reference <side>', `what is held to be right: ${SIDE_FORMS} (default: emulator)`)
    .option('--target <side>', 'what is compared with it: the same forms (default: board)')
    .option(
      '--matrix [sides]',
      'each side with each: a list of the same forms, separated by commas (default: all that are possible here)',
    )
    .option(
      '--tolerance <profile>',
      'bit-exact (default), one-point, or similarity=2,ulp=8,knowledge=ignored',
    )
    .option('--tolerance-reason <text>', 'why a tolerance is right; stands beside the verdict')
    .option('--no-explain', 'do not look for the stage in which a difference begins')
    .option('--board <board>', 'start a virtual board of this kind')
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--virtual-dir <dir>', 'with --board: keep the flash of the virtual board in this folder')
    .addOption(
      new Option(
        '--baud <rate>',
        'line rate: a rate not to be exceeded, or as high as board and line carry (default: that of the slot, else 115200)',
      ).choices(LINE_BAUDS),
    )
    .option('--evaluations <n>', 'budget of the search', wholeNumber(1), DEFAULT_EVALUATIONS)
    .option('--seed <n>', 'seed of the search', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option('--workers <n>', 'worker threads of the search (default: all cores but one)', wholeNumber(1, 256))
    .option(
      '--threshold <n>',
      'similarity from which a signal is nominal',
      wholeNumber(1, 99),
      DEFAULT_THRESHOLD,
    )
    .option('--sensitivity <s>', 'sensitivity of both sides, above 0 and up to 100', sensitivity, 1)
    .option('--i-have-the-right', "an imported library's licence allows a virtual board to run it")
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--name <name>', 'name of the run', 'compare')
    .option('--out <dir>', 'folder for the folders of runs', 'runs');
  addHistoryOptions(command)
    .option('--json', 'print one JSON document (docs/compare.schema.json)')
    .action(async (options: CompareOptions) => {
      if (options.matrix !== undefined) {
        await compareMatrixCommand(options);
        return;
      }
      const outcome = await compare(options, interrupted);
      for (const { sentence } of outcome.alarms) printRemark(`alarm: ${sentence}`);
      if (options.json) printJson(outcome.summary);
      else for (const line of summaryLines(outcome)) printLine(line);
      if (outcome.brokenOff === null) process.exitCode = exitStatusOf(outcome.record.verdicts);
      else {
        printRemark(describeError(outcome.brokenOff));
        process.exitCode = outcome.brokenOff.exitStatus;
      }
    });
}

export interface CompareOutcome {
  readonly record: RunRecord;
  readonly summary: CompareSummary;
  /** What ended the run early; the record and the page exist all the same. */
  readonly brokenOff: NeaiError | null;
  /** What this run has given away against the runs before it. */
  readonly alarms: readonly Alarm[];
}

/** A run on its way into the history. */
interface Kept {
  readonly history: HistoryRecorder;
  readonly file: string | null;
  readonly watch: Stopwatch;
}

/**
 * Runs a whole comparison and leaves record and page in a folder of their own. What goes wrong before a side has run is
 * thrown; what goes wrong while it runs ends up in the outcome.
 */
export async function compare(options: CompareOptions, signal: AbortSignal): Promise<CompareOutcome> {
  await makeFolder(options.out, 'RUN_FOLDER');
  const file = historyFile(options, options.out);
  const history = await HistoryRecorder.open(file);
  const watch = new Stopwatch((step, seconds) => history.step(step, seconds));
  const startMs = performance.now();
  try {
    return await compareAndKeep(options, signal, { history, file, watch });
  } catch (thrown) {
    history.breakOff(asNeaiError(thrown), (performance.now() - startMs) / 1000);
    throw thrown;
  } finally {
    history.close();
  }
}

async function compareAndKeep(
  options: CompareOptions,
  signal: AbortSignal,
  { history, file, watch }: Kept,
): Promise<CompareOutcome> {
  const startedAt = new Date();
  const startMs = performance.now();
  if (options.library !== undefined && (await isVendorFolder(options.library))) {
    const means = { limits: budgetOf(options), signal, startedAt, startMs, history, file, watch };
    const { folder, record, brokenOff } = await compareVendor(options.library, options, means);
    return leave(folder, record, brokenOff, history);
  }
  const sides = await chooseSides(options);
  const subject = subjectOf(options, sides.recorded);
  const limits = budgetOf(options);
  const tolerance = toleranceFrom(options.tolerance, options.toleranceReason);
  const prepared = await watch.time(subject.kind === 'searched' ? 'search' : 'read library and files', () =>
    prepare(
      subject,
      { ...options, ...(limits.ramBytes === null ? {} : { maxRam: limits.ramBytes }) },
      signal,
    ),
  );
  const folder = await makeRunFolder(options.out, options.name ?? 'compare', startedAt);
  await writeFile(join(folder.path, 'library.json'), libraryText(prepared.library));
  printRemark(`library ${prepared.library.id}, run ${folder.path}`);
  const { commit, changed } = await commitOf(process.cwd());
  const uncommitted = changed === null ? null : changed ? 'yes' : 'no';
  history.begin(
    {
      ...{ runId: folder.runId, source: 'compare', startedAt: startedAt.toISOString() },
      scenario: runName(options.name ?? 'compare'),
      folder: file === null ? null : folderInHistory(file, folder.path),
    },
    {
      ...{ board: sides.target.name, library: prepared.library.id, commit },
      facts: { 'uncommitted changes': uncommitted },
    },
    watch.timings,
  );
  const { sensitivity } = options;
  const context = sideContext(prepared, { sensitivity, folder: folder.path, signal, watch, startMs });
  try {
    const run = async (name: 'reference' | 'target') => {
      const side = sides[name];
      // Two boards would write over each other's images and logs.
      const own = name === 'reference' ? { ...context, folder: join(folder.path, 'reference') } : context;
      if (side.name !== 'emulator') await makeFolder(own.folder, 'RUN_FOLDER');
      return { side, run: await side.run(own, (answer) => history.answer(name, answer)) };
    };
    const reference = await run('reference');
    const target = await run('target');
    history.know({ kind: target.run.evidence.kind });
    const { record, brokenOff } = await comparePair({
      threshold: options.threshold,
      limits,
      tolerance,
      explain: options.explain !== false,
      folder,
      startedAt,
      command: ['neai', ...process.argv.slice(2)].join(' '),
      plan: prepared.plan,
      library: libraryFacts(prepared),
      context,
      reference,
      target,
    });
    return await leave(folder, record, brokenOff, history);
  } finally {
    await sides.target.close();
    await sides.reference.close();
  }
}

/** Writes record and page. A page that cannot be drawn must not cost the record. */
async function leave(
  folder: RunFolder,
  record: RunRecord,
  brokenOff: NeaiError | null,
  history: HistoryRecorder,
): Promise<CompareOutcome> {
  const paths = { record: join(folder.path, 'record.json'), report: join(folder.path, 'report.html') };
  await writeFile(paths.record, encodeRunRecord(record));
  const alarms = history.finish(record);
  await writeReport(record, paths.report);
  if (record.verdicts.equivalence.verdict === 'PASS') thinFrames(join(folder.path, FRAMES_LOG));
  const bundle = await writeBundle(folder.path, record);
  history.know({ facts: { 'evidence bundle': bundle.sha256 } });
  return { record, summary: compareSummary(record, paths), brokenOff, alarms };
}

/** The frames of a run that passed are kept whole up to a size; those of a failed one always are. */
function thinFrames(file: string): void {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size > MOST_FRAMES_BYTES) thinLog(file);
}

function sensitivity(text: string): number {
  const value = Math.fround(Number(text));
  if (text.trim() === '' || !(value > 0 && value <= 100))
    throw new InvalidArgumentError('It must be above 0 and at most 100.');
  return value;
}
