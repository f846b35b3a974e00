import type { DatabaseSync } from 'node:sqlite';
import { changedFacts } from './changes.ts';
import { type FigureName, type FigureUnit, isWorse } from './figures.ts';
import { readAnswers, readPlan } from './read-answers.ts';
import type { StoredRun } from './read-runs.ts';

export interface FigureChange {
  readonly figure: FigureName;
  readonly unit: FigureUnit;
  /** Null where a run did not tell it. */
  readonly before: number | null;
  readonly after: number | null;
  readonly worse: boolean | null;
}

export interface AnswerChange {
  /** 0-based index of the call. */
  readonly call: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly field: 'code' | 'learnCounter' | 'digest';
  readonly before: number | null;
  readonly after: number | null;
}

/** Two runs side by side, the older first. */
export interface RunComparison {
  readonly facts: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly figures: readonly FigureChange[];
  readonly digests: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** The target's answers, call by call; null where the two were not asked the same. */
  readonly answers: {
    readonly compared: number;
    readonly differing: number;
    readonly first: AnswerChange | null;
    /** Largest difference of two similarities of one signal, in points. */
    readonly largestScoreChange: number;
  } | null;
}

/** Everything that is different between two runs, and how many figures are the same. */
export function compareStoredRuns(
  database: DatabaseSync,
  before: StoredRun,
  after: StoredRun,
): RunComparison {
  const fact = (run: StoredRun, name: string): string | null =>
    name === 'commit' ? run.commit : (run.facts[name] ?? null);
  const own = (['scenario', 'board', 'kind', 'library'] as const).filter(
    (name) => before[name] !== after[name],
  );
  const digestNames = new Set([...Object.keys(before.digests), ...Object.keys(after.digests)]);
  return {
    facts: [
      ...own.map((name) => ({ name, before: before[name], after: after[name] })),
      ...changedFacts(before, after).map((name) => ({
        name,
        before: fact(before, name),
        after: fact(after, name),
      })),
    ],
    figures: figureChanges(before, after),
    digests: [...digestNames]
      .map((name) => ({
        name,
        before: before.digests[name] ?? null,
        after: after.digests[name] ?? null,
      }))
      .filter((digest) => digest.before !== digest.after),
    answers: answerChanges(database, before, after),
  };
}

function figureChanges(before: StoredRun, after: StoredRun): FigureChange[] {
  const names = new Map<string, { name: FigureName; unit: FigureUnit }>();
  for (const { name, unit } of [...before.figures, ...after.figures])
    names.set(`${name}/${unit}`, { name, unit });
  const valueIn = (run: StoredRun, name: FigureName, unit: FigureUnit): number | null =>
    run.figures.find((one) => one.name === name && one.unit === unit)?.value ?? null;
  return [...names.values()].map(({ name, unit }) => {
    const [old, now] = [valueIn(before, name, unit), valueIn(after, name, unit)];
    const worse = old === null || now === null || old === now ? null : isWorse(name, old, now);
    return { figure: name, unit, before: old, after: now, worse };
  });
}

function answerChanges(
  database: DatabaseSync,
  before: StoredRun,
  after: StoredRun,
): RunComparison['answers'] {
  const plan = readPlan(database, after.key);
  if (plan === null || (before.facts['signal files'] ?? '') !== after.facts['signal files']) return null;
  const [old, now] = [
    readAnswers(database, before.key, 'target'),
    readAnswers(database, after.key, 'target'),
  ];
  const compared = Math.min(old.code.length, now.code.length);
  let first: AnswerChange | null = null;
  let [differing, largestScoreChange] = [0, 0];
  for (let call = 0; call < compared; call++) {
    const field = (['code', 'learnCounter', 'digest'] as const).find(
      (name) => old[name][call] !== now[name][call],
    );
    if (field === undefined) continue;
    differing++;
    const file = plan.files[plan.file[call] ?? -1]?.path ?? null;
    first ??= {
      ...{ call, file, line: file === null ? null : (plan.line[call] ?? null), field },
      ...{ before: old[field][call] ?? null, after: now[field][call] ?? null },
    };
    const [was, is] = [old.code[call]!, now.code[call]!];
    if (plan.operation[call] === 'd' && was <= 100 && is <= 100) {
      largestScoreChange = Math.max(largestScoreChange, Math.abs(is - was));
    }
  }
  return { compared, differing, first, largestScoreChange };
}
