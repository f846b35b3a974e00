import { clopperPearson } from '../shared/clopper-pearson.ts';
import type { StoredRun } from './read-runs.ts';
import { bySubject, type Subject } from './series.ts';

/** How often one subject fails although the same thing passes. Fractions 0…1. */
export interface FlakeRate extends Subject {
  /** Attempts that ended passed or failed. */
  readonly attempts: number;
  /** Of them, failed ones of which another attempt with the same firmware, signals and library passed. */
  readonly flaky: number;
  readonly failed: number;
  /** Null without attempts. */
  readonly rate: number | null;
  /** Exact binomial interval of the rate (Clopper and Pearson 1934). Retries within a run are not independent of each other. */
  readonly interval95: readonly [number, number] | null;
  /** Classes of the flaky failures: `rack` says that the lab is at fault. */
  readonly classes: Readonly<Record<string, number>>;
}

/** Same library by the subject; firmware, signals and commit by the facts. */
const sameThing = ({ facts, commit }: StoredRun): string =>
  JSON.stringify([
    facts['firmware'],
    facts['signal files'],
    facts['reference'],
    facts['sensitivity'],
    commit,
  ]);

/** Flake rates by subject. */
export function flakeRates(runs: readonly StoredRun[]): FlakeRate[] {
  return bySubject(runs).map(({ subject, at }) => {
    const attempts = at.flatMap((index) => {
      const run = runs[index]!;
      return run.attempts
        .filter(({ status }) => status !== 'not run')
        .map((attempt) => ({ ...attempt, thing: sameThing(run) }));
    });
    const passes = new Set(attempts.filter(({ status }) => status === 'passed').map(({ thing }) => thing));
    const failed = attempts.filter(({ status }) => status === 'failed');
    const flaky = failed.filter(({ thing }) => passes.has(thing));
    const classes: Record<string, number> = {};
    for (const { class: of } of flaky) classes[of ?? 'unknown'] = (classes[of ?? 'unknown'] ?? 0) + 1;
    return {
      ...subject,
      attempts: attempts.length,
      flaky: flaky.length,
      failed: failed.length,
      rate: attempts.length === 0 ? null : flaky.length / attempts.length,
      interval95: clopperPearson(flaky.length, attempts.length),
      classes,
    };
  });
}
