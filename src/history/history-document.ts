import type { DatabaseSync } from 'node:sqlite';
import {
  HISTORY_RECORD_FORMAT,
  HISTORY_RECORD_VERSION,
  type HistoryRecord,
  type HistoryRun,
  type HistorySeries,
} from '../record/history-record.ts';
import { alarmsOf } from './alarms.ts';
import { changesOf } from './changes.ts';
import { FIGURE_TABLE } from './figures.ts';
import { flakeRates } from './flakes.ts';
import { type Bar, readAcceptances, readBars } from './ratchet.ts';
import { type RunFilter, readRuns, type StoredRun } from './read-runs.ts';
import { bySubject, keyOf, type Series, seriesOf } from './series.ts';
import { differencesOf } from './since.ts';

export interface DocumentFacts {
  readonly madeAt: string;
  readonly neai: string;
  /** Where the history is kept, as people call it. */
  readonly source: string;
  readonly filter: RunFilter;
  /** Page of a run, relative to where the document is written; null when there is none any more. */
  readonly pageOf: (run: StoredRun) => string | null;
}

/** Flake rates are told over so many runs back. */
const FLAKE_RUNS = 20;

/** A stretch of history as its document: what `neai history --json` prints and the trend page is drawn from. */
export function historyDocument(
  database: DatabaseSync,
  { madeAt, neai, source, filter, pageOf }: DocumentFacts,
): HistoryRecord {
  // A run that ended before it was known where it would run is about nothing that could be drawn.
  const runs = readRuns(database, filter).filter(({ board, kind }) => board !== null && kind !== null);
  const alarms = alarmsOf(runs, readAcceptances(database));
  const bars = readBars(database);
  const { scenario = null, board = null, library = null, commit = null } = filter;
  return {
    format: HISTORY_RECORD_FORMAT,
    formatVersion: HISTORY_RECORD_VERSION,
    madeAt,
    neai,
    source,
    asked: { scenario, board, library, commit },
    runs: runs.map((run) => entryOf(run, pageOf(run))),
    series: [...seriesOf(runs), ...flakeSeries(runs)].map(
      (series): HistorySeries => ({
        ...namesOf(series),
        noise: series.isExact ? 'exact' : 'noisy',
        better: FIGURE_TABLE[series.figure].better,
        runs: [...series.runs],
        values: [...series.values],
        changePoints: series.figure === 'flake rate' ? [] : changesOf(series, runs),
        alarms: alarms
          .filter((alarm) => keyOf(alarm) === keyOf(series) && alarm.figure === series.figure)
          .map(({ run, sentence }) => ({ run, sentence })),
        ratchet: bars.find((bar) => isBarOf(bar, series))?.ratchet ?? null,
      }),
    ),
    since: differencesOf(runs),
    compare: null,
  };
}

const namesOf = ({ scenario, board, library, kind, figure, unit }: Series) => ({
  ...{ scenario, board, library, kind },
  figure,
  unit,
});

const isBarOf = (bar: Bar, { scenario, board, kind, figure, unit }: Series): boolean =>
  bar.scenario === scenario &&
  bar.board === board &&
  bar.kind === kind &&
  bar.figure === figure &&
  bar.unit === unit;

function entryOf(run: StoredRun, page: string | null): HistoryRun {
  return {
    id: run.runId,
    startedAt: run.startedAt,
    scenario: run.scenario,
    board: run.board ?? 'none',
    library: run.library ?? 'none',
    commit: run.commit,
    evidence: { kind: run.kind ?? 'virtual', uniqueId: run.uniqueId },
    ending: run.state === 'complete' ? 'complete' : 'broken off',
    equivalence: run.equivalence,
    fitness: run.fitness,
    outcome: run.outcome,
    firstDifference: run.firstDifference,
    facts: { ...run.facts },
    page,
  };
}

/** How often a subject failed though the same passes, over the runs up to each. */
function flakeSeries(runs: readonly StoredRun[]): Series[] {
  return bySubject(runs).map(({ subject, at }) => ({
    ...subject,
    figure: 'flake rate',
    unit: 'fraction',
    isExact: false,
    runs: at,
    values: at.map((_, last) => {
      const window = at.slice(Math.max(0, last + 1 - FLAKE_RUNS), last + 1).map((index) => runs[index]!);
      return flakeRates(window)[0]?.rate ?? null;
    }),
  }));
}
