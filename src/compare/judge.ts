import { balancedAccuracy, confidence } from '../engine/metrics/metrics.ts';
import type { CallSequence, Operation } from '../record/calls.ts';
import type { Footprint, Limits } from '../record/cost.ts';
import type { Metrics } from '../record/metrics.ts';
import type { Accuracy, Evidence, Verdict } from '../record/primitives.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Tolerance } from '../record/tolerance.ts';
import { compareRuns } from './compare-runs.ts';
import { equivalenceVerdict } from './equivalence.ts';
import { fitnessCriteria, fitnessVerdict } from './fitness.ts';
import { learnedCalls } from './learned.ts';
import { type CurveProbes, learningCurveOf } from './learning-curve.ts';
import { regimesOf } from './regimes.ts';
import { metricsOf } from './score-metrics.ts';
import { type ScoredSignals, scoredSignals } from './scored-signals.ts';
import { perCallFigures } from './ticks.ts';

/** Limits of a project that sets none: 90 % balanced accuracy, 90 % confidence, any cost. */
export const DEFAULT_LIMITS: Limits = {
  balancedAccuracy: 0.9,
  confidence: 0.9,
  flashBytes: null,
  ramBytes: null,
  stackBytes: null,
  learnTicks: null,
  detectTicks: null,
};

/** What a comparison is judged from. */
export interface JudgeInput {
  readonly sequence: CallSequence;
  /** Names of the dataset files that the calls' file indices mean. */
  readonly files: readonly string[];
  readonly evidence: Evidence;
  readonly tolerance: Tolerance;
  readonly threshold: number;
  readonly limits: Limits;
  readonly minimumLearningIterations: number;
  readonly footprint: Footprint | null;
  /** Something equal for calls whose signals have the same values; absent: file and line stand for it. */
  readonly contents?: readonly (string | null)[];
  /** What both sides answered on the way to having learned. */
  readonly probes?: readonly CurveProbes[];
  /** One phrase on what ended the run early; null when every planned call was made. */
  readonly brokenOffBecause: string | null;
  /** Why there is no reference at all; then the target is judged alone and equivalence is not shown. */
  readonly noReference?: string | undefined;
}

/** The judged part of a run record, field by field as the record has them. */
export type Judgement = Pick<
  RunRecord,
  'tolerance' | 'comparison' | 'verdicts' | 'criteria' | 'fitnessFacts' | 'accuracy' | 'metrics' | 'perCall'
>;

/** Two sides, two verdicts: equivalence from every call, fitness from the target's figures. Pure. */
export function judgeRun(input: JudgeInput): Judgement {
  const { sequence, files, tolerance, threshold, limits, minimumLearningIterations, footprint } = input;
  const { calls, reference, target } = sequence;
  const compared = compareRuns(sequence, files, tolerance);
  const comparison =
    input.noReference === undefined ? compared : { ...compared, unanswered: calls.length - target.length };
  const scored = scoredSignals(calls, target);
  // Figures of half a run would be read as figures of the run.
  const ofTarget = comparison.unanswered > 0 ? { ...scored, notShown: 'the run is incomplete' } : scored;
  const accuracy = {
    reference: accuracyOf(scoredSignals(calls, reference), threshold),
    target: accuracyOf(ofTarget, threshold),
  };
  const perCall = perCallFigures(sequence, input.evidence.kind);
  const learned = learnedCalls(sequence).filter(Boolean).length;
  const criteria = fitnessCriteria({
    limits,
    accuracy: accuracy.target,
    accuracyNotShown: ofTarget.notShown,
    learned,
    minimumLearningIterations,
    footprint,
    perCall,
  });
  const metrics = metricsOf({
    sequence,
    files,
    threshold,
    contents: input.contents ?? null,
    learningCurve: learningCurveOf(input.probes ?? [], threshold),
  });
  const operationAt = (call: number): Operation => calls[call]!.operation;
  const equivalence = equivalenceVerdict(comparison, tolerance, operationAt, input.brokenOffBecause, {
    answered: Math.min(reference.length, target.length),
  });
  return {
    tolerance,
    comparison,
    verdicts: {
      equivalence:
        input.noReference === undefined
          ? withFlips(equivalence, tolerance, metrics, threshold)
          : { verdict: 'NOT SHOWN', reasons: [`there is no reference: ${input.noReference}`] },
      fitness: fitnessVerdict(criteria),
    },
    criteria,
    fitnessFacts: {
      minimumIterations: {
        learned,
        minimum: minimumLearningIterations,
        reached: learned >= minimumLearningIterations,
      },
      regimes: regimesOf(sequence, files, threshold),
      causes: [],
    },
    accuracy,
    metrics,
    perCall,
  };
}

/** Where points may differ, what matters first is whether a decision does. */
function withFlips(
  verdict: Verdict,
  { profile }: Tolerance,
  metrics: Metrics | null,
  threshold: number,
): Verdict {
  if (profile === 'bit-exact' || metrics === null) return verdict;
  const { list, decisions } = metrics.flips;
  const [first] = list;
  const where =
    first === undefined
      ? ''
      : `, first ${first.file} line ${first.line}: ${first.reference} on the reference, ${first.target} on the target`;
  const flips = `${list.length} of ${decisions} decisions flip at threshold ${threshold}${where}`;
  return { ...verdict, reasons: [flips, ...verdict.reasons] };
}

function accuracyOf(scored: ScoredSignals, threshold: number): Accuracy {
  if (scored.notShown !== null) return { balancedAccuracy: null, confidence: null };
  const scores = { regular: scored.nominal, abnormal: scored.anomaly };
  return {
    balancedAccuracy: balancedAccuracy(scores, threshold),
    confidence: confidence(scores, threshold),
  };
}
