import type { DatabaseSync } from 'node:sqlite';
import type { Ratchet } from '../record/history-record.ts';
import { NeaiError } from '../shared/errors.ts';
import { alarmsOf } from './alarms.ts';
import { transaction } from './database.ts';
import { FIGURE_TABLE, type FigureName, type FigureUnit, isExact, isWorse } from './figures.ts';
import type { StoredRun } from './read-runs.ts';
import type { Kind } from './run-writer.ts';
import { formatChange, formatFigure, formatRun } from './text.ts';

/** A bar holds over libraries: a search that finds a larger one has to be accepted like anything else. */
export interface BarPlace {
  readonly scenario: string;
  readonly board: string;
  readonly kind: Kind;
}

export interface Bar extends BarPlace {
  readonly figure: FigureName;
  readonly unit: FigureUnit;
  readonly ratchet: Ratchet;
}

export interface RatchetRow {
  readonly figure: FigureName;
  readonly unit: FigureUnit;
  readonly bar: number;
  /** Null when the run did not tell the figure. */
  readonly value: number | null;
  readonly verdict: 'held' | 'improved' | 'worse' | 'not told';
  readonly sentence: string;
}

/** All bars with their moves, oldest move first. */
export function readBars(database: DatabaseSync): Bar[] {
  const bars = new Map<string, Bar & { ratchet: Ratchet }>();
  for (const row of database.prepare('SELECT * FROM bars ORDER BY key').iterate()) {
    const [scenario, board, kind] = [String(row['scenario']), String(row['board']), row['kind'] as Kind];
    const [figure, unit] = [row['figure'] as FigureName, row['unit'] as FigureUnit];
    const entry: Ratchet['entries'][number] = {
      at: String(row['at']),
      run: row['run_id'] === null ? null : String(row['run_id']),
      value: Number(row['value']),
      kind: row['move'] as Ratchet['entries'][number]['kind'],
      reason: row['reason'] === null ? null : String(row['reason']),
      // Who accepted is nobody's business here: no name of a person is kept.
      by: null,
    };
    const key = JSON.stringify([scenario, board, kind, figure, unit]);
    const entries = [...(bars.get(key)?.ratchet.entries ?? []), entry];
    bars.set(key, { scenario, board, kind, figure, unit, ratchet: { value: entry.value, entries } });
  }
  return [...bars.values()];
}

/**
 * Makes a run the baseline: every exact figure that has a better direction and no bar yet gets one.
 * @returns the figures that got a bar
 * @throws NeaiError USAGE for a run that told no figures
 */
export function setBaseline(database: DatabaseSync, run: StoredRun, at: string): FigureName[] {
  const place = placeOf(run);
  const figures = run.figures.filter(({ name, unit }) => ratcheted(name, unit, place.kind));
  if (figures.length === 0) {
    throw new NeaiError('USAGE', 'this run told no figure that could be a baseline', {
      got: `${run.runId}: ${run.state}`,
      remedy: 'Take a run that was complete.',
    });
  }
  return transaction(database, () => {
    const known = barsOf(database, place);
    const fresh = figures.filter(
      ({ name, unit }) => !known.some((bar) => bar.figure === name && bar.unit === unit),
    );
    for (const { name, unit, value } of fresh) {
      addBar(
        database,
        { ...place, figure: name, unit },
        { at, run: run.runId, value, move: 'first', reason: null },
      );
    }
    return fresh.map(({ name }) => name);
  });
}

/**
 * Holds a run against the bars of its scenario and board. A figure that is better moves its bar, one that is worse is
 * refused until it is accepted. Noisy figures have no bar, for the luckiest run would set it: they are refused by a
 * step for the worse.
 */
export function holdRatchet(
  database: DatabaseSync,
  runs: readonly StoredRun[],
  run: StoredRun,
  at: string,
): RatchetRow[] {
  const place = placeOf(run);
  return transaction(database, () => {
    const rows = barsOf(database, place).map((bar): RatchetRow => {
      const { figure, unit, ratchet } = bar;
      const value = run.figures.find((one) => one.name === figure && one.unit === unit)?.value ?? null;
      const row = judge(bar, value, run);
      // A run that broke off proves nothing better.
      if (row.verdict === 'improved' && run.state === 'complete') {
        addBar(database, bar, { at, run: run.runId, value: value!, move: 'improved', reason: null });
      }
      return { figure, unit, bar: ratchet.value, value, ...row };
    });
    return [...rows, ...noisySteps(database, runs, run)];
  });
}

/**
 * Accepts a figure of a run as it is: its alarm ends and its bar moves there.
 * @param figure a figure's name, or `digest of …`
 * @throws NeaiError USAGE without a reason, or for a figure that the run does not tell
 */
