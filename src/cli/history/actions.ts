import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeTrendPage } from '../../../reports/write-report.ts';
import { alarmsOf } from '../../history/alarms.ts';
import { compareStoredRuns } from '../../history/compare-runs.ts';
import { flakeRates } from '../../history/flakes.ts';
import { historyDocument } from '../../history/history-document.ts';
import { accept, holdRatchet, readAcceptances, setBaseline } from '../../history/ratchet.ts';
import { findRun, readRuns, type StoredRun } from '../../history/read-runs.ts';
import { encodeHistoryRecord, type HistoryRecord } from '../../record/history-record.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import { NeaiError } from '../../shared/errors.ts';
import { makeFolder } from '../make-folder.ts';
import { printJson, printLine } from '../output.ts';
import { neaiVersion } from '../version.ts';
import { comparisonLines } from './comparison-text.ts';
import { type OpenedHistory, pageFrom, type ReadOptions } from './open.ts';
import { answerSince } from './since.ts';
import { flakeRows, runRows, trendRows } from './text.ts';

/** Prints one document or lines, as asked for. */
function tell(options: ReadOptions, document: unknown, lines: readonly string[]): void {
  if (options.json) printJson(document);
  else for (const line of lines) printLine(line);
}

/** The history as its document; links of pages are relative to `folder`. */
export function documentOf({ database, file, filter }: OpenedHistory, folder: string): HistoryRecord {
  const facts = { madeAt: new Date().toISOString(), neai: neaiVersion(), source: file, filter };
  return historyDocument(database, { ...facts, pageOf: pageFrom(folder, file) });
}

export function list(history: OpenedHistory, options: ReadOptions): void {
  if (options.json) printJson(documentOf(history, process.cwd()));
  else if (history.runs.length === 0)
    printLine('no run: the history is empty, or none fits what was asked for');
  else for (const line of runRows(history.runs)) printLine(line);
}

/** The page, and beside it the document that it is drawn from: `neai report` draws it again. */
export async function page(history: OpenedHistory, options: ReadOptions): Promise<void> {
  const { out } = options as ReadOptions & { readonly out: string };
  const target = resolve(out);
  const folder = await makeFolder(dirname(target), 'REPORT_NOT_WRITTEN');
  const document = documentOf(history, folder);
  const record = `${target.replace(/\.html$/, '')}.json`;
  await writeFile(record, encodeHistoryRecord(document));
  const report = await writeTrendPage(document, target);
  tell(options, { report, record, runs: document.runs.length }, [`report ${report}`, `record ${record}`]);
}

export function trend(history: OpenedHistory, options: ReadOptions, figure?: string): void {
  const document = documentOf(history, process.cwd());
  const series = document.series.filter((one) => figure === undefined || one.figure === figure);
  if (series.length === 0) {
    throw new NeaiError('USAGE', 'no run told such a figure', {
      asked: figure ?? 'any figure',
      got: [...new Set(document.series.map((one) => one.figure))].join(', ') || 'no figures',
    });
  }
  const changes = series.flatMap(({ changePoints, figure: name, unit, scenario, board }) =>
    changePoints.map((change) => ({ change, name, unit, scenario, board })),
  );
  tell(options, { series, runs: document.runs }, [
    ...trendRows(series),
    ...changes.map(({ change: { run, before, after, worse, changedWith }, name, scenario, board }) => {
      const how = worse === null ? 'changed' : worse ? 'worse' : 'better';
      const { id, commit } = document.runs[run]!;
      return `${scenario} on ${board}: ${name} ${how} in ${id}${commit === null ? '' : ` (commit ${commit.slice(0, 12)})`}: ${before} → ${after}; with it: ${changedWith.join(', ') || 'nothing known'}`;
    }),
  ]);
}

