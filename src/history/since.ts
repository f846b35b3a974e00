import type { Since } from '../record/history-record.ts';
import { changedFacts, changesOf } from './changes.ts';
import { FIGURE_TABLE } from './figures.ts';
import type { StoredRun } from './read-runs.ts';
import { bySubject, seriesOf } from './series.ts';
import { formatChange, formatChangedWith, formatRun } from './text.ts';

/** Something that a run says, or null where it says nothing about it. Runs that say the same are alike. */
export type Saying = (run: StoredRun, index: number) => string | null;

/** What a run says about the equivalence of its two sides. */
export const sayEquivalence: Saying = ({ equivalence }) =>
  equivalence === null || equivalence.verdict === 'NOT SHOWN' ? null : equivalence.verdict;

/** What a run says of a fact, a digest, or an exact figure by its name; `library` and `commit` among the facts. */
export function sayingOf(what: string): Saying {
  if (what === 'equivalence') return sayEquivalence;
  if (what === 'library') return ({ library }) => library;
  if (what === 'commit') return ({ commit }) => commit;
  if (what === 'outcome') return ({ outcome }) => (outcome === 'not run' ? null : outcome);
  if (what.startsWith('digest of ')) return ({ digests }) => digests[what.slice('digest of '.length)] ?? null;
  if (Object.hasOwn(FIGURE_TABLE, what)) {
    return ({ figures }) => {
      const figure = figures.find(({ name }) => name === what);
      return figure === undefined ? null : `${figure.value} ${figure.unit}`;
    };
  }
  return ({ facts }) => facts[what] ?? null;
}

/** A stretch of runs, the newest at its end, that say something else than the runs before. Indices into the runs. */
export interface Stretch {
  /** Null when every run that is known says so. */
  readonly lastGood: number | null;
  readonly firstBad: number;
  readonly runs: number;
  readonly differing: number;
  readonly before: string | null;
  readonly after: string;
}

/**
 * Since when runs say what the newest says. With `good` the question is since when they do not say that: a newest run
 * that does gives no answer, and what they say in between may vary.
 * @param at indices of the runs to look at, by rising time
 */
export function sinceWhen(
  runs: readonly StoredRun[],
  at: readonly number[],
  saying: Saying,
  good?: string,
): Stretch | null {
  const told = at.flatMap((index) => {
    const said = saying(runs[index]!, index);
    return said === null ? [] : [{ index, said }];
  });
  const newest = told.at(-1);
  if (newest === undefined || newest.said === good) return null;
  const isGood = (said: string): boolean => (good === undefined ? said !== newest.said : said === good);
  const last = told.findLastIndex(({ said }) => isGood(said));
  const first = told[last + 1]!;
  return {
    lastGood: last < 0 ? null : told[last]!.index,
    firstBad: first.index,
    runs: at.filter((index) => index >= first.index).length,
    differing: told.length - last - 1,
    before: last < 0 ? null : told[last]!.said,
    after: first.said,
  };
}

/** Since when sides differ, scenarios fail and noisy figures are worse, of every subject of which it is so now. */
export function differencesOf(runs: readonly StoredRun[]): Since[] {
  const found: Since[] = [];
  for (const { subject, at } of bySubject(runs)) {
    for (const [what, good] of [
      ['equivalence', 'PASS'],
      ['outcome', 'passed'],
    ] as const) {
      const stretch = sinceWhen(runs, at, sayingOf(what), good);
      if (stretch === null) continue;
      const { lastGood, firstBad, runs: count, differing } = stretch;
      const place = { lastGood, firstBad, runs: count, differing };
      const changedWith = lastGood === null ? [] : changedFacts(runs[lastGood]!, runs[firstBad]!);
      found.push({ ...subject, what, ...place, changedWith, sentence: sentenceOf(what, stretch, runs) });
    }
  }
  for (const series of seriesOf(runs)) {
    const change = changesOf(series, runs).at(-1);
    if (change === undefined || change.worse !== true) continue;
    const { scenario, board, library, kind, figure, unit } = series;
    const told = series.runs.filter((_, at) => series.values[at] !== null);
    const since = series.runs.filter((run) => run >= change.run);
    found.push({
      ...{ scenario, board, library, kind },
      what: figure,
      lastGood: told[told.indexOf(change.run) - 1] ?? null,
      firstBad: change.run,
      runs: since.length,
      differing: told.filter((run) => run >= change.run).length,
      changedWith: change.changedWith,
      sentence:
        `${figure} is worse since ${formatRun(runs[change.run]!)}: ` +
        `${formatChange(change.before, change.after, unit)}; ${formatChangedWith(change.changedWith)}`,
    });
  }
  return found;
}

/** The answer to "since when" in one sentence with both ends. */
export function sentenceOf(what: string, stretch: Stretch, runs: readonly StoredRun[]): string {
  const { lastGood, firstBad, before, after, differing } = stretch;
  const first = runs[firstBad]!;
  const detail = what === 'equivalence' && first.firstDifference !== null ? `; ${first.firstDifference}` : '';
  const since = `${what} is ${after} since ${formatRun(first)}, ${differing} of ${stretch.runs} runs${detail}`;
  if (lastGood === null) return `${since}; in no run that is known was it otherwise`;
  const last = runs[lastGood]!;
  return `${since}; last ${before} in ${formatRun(last)}; ${formatChangedWith(changedFacts(last, first))}`;
}
