import { changedFacts, changesOf } from './changes.ts';
import type { StoredRun } from './read-runs.ts';
import { bySubject, type Series, type Subject, seriesOf } from './series.ts';
import { formatChange, formatChangedWith, formatRun } from './text.ts';

/** Something that changed and that nobody has accepted. Indices are into the runs. */
export interface Alarm extends Subject {
  /** A figure, or `digest of scores`, `digest of knowledge`, … */
  readonly figure: string;
  /** Run from which on it is so. */
  readonly run: number;
  /** Run that gave it away: the same for an exact figure. */
  readonly foundAt: number;
  readonly worse: boolean | null;
  /** Level before it, and now. */
  readonly before: number | string;
  readonly after: number | string;
  readonly sentence: string;
}

/** Which changes a person has accepted, by run id and figure. */
export type Accepted = (runId: string, figure: string) => boolean;

/**
 * The alarms that stand: of each series the last change, unless it was for the better and is no news any more, or was
 * accepted, or was undone. The first run that tells a change always tells it, for the better as well.
 */
export function alarmsOf(runs: readonly StoredRun[], accepted: Accepted = () => false): Alarm[] {
  return [
    ...seriesOf(runs).flatMap((series) => ofSeries(series, runs, accepted)),
    ...bySubject(runs).flatMap(({ subject, at }) => ofDigests(subject, at, runs, accepted)),
  ];
}

function ofSeries(series: Series, runs: readonly StoredRun[], accepted: Accepted): Alarm[] {
  const changes = changesOf(series, runs);
  const newest = series.runs[series.values.findLastIndex((value) => value !== null)];
  const open = openSince(changes, (change) => accepted(runs[change.run]!.runId, series.figure));
  if (open === undefined) return [];
  const { first, last } = open;
  const before = first.before;
  const worse = last === first ? first.worse : last.after === before ? false : first.worse;
  if (worse === false && last.foundAt !== newest) return [];
  const how = worse === null ? 'changed' : worse ? 'worse' : 'better';
  const sentence =
    `${series.figure} ${how} since ${formatRun(runs[first.run]!)}: ` +
    `${formatChange(before, last.after, series.unit)}; ${formatChangedWith(first.changedWith)}`;
  const { scenario, board, library, kind, figure } = series;
  const where = { scenario, board, library, kind, figure, run: first.run, foundAt: last.foundAt };
  return [{ ...where, worse, before, after: last.after, sentence }];
}

interface Change {
  readonly before: number | string;
  readonly after: number | string;
}

/** The changes that are still in force: from the first that departed from what was last accepted to the newest. */
function openSince<T extends Change>(
  changes: readonly T[],
  isAccepted: (change: T) => boolean,
): { readonly first: T; readonly last: T } | undefined {
  let first: T | undefined;
  for (const change of changes) {
    if (isAccepted(change)) first = undefined;
    else if (first === undefined) first = change;
    else if (change.after === first.before) first = undefined;
  }
  return first === undefined ? undefined : { first, last: changes.at(-1)! };
}

function ofDigests(
  subject: Subject,
  at: readonly number[],
  runs: readonly StoredRun[],
  accepted: Accepted,
): Alarm[] {
  const names = new Set(at.flatMap((index) => Object.keys(runs[index]!.digests)));
  return [...names].flatMap((name) => {
    const figure = `digest of ${name}`;
    const changes: (Change & { run: number; changedWith: string[] })[] = [];
    let before: { value: string; run: number } | undefined;
    for (const run of at) {
      const value = runs[run]!.digests[name];
      if (value === undefined) continue;
      // Another input gives another answer: that is no change of what answers.
      const isSameInput =
        before !== undefined && runs[before.run]!.facts['signal files'] === runs[run]!.facts['signal files'];
      if (before !== undefined && isSameInput && before.value !== value) {
        const changedWith = changedFacts(runs[before.run]!, runs[run]!);
        changes.push({ run, before: before.value, after: value, changedWith });
      }
      before = { value, run };
    }
    const open = openSince(changes, (change) => accepted(runs[change.run]!.runId, figure));
    if (open === undefined) return [];
    const { run, changedWith } = open.first;
    const sentence =
      `${figure} changed in ${formatRun(runs[run]!)}: ${open.first.before} → ${open.last.after}; ` +
      formatChangedWith(changedWith);
    const { before: was } = open.first;
    const where = { ...subject, figure, run, foundAt: open.last.run };
    return [{ ...where, worse: null, before: was, after: open.last.after, sentence }];
  });
}
