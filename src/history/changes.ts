import type { ChangePoint } from '../record/history-record.ts';
import { isWorse } from './figures.ts';
import type { StoredRun } from './read-runs.ts';
import type { Series } from './series.ts';
import { findSteps, type Step } from './steps.ts';

/**
 * Where a series changed: an exact one at every run that tells another number than the run before it, a noisy one at
 * the steps that stand out of its noise. Indices are into the runs.
 */
export function changesOf(series: Series, runs: readonly StoredRun[]): ChangePoint[] {
  const told = series.values.flatMap((value, at) =>
    value === null ? [] : [{ value, run: series.runs[at]! }],
  );
  const values = told.map(({ value }) => value);
  const steps = series.isExact ? exactSteps(values) : findSteps(values);
  return steps.map(({ run: at, foundAt, before, after }) => {
    const run = told[at]!.run;
    return {
      run,
      foundAt: told[foundAt]!.run,
      before,
      after,
      worse: isWorse(series.figure, before, after),
      changedWith: changedFacts(runs[told[at - 1]!.run]!, runs[run]!),
    };
  });
}

function exactSteps(values: readonly number[]): Step[] {
  return values.flatMap((value, at) =>
    at === 0 || value === values[at - 1]
      ? []
      : [{ run: at, foundAt: at, before: values[at - 1]!, after: value }],
  );
}

/** Facts that are never a cause: what was typed, which of several equal places it was, what came out. */
const NO_CAUSE = new Set(['command', 'slot', 'file', 'evidence bundle']);

/** What else is different between two runs, by name; the commit among them. */
export function changedFacts(before: StoredRun, after: StoredRun): string[] {
  const names = new Set([...Object.keys(before.facts), ...Object.keys(after.facts)]);
  const changed = [...names].filter(
    (name) => !NO_CAUSE.has(name) && (before.facts[name] ?? null) !== (after.facts[name] ?? null),
  );
  return [...(before.commit === after.commit ? [] : ['commit']), ...changed.sort()];
}
