import { SignalInspector } from '../../engine/dataset/inspect/signal-inspector.ts';
import { createChain } from '../../engine/emulator/chain.ts';
import { type Library, libraryShape } from '../../engine/index.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../../engine/metrics/metrics.ts';
import {
  type Cause,
  type CoupleFacts,
  coupleCauses,
  type PartFacts,
  percentText,
} from '../../engine/search/causes.ts';
import { neighbourFacts } from '../../engine/search/neighbours.ts';
import { samplingFacts } from '../../engine/search/sampling.ts';
import type { Answer } from '../../record/calls.ts';
import type { FitnessFacts } from '../../record/fitness-facts.ts';
import type { Metrics } from '../../record/metrics.ts';
import type { SignalCall } from './signal-plan.ts';
import { stretchCauses } from './stretch-causes.ts';

export interface RunCausesInput {
  readonly library: Library;
  readonly calls: readonly SignalCall[];
  readonly files: readonly string[];
  readonly target: readonly Answer[];
  readonly threshold: number;
  readonly facts: FitnessFacts;
  readonly metrics: Metrics | null;
}

/** A file whose lines are recognised this much less than those of the others is a regime of its own. */
const NOTABLE = 0.15;
/** Balanced accuracy that still changes by more than this between the last two points has not settled. */
const SETTLED = 0.01;

interface Judged {
  readonly call: SignalCall;
  readonly similarity: number;
}

/**
 * Why a run's library is not fit: those of the documents' causes of poor results that this run's signals and scores
 * show, with figures. The search's own finders are asked, of the detected lines in the place of its cross-validation;
 * what differs from one part of the files to the next, stretch-causes.ts finds.
 */
export function runCauses(input: RunCausesInput): Cause[] {
  const { library, calls, target, facts, files } = input;
  const judged = target.flatMap((answer, index): Judged[] => {
    const call = calls[index]!;
    const counts = call.operation === 'detect' && !call.seen && answer.code <= 100;
    return counts && call.label !== null && call.label !== 'unknown'
      ? [{ call, similarity: answer.code }]
      : [];
  });
  const own = [...tooFewLearned(facts), ...regimesNotLearned(facts)];
  if (judged.length === 0) return own;
  const part = partOf(judged, input.threshold);
  const shape = libraryShape(library);
  const signals = (label: 'nominal' | 'anomaly'): Float32Array[] =>
    judged.filter(({ call }) => call.label === label).map(({ call }) => call.signal!);
  const chain = createChain(library.pipeline, shape);
  const featuresOf = (of: readonly Float32Array[]): Float32Array => {
    const all = new Float32Array(of.length * chain.outputLength);
    const row = new Float32Array(chain.outputLength);
    for (const [index, signal] of of.entries()) {
      chain.run(signal, row);
      all.set(row, index * row.length);
    }
    return all;
  };
  const regular = signals('nominal');
  const learned = calls.filter(({ operation }) => operation === 'learn');
  const linesOf = (label: 'regular' | 'abnormal'): number =>
    label === 'regular' ? learned.length + regular.length : judged.length - regular.length;
  const couple: CoupleFacts = {
    name: 'this run',
    crossValidated: part,
    heldOut: part,
    fittedBalancedAccuracy: bestOf(input.metrics),
    files: (['regular', 'abnormal'] as const).map((label) => ({
      name: label,
      label,
      lines: linesOf(label),
      stretches: [],
    })),
    learning: learningOf(input),
    neighbours: neighbourFacts(
      { regular: featuresOf(regular), abnormal: featuresOf(signals('anomaly')) },
      chain.outputLength,
    ),
    placeOf: (label, row) => {
      const { call } = judged.filter((one) => (one.call.label === 'nominal') === (label === 'regular'))[row]!;
      return `${files[call.file!]}:${call.line}`;
    },
    sampling: samplingFacts(flat(learned.map(({ signal }) => signal!)), shape),
    repeatedShare: repeatedShare(learned, library.axes),
  };
  const more = coupleCauses(couple).filter(
    ({ kind }) => !(kind === 'learning not settled' && !facts.minimumIterations.reached),
  );
  // Regimes that were not learned are told as such; their lines are no stretch of another file.
  const learnedFiles = new Set(learned.map(({ file }) => file));
  const stretches = stretchCauses(
    judged
      .filter(({ call }) => call.label === 'anomaly' || learnedFiles.has(call.file))
      .map(({ call, similarity }) => ({
        label: call.label as 'nominal' | 'anomaly',
        file: files[call.file!]!,
        line: call.line!,
        right: similarity >= input.threshold === (call.label === 'nominal'),
      })),
  );
  return [...own, ...stretches, ...more];
}

