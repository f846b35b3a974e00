import {
  type Footprint,
  type Limits,
  libraryFlashBytes,
  libraryRamBytes,
  type PerCallFigures,
} from '../record/cost.ts';
import type { Accuracy, Verdict } from '../record/primitives.ts';
import type { Criterion } from '../record/run-record.ts';
import { formatBytes, formatPercent, formatShortfall, formatTicks } from './figures.ts';

/** What fitness is judged on: the target's figures, never the emulator's. */
export interface FitnessInput {
  readonly limits: Limits;
  readonly accuracy: Accuracy;
  /** Why the accuracy figures mean nothing, null when they do: no labels, a run that broke off, … */
  readonly accuracyNotShown: string | null;
  /** Signals that the target has learned, and how many the library asks for. */
  readonly learned: number;
  readonly minimumLearningIterations: number;
  readonly footprint: Footprint | null;
  readonly perCall: PerCallFigures;
}

/** Half a unit in the ninth digit: 0.9 computed as (0.85 + 0.95) / 2 must not miss a limit of 0.9. */
const ROUNDING_SLACK = 1e-9;

/** One row per limit that applies, in the order in which libraries are ranked. */
export function fitnessCriteria(input: FitnessInput): Criterion[] {
  const learned = learnedCriterion(input);
  const noAccuracy = input.accuracyNotShown ?? learned.reason;
  const { limits, accuracy } = input;
  const rows = [
    learned,
    atLeast('balanced accuracy', accuracy.balancedAccuracy, limits.balancedAccuracy, noAccuracy),
    atLeast('confidence', accuracy.confidence, limits.confidence, noAccuracy),
  ];
  rows.push(...costs(input).flatMap(([cost, limit]) => (limit === null ? [] : [atMost(cost, limit)])));
  return rows;
}

/**
 * The library is good enough: FAIL as soon as one figure misses its limit, NOT SHOWN when none does but one could
 * not be taken, else PASS.
 */
export function fitnessVerdict(criteria: readonly Criterion[]): Verdict {
  const reasonsOf = (verdict: Criterion['verdict']): string[] => [
    ...new Set(criteria.filter((row) => row.verdict === verdict).map((row) => row.reason ?? row.name)),
  ];
  const failed = reasonsOf('FAIL');
  if (failed.length > 0) return { verdict: 'FAIL', reasons: failed };
  const notShown = reasonsOf('NOT SHOWN');
  return notShown.length > 0 ? { verdict: 'NOT SHOWN', reasons: notShown } : { verdict: 'PASS', reasons: [] };
}

function learnedCriterion({ learned, minimumLearningIterations: limit }: FitnessInput): Criterion {
  const enough = learned >= limit;
  const reason = enough
    ? null
    : `${learned} signals learned, ${limit - learned} fewer than the library's minimum learning iterations (${limit})`;
  const verdict = enough ? 'PASS' : 'NOT SHOWN';
  return { name: 'learned signals', unit: 'count', value: learned, limit, verdict, reason };
}

function atLeast(
  name: 'balanced accuracy' | 'confidence',
  value: number | null,
  limit: number,
  notShown: string | null,
): Criterion {
  const row = { name, unit: 'fraction', value, limit } as const;
  if (notShown !== null) return { ...row, verdict: 'NOT SHOWN', reason: notShown };
  if (value === null) return { ...row, verdict: 'NOT SHOWN', reason: `${name} could not be taken` };
  if (value + ROUNDING_SLACK >= limit) return { ...row, verdict: 'PASS', reason: null };
  const reason = `${name} ${formatPercent(value)} is ${formatShortfall(value, limit)} below the limit of ${formatPercent(limit)}`;
  return { ...row, verdict: 'FAIL', reason };
}

interface Cost {
  readonly name: Criterion['name'];
  readonly unit: Criterion['unit'];
  readonly value: number | null;
  /** Why there is no value. */
  readonly unknown: string;
}

/** What the library takes of a board, each with its limit. */
function costs({ limits, footprint, perCall }: FitnessInput): [Cost, number | null][] {
  const bytes = (name: Cost['name'], value: number | null): Cost => {
    const unknown =
      footprint === null
        ? `${name} is unknown: no image was built`
        : `${name} is unknown: it was not measured`;
    return { name, unit: 'bytes', value, unknown };
  };
  const ticks = (call: 'learn' | 'detect'): Cost => ({
    name: `longest ${call}`,
    unit: perCall.unit,
    value: perCall[call]?.max ?? null,
    unknown: `longest ${call} is unknown: no ${call} told its ${perCall.unit}`,
  });
  const stacks = footprint?.stackByCall.flatMap(({ libraryBytes }) => libraryBytes ?? []) ?? [];
  return [
    [bytes('RAM', footprint && libraryRamBytes(footprint)), limits.ramBytes],
    [bytes('flash', footprint && libraryFlashBytes(footprint)), limits.flashBytes],
    [bytes('stack', stacks.length === 0 ? null : Math.max(...stacks)), limits.stackBytes],
    [ticks('learn'), limits.learnTicks],
    [ticks('detect'), limits.detectTicks],
  ];
}

function atMost({ name, unit, value, unknown }: Cost, limit: number): Criterion {
  const row = { name, unit, value, limit } as const;
  if (value === null) return { ...row, verdict: 'NOT SHOWN', reason: unknown };
  if (value <= limit) return { ...row, verdict: 'PASS', reason: null };
  const count = (number: number): string =>
    unit === 'bytes' ? formatBytes(number) : formatTicks(number, unit);
  const reason = `${name} ${count(value)} is ${count(value - limit)} above the limit of ${count(limit)}`;
  return { ...row, verdict: 'FAIL', reason };
}
