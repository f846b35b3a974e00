import { changedFacts } from '../../history/changes.ts';
import { FIGURE_TABLE } from '../../history/figures.ts';
import { readAnswers, readPlan } from '../../history/read-answers.ts';
import type { StoredRun } from '../../history/read-runs.ts';
import { bySubject, type Subject } from '../../history/series.ts';
import { differencesOf, type Saying, sayingOf, sentenceOf, sinceWhen } from '../../history/since.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { OpenedHistory } from './open.ts';

/** What every run is asked for, whether it says it or not. */
const SAID = ['equivalence', 'outcome', 'library', 'commit'];

/** An answer to "since when does this differ", with runs by their ids. */
export interface SinceAnswer extends Omit<Subject, 'library'> {
  readonly library: string | null;
  readonly what: string;
  readonly lastGood: string | null;
  readonly firstBad: string;
  readonly firstBadCommit: string | null;
  readonly runs: number;
  readonly differing: number;
  readonly changedWith: readonly string[];
  readonly sentence: string;
}

/**
 * Since when something differs. Without `what`: everything that differs now. `FILE:LINE` asks for the target's answers
 * to one signal; any other word for what runs say under that name.
 */
export function answerSince({ database, runs }: OpenedHistory, what: string | undefined): SinceAnswer[] {
  if (what === undefined) {
    return differencesOf(runs).map(({ lastGood, firstBad, ...since }) => ({
      ...since,
      lastGood: lastGood === null ? null : runs[lastGood]!.runId,
      firstBad: runs[firstBad]!.runId,
      firstBadCommit: runs[firstBad]!.commit,
    }));
  }
  const [, file, line] = /^(.+):(\d+)$/.exec(what) ?? [];
  const saying: Saying =
    file === undefined ? sayingOf(what) : (run) => answersTo(database, run, { file, line: Number(line) });
  const good = what === 'equivalence' ? 'PASS' : what === 'outcome' ? 'passed' : undefined;
  refuseUntold(what, file !== undefined, runs, saying);
  return placesOf(runs).flatMap(({ place, at }) => {
    const stretch = sinceWhen(runs, at, saying, good);
    // What was never otherwise has not begun to differ.
    if (stretch === null || (stretch.lastGood === null && good === undefined)) return [];
    const { lastGood, firstBad, runs: count, differing } = stretch;
    const first = runs[firstBad]!;
    return [
      {
        ...place,
        ...{ library: first.library, what, runs: count, differing },
        lastGood: lastGood === null ? null : runs[lastGood]!.runId,
        firstBad: first.runId,
        firstBadCommit: first.commit,
        changedWith: lastGood === null ? [] : changedFacts(runs[lastGood]!, first),
        sentence: `${place.scenario} on ${place.board}: ${sentenceOf(what, stretch, runs)}`,
      },
    ];
  });
}

/** A word that no run knows has not "never changed". @throws NeaiError USAGE */
function refuseUntold(what: string, isSignal: boolean, runs: readonly StoredRun[], saying: Saying): void {
  const known = [...SAID, ...Object.keys(FIGURE_TABLE)];
  if (known.includes(what) || runs.length === 0 || runs.some((run, at) => saying(run, at) !== null)) return;
  const got = isSignal
    ? 'runs that learned and detected other lines'
    : [...known, ...new Set(runs.flatMap(toldBy))].join(', ');
  const remedy = 'Name one of these, or a signal as FILE:LINE.';
  throw new NeaiError('USAGE', 'no run says anything of this', { asked: what, got, remedy });
}

const toldBy = ({ digests, facts }: StoredRun): string[] => [
  ...Object.keys(digests).map((name) => `digest of ${name}`),
  ...Object.keys(facts),
];

/** Groups of runs over libraries: that the library is another one now may be the very answer. */
function placesOf(runs: readonly StoredRun[]): { place: Omit<Subject, 'library'>; at: number[] }[] {
  const places = new Map<string, { place: Omit<Subject, 'library'>; at: number[] }>();
  for (const { subject, at } of bySubject(runs)) {
    const { library: _library, ...place } = subject;
    const key = JSON.stringify(place);
    const known = places.get(key);
    if (known === undefined) places.set(key, { place, at: [...at] });
    else known.at.push(...at);
  }
  return [...places.values()].map(({ place, at }) => ({ place, at: at.sort((a, b) => a - b) }));
}

/** What the target answered to one line of one file, every time that it was asked. */
function answersTo(
  database: OpenedHistory['database'],
  run: StoredRun,
  { file, line }: { readonly file: string; readonly line: number },
): string | null {
  const plan = readPlan(database, run.key);
  if (plan === null) return null;
  const isFile = (path: string): boolean => path === file || path.endsWith(`/${file}`);
  const { code } = readAnswers(database, run.key, 'target');
  const said = plan.line.flatMap((at, call) => {
    const path = plan.files[plan.file[call] ?? -1]?.path;
    const answer = code[call];
    return at === line && path !== undefined && isFile(path) && answer !== undefined ? [answer] : [];
  });
  return said.length === 0 ? null : said.join(' ');
}
