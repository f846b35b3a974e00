import type { FigureUnit } from './figures.ts';
import type { StoredRun } from './read-runs.ts';

/** A figure as a person reads it, with its unit. */
export function formatFigure(value: number, unit: FigureUnit): string {
  switch (unit) {
    case 'fraction':
      // Cut, never rounded up to a limit that was missed.
      return `${(Math.floor(Math.round(value * 1e7) / 1e4) / 10).toFixed(1)} %`;
    case 'seconds':
      return `${value.toPrecision(4)} s`;
    case 'count':
      return String(value);
    default:
      return `${value} ${unit}`;
  }
}

/** The change from one value to another: by how much, and which share that is. */
export function formatChange(before: number, after: number, unit: FigureUnit): string {
  const share =
    before === 0 ? '' : ` (${after > before ? '+' : ''}${(100 * (after / before - 1)).toFixed(1)} %)`;
  return `${formatFigure(before, unit)} → ${formatFigure(after, unit)}${unit === 'fraction' ? '' : share}`;
}

/** A run as sentences name it: its id, and the commit where one is known. */
export const formatRun = ({ runId, commit }: StoredRun): string =>
  commit === null ? runId : `${runId} (commit ${commit.slice(0, 12)})`;

/** What changed with something, as the end of a sentence. */
export const formatChangedWith = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing else known has changed' : `changed with it: ${names.join(', ')}`;
