import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { writeReport } from '../../reports/write-report.ts';
import { loadBoard } from '../boards/load.ts';
import { compareSummary } from '../compare/summary.ts';
import { exitStatusOf, verdictLines } from '../compare/verdict-lines.ts';
import { Emulator } from '../engine/index.ts';
import type { Alarm } from '../history/alarms.ts';
import { attach } from '../host/attach.ts';
import { FrameLog } from '../host/frame-log.ts';
import type { TargetAnswer } from '../record/calls.ts';
import { encodeRunRecord } from '../record/codec.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { CompareSummary } from '../record/summary.ts';
import { describeError, type NeaiError } from '../shared/errors.ts';
import { runName } from '../shared/run-id.ts';
import { libraryText } from '../studio/library-text.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../studio/run-search.ts';
import { buildBoardFirmware } from './build.ts';
import { limitsTo } from './bundle/library-plan.ts';
import { type BoardRun, runOnBoard } from './compare/board-run.ts';
import { addBudgetOptions, budgetOf } from './compare/budgets.ts';
import { costLines } from './compare/cost-text.ts';
import { driveEmulator } from './compare/drive.ts';
import { type CompareOptions, subjectOf } from './compare/options.ts';
import { makeRunFolder, type RunFolder } from './compare/run-folder.ts';
import { assembleRecord } from './compare/run-record.ts';
import { Stopwatch } from './compare/stopwatch.ts';
import { prepare } from './compare/subject.ts';
import { toolVersions } from './compare/tools.ts';
import { asNeaiError } from './failure.ts';
import { commitOf } from './history/commit.ts';
import { addHistoryOptions, folderInHistory, historyFile } from './history/options.ts';
import { HistoryRecorder } from './history/recorder.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { chooseBoard } from './slot-choice.ts';

const DEFAULT_THRESHOLD = 90;

