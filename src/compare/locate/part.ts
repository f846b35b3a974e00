import type { ComparedStage, Divergence } from '../../record/divergence.ts';
import type { ComparedField } from '../../record/primitives.ts';
import { ulpBetween } from '../ulp.ts';
import { likelyCause, type NamedSides, notRunCause } from './cause.ts';
import { onlyOneRan, type StagePair, stagePairs, type TracedLibrary } from './stages.ts';
import type { CallTrace, TracedCall } from './trace.ts';

/** Where inside one call two sides part. */
export type Part = Pick<
  Divergence,
  'field' | 'stage' | 'element' | 'reference' | 'target' | 'ulp' | 'stages' | 'cause'
>;

/** Whether anything at all differs, cheaply: what a bisection asks. */
export function tracesDiffer(reference: CallTrace, target: CallTrace): boolean {
  return (
    reference.code !== target.code ||
    reference.learnCounter !== target.learnCounter ||
    reference.digest !== target.digest ||
    bothTell(reference.score, target.score) ||
    bothTell(reference.distance, target.distance) ||
    reference.stages.length !== target.stages.length ||
    reference.stages.some(({ words }, index) => {
      const other = target.stages[index]!.words;
      return words !== null && other !== null && firstDifferent(words, other) !== null;
    })
  );
}

const bothTell = (a: number | null, b: number | null): boolean => a !== null && b !== null && a !== b;

/** The first stage and element in which two traces of one call differ; null when they do not. */
export function partOf(
  library: TracedLibrary,
  call: TracedCall,
  reference: CallTrace,
  target: CallTrace,
  names: NamedSides,
): Part | null {
  const pairs = stagePairs(library, call, reference, target);
  const stages = pairs.map(summaryOf);
  const field = fieldOf(call, reference, target);
  const alone = onlyOneRan(library, reference, target);
  const at = pairs.findIndex((pair) => firstDifferent(pair.reference, pair.target) !== null);
  if (alone !== null && (at < 0 || pairs[at]!.stage.kind !== 'input') && reference.code === target.code) {
    // A call that was answered as if it had been made, and was not.
    const counter = pairs.find(({ stage }) => stage.kind === 'counter')!;
    const shown = counter.reference[0] === counter.target[0] ? null : counter;
    return {
      field,
      stage: shown?.stage ?? { kind: 'call', index: null, name: `call: ${alone.stage.name} did not run` },
      element: shown?.elementAt(0) ?? null,
      reference: shown?.shown(shown.reference[0]!, 0) ?? null,
      target: shown?.shown(shown.target[0]!, 0) ?? null,
      ulp: null,
      stages,
      cause: notRunCause(call.operation, alone.ran, names),
    };
  }
  if (at < 0) return null;
  const pair = pairs[at]!;
  const index = firstDifferent(pair.reference, pair.target)!;
  const [ours, theirs] = [pair.reference[index], pair.target[index]];
  return {
    field,
    stage: pair.stage,
    element: pair.elementAt(index),
    reference: ours === undefined ? null : pair.shown(ours, index),
    target: theirs === undefined ? null : pair.shown(theirs, index),
    ulp: ours !== undefined && theirs !== undefined && pair.floats(index) ? ulpBetween(ours, theirs) : null,
    stages,
    cause: likelyCause(library, pairs, at, call.operation, names),
  };
}

/** The field of the answer in which the call first differs as a person without taps sees it. */
function fieldOf({ operation }: TracedCall, reference: CallTrace, target: CallTrace): ComparedField {
  if (reference.code !== target.code) {
    return operation === 'detect' && reference.code <= 100 && target.code <= 100
      ? 'similarity'
      : 'returnCode';
  }
  if (reference.learnCounter !== target.learnCounter) return 'learnCounter';
  return reference.digest === target.digest ? 'distance' : 'digest';
}

function summaryOf(pair: StagePair): ComparedStage {
  const elements = Math.max(pair.reference.length, pair.target.length);
  let differing = 0;
  let largestUlp: number | null = null;
  for (let index = 0; index < elements; index++) {
    const [a, b] = [pair.reference[index], pair.target[index]];
    if (a === b) continue;
    differing++;
    const apart = a === undefined || b === undefined || !pair.floats(index) ? null : ulpBetween(a, b);
    if (apart !== null) largestUlp = Math.max(largestUlp ?? 0, apart);
  }
  return { stage: pair.stage, elements: Math.max(1, elements), differing, largestUlp };
}

/** Index of the first word that differs, lengths included; null when none does. */
export function firstDifferent(a: Uint32Array, b: Uint32Array): number | null {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return index;
  return null;
}
