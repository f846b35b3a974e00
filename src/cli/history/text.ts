import { isExact } from '../../history/figures.ts';
import type { FlakeRate } from '../../history/flakes.ts';
import type { StoredRun } from '../../history/read-runs.ts';
import { formatFigure } from '../../history/text.ts';
import type { HistorySeries } from '../../record/history-record.ts';

/** Rows as columns of equal width; the first row is the head. */
export function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd(),
  );
}

const ENDINGS = { running: 'no end', complete: 'complete', 'broken off': 'broken off' } as const;

/** One line a run: what it was and how it ended. */
export function runRows(runs: readonly StoredRun[]): string[] {
  return tableOf([
    ['run', 'board', 'evidence', 'library', 'commit', 'ended', 'equivalence', 'fitness'],
    ...runs.map((run) => [
      run.source === 'scenario' ? `${run.runId} ${run.scenario}` : run.runId,
      run.board ?? '–',
      run.kind ?? '–',
      run.library?.slice(0, 8) ?? '–',
      run.commit?.slice(0, 10) ?? '–',
      run.outcome ?? ENDINGS[run.state],
      run.equivalence?.verdict ?? '–',
      run.fitness?.verdict ?? '–',
    ]),
  ]);
}

/** One line a series: its ends, and what changed on the way. */
export function trendRows(series: readonly HistorySeries[]): string[] {
  return tableOf([
    ['scenario', 'board', 'evidence', 'library', 'figure', 'runs', 'first', 'last', 'changes'],
    ...series.map(({ scenario, board, kind, library, figure, unit, values, changePoints }) => {
      const told = values.filter((value) => value !== null);
      const noisy = figure !== 'flake rate' && !isExact(figure, unit, kind) ? ' (noisy)' : '';
      return [
        ...[scenario, board, kind, library.slice(0, 8), `${figure}${noisy}`, String(told.length)],
        told.length === 0 ? '–' : formatFigure(told[0]!, unit),
        told.length === 0 ? '–' : formatFigure(told.at(-1)!, unit),
        String(changePoints.length),
      ];
    }),
  ]);
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** One line a subject: how often it fails although the same passes. */
export function flakeRows(rates: readonly FlakeRate[]): string[] {
  return tableOf([
    [
      'scenario',
      'board',
      'evidence',
      'library',
      'attempts',
      'failed',
      'flaky',
      'flake rate',
      '95 % interval',
      'classes',
    ],
    ...rates.map(({ scenario, board, kind, library, attempts, failed, flaky, rate, interval95, classes }) => [
      ...[scenario, board, kind, library.slice(0, 8), String(attempts), String(failed), String(flaky)],
      rate === null ? '–' : percent(rate),
      interval95 === null ? '–' : `${percent(interval95[0])} to ${percent(interval95[1])}`,
      Object.entries(classes)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    ]),
  ]);
}