/** `neai compare`: the whole way from signal files to two verdicts. */
export function registerCompare(program: Command): void {
  const command = addBudgetOptions(program.command('compare'))
    .description('learn and detect on a board and in the emulator, and compare them call by call')
    .option('--regular <files...>', 'search a library: files of regular signals, in order')
    .option('--abnormal <files...>', 'search a library: files of abnormal signals, in order')
    .option('--axes <n>', 'search a library: number of axes of the sensor', wholeNumber(1, 16))
    .option('--library <lib>', 'a fixed library: folder with library.json, that file, or a bundle zip')
    .option('--learn <lines...>', 'with --library: F[:first-last] to learn, in order')
    .option(
      '--detect <lines...>',
      'with --library: F[:first-last]=nominal|anomaly|unknown to detect, in order',
    )
    .option('--board <board>', 'start a virtual board of this kind')
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--virtual-dir <dir>', 'with --board: keep the flash of the virtual board in this folder')
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
    .option('--name <name>', 'name of the run', 'compare')
    .option('--out <dir>', 'folder for the folders of runs', 'runs');
  addHistoryOptions(command)
    .option('--json', 'print one JSON document (docs/compare.schema.json)')
    .action(async (options: CompareOptions) => {
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
 * Runs a whole comparison and leaves record and page in a folder of their own. What goes wrong before a board is
 * reached is thrown; what goes wrong on the board ends up in the outcome.
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
  const subject = subjectOf(options);
  const limits = budgetOf(options);
  const choice = chooseBoard(options);
  const board = loadBoard(choice.board);
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
      ...{ board: board.id, library: prepared.library.id, commit },
      facts: { 'uncommitted changes': uncommitted },
    },
    watch.timings,
  );
  const firmware = await watch.time('build', () =>
    buildBoardFirmware(prepared.library, board.id, folder.path, signal, limitsTo(prepared.limitedTo)),
  );
  const reference = await watch.time('emulator', async () =>
    driveEmulator(new Emulator(prepared.library), prepared.plan.calls, Math.fround(options.sensitivity)),
  );
  for (const answer of reference) history.answer('reference', answer);
  const place = await watch.time('start board', () => choice.open(signal));
  history.know({ kind: place.slot.kind });
  try {
    const session = await watch.time('attach', () =>
      attach(place.slot, { signal, evidenceDir: folder.path }),
    );
    let boardRun: BoardRun;
    try {
      const facts = { sensitivity: Math.fround(options.sensitivity), libraryId: prepared.library.id };
      const frames = new FrameLog(join(folder.path, 'frames.log'));
      const onAnswer = (answer: TargetAnswer): void => history.answer('target', answer);
      const means = { signal, watch, frames, onAnswer };
      boardRun = await runOnBoard(session, firmware, prepared.plan, { ...facts, ...means });
    } finally {
      await session.close();
    }
    const tools = await toolVersions({
      openOcdVersion: boardRun.openOcdVersion,
      control: place.slot.control,
    });
    const transcripts = await keepTranscripts(folder, boardRun);
    const parts = {
      folder,
      startedAt,
      endedAt: new Date(),
      options,
      limits,
      prepared,
      board,
      slot: place.slot,
    };
    const { timings } = watch;
    const record = assembleRecord({ ...parts, firmware, reference, boardRun, tools, timings, transcripts });
    return await leave(folder, record, boardRun.brokenOff, history);
  } finally {
    await place.close();
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
  return { record, summary: compareSummary(record, paths), brokenOff, alarms };
}

/** The transcript of a run that failed is evidence; that of a good run is noise. */
async function keepTranscripts(
  folder: RunFolder,
  { brokenOff, transcript }: BoardRun,
): Promise<RunRecord['transcripts']> {
  if (brokenOff === null) return [];
  const path = join(folder.path, 'openocd-transcript.txt');
  await writeFile(path, transcript);
  return [{ what: 'OpenOCD', path }];
}

/** What a person reads at the end: files, figures, verdicts, and where the rest lies. */
function summaryLines({ record, summary }: CompareOutcome): string[] {
  const { board, emulator, perCall, footprint, link } = summary;
  const { signals, mismatches } = record.comparison;
  const percent = (fraction: number | null): string =>
    fraction === null ? 'not shown' : `${(100 * fraction).toFixed(1)} %`;
  const lines = record.dataset.files.map(
    ({ path, searched, learned, detected }) =>
      `${path}: searched ${ranges(searched)}; learned ${ranges(learned)}; detected ${ranges(detected)}`,
  );
  const seen = [...record.calls.seen].filter((flag) => flag === '1').length;
  if (seen > 0) lines.push(`${seen} detected lines were seen by search or learning: left out of accuracy`);
  lines.push(
    `${signals} signals compared, ${mismatches} calls differ`,
    `balanced accuracy: board ${percent(board.balancedAccuracy)}, emulator ${percent(emulator.balancedAccuracy)}`,
    `confidence: board ${percent(board.confidence)}, emulator ${percent(emulator.confidence)}`,
    `per call: learn ${perCall.learn ?? 'none'}, detect ${perCall.detect ?? 'none'} ${perCall.unit}`,
  );
  if (footprint !== null) {
    const stack =
      footprint.stackBytes === null ? 'stack not told' : `stack ${footprint.stackBytes} bytes used`;
    lines.push(
      `flash ${footprint.flashBytes} bytes, RAM ${footprint.ramBytes} bytes, .neai ${footprint.neaiBytes} bytes, ${stack}`,
      ...costLines(footprint),
    );
  }
  if (link !== null)
    lines.push(`link: ${link.bytes} bytes in ${link.seconds.toFixed(2)} s at ${link.baud} baud`);
  for (const { step, seconds } of record.timings) lines.push(`${seconds.toFixed(2).padStart(8)} s  ${step}`);
  lines.push(
    ...verdictLines(record.verdicts, record.evidence),
    `record ${summary.record}`,
    `report ${summary.report}`,
  );
  return lines;
}

const ranges = (list: readonly (readonly [number, number])[]): string =>
  list.length === 0
    ? 'none'
    : list.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');

function sensitivity(text: string): number {
  const value = Math.fround(Number(text));
  if (text.trim() === '' || !(value > 0 && value <= 100))
    throw new InvalidArgumentError('It must be above 0 and at most 100.');
  return value;
}