export function since(history: OpenedHistory, options: ReadOptions, what?: string): void {
  const answers = answerSince(history, what);
  const none = what === undefined ? 'nothing differs' : `${what}: never changed, or never told`;
  tell(options, { since: answers }, answers.length === 0 ? [none] : answers.map(({ sentence }) => sentence));
}

export function compareTwo({ database, runs }: OpenedHistory, options: ReadOptions, a = '', b = ''): void {
  const [before, after] = [findRun(runs, a), findRun(runs, b)];
  if (before === after) {
    const remedy = 'Name two runs; neai history lists them.';
    throw new NeaiError('USAGE', 'both names are of the same run', { got: before.runId, remedy });
  }
  const comparison = compareStoredRuns(database, before, after);
  const head = { before: before.runId, after: after.runId };
  tell(options, { ...head, ...comparison }, comparisonLines(before, after, comparison));
}

export function flakes({ runs }: OpenedHistory, options: ReadOptions): void {
  const rates = flakeRates(runs);
  tell(options, { flakes: rates }, flakeRows(rates));
}

export function alarms({ database, runs }: OpenedHistory, options: ReadOptions): void {
  const found = alarmsOf(runs, readAcceptances(database));
  const named = found.map((alarm) => ({
    ...alarm,
    run: runs[alarm.run]!.runId,
    foundAt: runs[alarm.foundAt]!.runId,
  }));
  const lines = named.map(({ scenario, board, sentence }) => `${scenario} on ${board}: ${sentence}`);
  tell(options, { alarms: named }, lines.length === 0 ? ['no alarm stands'] : lines);
  if (found.length > 0) process.exitCode = ERROR_CODES.HISTORY_ALARM.exitStatus;
}

/** Runs are found among all of them: a filter would change which one is the latest. */
const runOf = ({ runs }: OpenedHistory, asked: string): StoredRun => findRun(runs, asked);

export function baseline(history: OpenedHistory, options: ReadOptions, asked = 'latest'): void {
  const run = runOf(history, asked);
  const set = setBaseline(history.database, run, new Date().toISOString());
  const { runId, scenario, board, kind } = run;
  tell(options, { run: runId, scenario, board, kind, set }, [
    set.length === 0
      ? `${scenario} on ${board} has a baseline for each of these figures: neai history ratchet moves it`
      : `baseline of ${scenario} on ${board} (${kind}): ${set.join(', ')} of ${runId}`,
  ]);
}

export function ratchet(history: OpenedHistory, options: ReadOptions, asked = 'latest'): void {
  const run = runOf(history, asked);
  const rows = holdRatchet(history.database, readRuns(history.database), run, new Date().toISOString());
  if (rows.length === 0) {
    throw new NeaiError('USAGE', 'there is no baseline for this run', {
      asked: `a baseline of ${run.scenario} on ${run.board}`,
      remedy: 'neai history baseline RUN makes a run the baseline.',
    });
  }
  const refused = rows.filter(({ verdict }) => verdict === 'worse' || verdict === 'not told');
  tell(options, { run: run.runId, held: refused.length === 0, figures: rows }, [
    ...rows.map(({ verdict, sentence }) => `${verdict.padEnd(9)} ${sentence}`),
    refused.length === 0
      ? `${run.runId} holds its baseline`
      : `${run.runId} is refused: ${refused.map(({ figure }) => figure).join(', ')}; neai history accept RUN FIGURE --reason "…" accepts`,
  ]);
  if (refused.length > 0) process.exitCode = ERROR_CODES.HISTORY_RATCHET.exitStatus;
}

export function acceptFigure(history: OpenedHistory, options: ReadOptions, asked = '', figure = ''): void {
  const { reason } = options as ReadOptions & { readonly reason: string };
  const run = runOf(history, asked);
  const at = new Date().toISOString();
  accept(history.database, run, { figure, reason, at });
  tell(options, { run: run.runId, figure, reason, at }, [
    `accepted: ${figure} of ${run.runId}, for: ${reason}`,
  ]);
}