export function accept(
  database: DatabaseSync,
  run: StoredRun,
  { figure, reason, at }: { readonly figure: string; readonly reason: string; readonly at: string },
): void {
  if (reason.trim() === '') {
    throw new NeaiError('USAGE', 'a change is accepted for a reason', { remedy: 'Add --reason "why".' });
  }
  const told = run.figures.filter(({ name }) => name === figure);
  const isDigest = figure.startsWith('digest of ') && figure.slice('digest of '.length) in run.digests;
  if (told.length === 0 && !isDigest) {
    const names = [
      ...run.figures.map(({ name }) => name),
      ...Object.keys(run.digests).map((of) => `digest of ${of}`),
    ];
    throw new NeaiError('USAGE', 'this run does not tell that figure', {
      asked: figure,
      got: names.length === 0 ? 'no figures' : names.join(', '),
    });
  }
  transaction(database, () => {
    database
      .prepare('INSERT OR REPLACE INTO acceptances (run_id, figure, at, reason) VALUES (?, ?, ?, ?)')
      .run(run.runId, figure, at, reason.trim());
    if (isDigest) return;
    const place = placeOf(run);
    for (const bar of barsOf(database, place)) {
      const own = told.find(({ name, unit }) => name === bar.figure && unit === bar.unit);
      if (own === undefined || own.value === bar.ratchet.value) continue;
      const move = { at, run: run.runId, value: own.value, move: 'accepted', reason: reason.trim() } as const;
      addBar(database, bar, move);
    }
  });
}

/** Whether a change was accepted, by run id and figure. */
export function readAcceptances(database: DatabaseSync): (runId: string, figure: string) => boolean {
  const all = new Set<string>();
  for (const row of database.prepare('SELECT run_id, figure FROM acceptances').iterate()) {
    all.add(JSON.stringify([row['run_id'], row['figure']]));
  }
  return (runId, figure) => all.has(JSON.stringify([runId, figure]));
}

const ratcheted = (name: FigureName, unit: FigureUnit, kind: Kind): boolean =>
  isExact(name, unit, kind) && FIGURE_TABLE[name].better !== 'neither';

const barsOf = (database: DatabaseSync, { scenario, board, kind }: BarPlace): Bar[] =>
  readBars(database).filter((bar) => bar.scenario === scenario && bar.board === board && bar.kind === kind);

function placeOf({ runId, scenario, board, kind, state }: StoredRun): BarPlace {
  if (board !== null && kind !== null) return { scenario, board, kind };
  const why =
    state === 'running' ? 'this run has no end: it goes on, or was killed' : 'this run never came to a board';
  throw new NeaiError('USAGE', why, {
    got: `${runId}: ${state}`,
    remedy: 'Name a run that has ended; neai history lists them.',
  });
}

function addBar(
  database: DatabaseSync,
  { scenario, board, kind, figure, unit }: BarPlace & { figure: FigureName; unit: FigureUnit },
  {
    at,
    run,
    value,
    move,
    reason,
  }: { at: string; run: string; value: number; move: string; reason: string | null },
): void {
  database
    .prepare(
      `INSERT INTO bars (scenario, board, kind, figure, unit, at, run_id, value, move, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(scenario, board, kind, figure, unit, at, run, value, move, reason);
}

function judge(
  { figure, unit, ratchet }: Bar,
  value: number | null,
  run: StoredRun,
): Pick<RatchetRow, 'verdict' | 'sentence'> {
  const bar = ratchet.value;
  if (value === null) return { verdict: 'not told', sentence: `${figure}: not told by ${formatRun(run)}` };
  if (value === bar)
    return { verdict: 'held', sentence: `${figure}: ${formatFigure(value, unit)}, as its baseline` };
  const verdict = isWorse(figure, bar, value) ? 'worse' : 'improved';
  const from = ratchet.entries.at(-1)!.run;
  const sentence = `${figure} ${verdict}: ${formatChange(bar, value, unit)}; baseline of ${from ?? 'no run'}`;
  return { verdict, sentence };
}

function noisySteps(database: DatabaseSync, runs: readonly StoredRun[], run: StoredRun): RatchetRow[] {
  const upTo = runs.slice(0, runs.findIndex(({ key }) => key === run.key) + 1);
  return alarmsOf(upTo, readAcceptances(database)).flatMap((alarm) => {
    const { scenario, board, kind, library, figure, worse, before, sentence } = alarm;
    const isHere =
      scenario === run.scenario && board === run.board && kind === run.kind && library === run.library;
    const own = run.figures.find(({ name }) => name === figure);
    if (!isHere || worse !== true || own === undefined || ratcheted(own.name, own.unit, kind)) return [];
    const { name, unit, value } = own;
    return [{ figure: name, unit, bar: Number(before), value, verdict: 'worse' as const, sentence }];
  });
}