function partOf(judged: readonly Judged[], threshold: number): PartFacts {
  const of = (label: 'nominal' | 'anomaly'): number[] =>
    judged.filter(({ call }) => call.label === label).map(({ similarity }) => similarity);
  const scores = { regular: of('nominal'), abnormal: of('anomaly') };
  const right = (list: readonly number[], isRight: (score: number) => boolean) => ({
    lines: list.length,
    right: list.filter(isRight).length,
  });
  return {
    balancedAccuracy: balancedAccuracy(scores, threshold),
    confidence: confidence(scores, threshold),
    areaUnderCurve: areaUnderCurve(scores),
    regular: right(scores.regular, (score) => score >= threshold),
    abnormal: right(scores.abnormal, (score) => score < threshold),
  };
}

/** Balanced accuracy of the target at the threshold that suits its lines best. */
function bestOf(metrics: Metrics | null): number | null {
  const known = (metrics?.thresholds.target.balancedAccuracy ?? []).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function learningOf({ metrics, facts }: RunCausesInput): CoupleFacts['learning'] {
  const points = (metrics?.learningCurve ?? []).flatMap(({ learns, target }) => {
    const { balancedAccuracy: accuracy, confidence: sure } = target;
    if (accuracy === null || sure === null) return [];
    return [{ learns, balancedAccuracy: accuracy, confidence: sure, lowest: accuracy, highest: accuracy }];
  });
  const [before, end] = [points.at(-2), points.at(-1)];
  const moved =
    before !== undefined &&
    end !== undefined &&
    Math.abs(end.balancedAccuracy - before.balancedAccuracy) > SETTLED;
  const { learned: available, minimum } = facts.minimumIterations;
  return { name: 'this run', orders: 1, available, minimum, settled: !moved, points, regimes: [] };
}

/** Share of learned lines whose neighbouring samples repeat, as `neai check` finds it. */
function repeatedShare(learned: readonly SignalCall[], axes: number): number {
  const inspector = new SignalInspector(axes);
  for (const [index, { signal }] of learned.entries()) {
    inspector.line(signal!, index + 1, { column: (value) => value + 1, endColumn: () => signal!.length + 1 });
  }
  const repetition = inspector.findings().find(({ kind }) => kind === 'repetition');
  return (repetition?.count ?? 0) / Math.max(1, learned.length);
}

function tooFewLearned({ minimumIterations: { learned, minimum, reached } }: FitnessFacts): Cause[] {
  if (reached) return [];
  return [
    {
      kind: 'too few learned',
      message: `${learned} signals were learned, the library asks for at least ${minimum}.`,
      remedy: 'Let it learn more signals, of every regime of the machine.',
    },
  ];
}

function regimesNotLearned({ regimes }: FitnessFacts): Cause[] {
  const covered = regimes.filter((regime) => regime.covered && regime.recognised !== null);
  const lines = covered.reduce((sum, { detected }) => sum + detected, 0);
  const right = covered.reduce((sum, { detected, recognised }) => sum + detected * recognised!, 0);
  return regimes.flatMap(({ name, covered: isCovered, detected, recognised }): Cause[] => {
    if (isCovered || recognised === null || lines === 0 || right / lines - recognised < NOTABLE) return [];
    return [
      {
        kind: 'regime not learned',
        message: `Nothing of ${name} was learned: ${percentText(recognised)} of its ${detected} lines are recognised, ${percentText(right / lines)} of the files that were.`,
        remedy:
          'Learn signals of every regime of the machine, or leave the file out if the machine was not well.',
      },
    ];
  });
}

function flat(signals: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(signals.reduce((sum, signal) => sum + signal.length, 0));
  let at = 0;
  for (const signal of signals) {
    all.set(signal, at);
    at += signal.length;
  }
  return all;
}
