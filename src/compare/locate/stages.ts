import { INPUT_TAP, KNOWLEDGE, KNOWLEDGE_HEADER_WORDS, type TracedStep } from '../../engine/index.ts';
import type { DivergenceElement, DivergenceStage, ShownValue } from '../../record/divergence.ts';
import { isSimilarity } from '../compare-runs.ts';
import type { CallTrace, TracedCall } from './trace.ts';
import { shownCode, shownFloat, shownWord } from './words.ts';

/** What taps tell of a library: how its signals and the outputs of its steps are to be read. */
export interface TracedLibrary {
  readonly axes: number;
  readonly steps: readonly TracedStep[];
}

/** The values of one stage on both sides, in the order in which a call passes through stages. */
export interface StagePair {
  readonly stage: DivergenceStage;
  readonly reference: Uint32Array;
  readonly target: Uint32Array;
  /** Whether the words are binary32 values, whose distance in units in the last place means something. */
  readonly floats: (index: number) => boolean;
  readonly shown: (word: number, index: number) => ShownValue;
  readonly elementAt: (index: number) => DivergenceElement;
}

/** Every stage that was seen on both sides. A stage that only one side has run is told by {@link onlyOneRan}. */
export function stagePairs(
  library: TracedLibrary,
  call: TracedCall,
  reference: CallTrace,
  target: CallTrace,
): StagePair[] {
  const pairs: StagePair[] = [];
  const floats = { floats: () => true, shown: shownFloat };
  for (const { stage, words } of reference.stages) {
    const other = target.stages.find((candidate) => candidate.stage === stage);
    if (words === null || other === undefined || other.words === null) continue;
    const step = library.steps[stage];
    const axes = stage === INPUT_TAP ? library.axes : (step?.axes ?? null);
    pairs.push({
      stage: stageOf(library, stage),
      reference: words,
      target: other.words,
      ...floats,
      elementAt: (index) => valueAt(index, axes),
    });
  }
  const single = (name: string) => (): DivergenceElement => ({ index: 0, axis: null, sample: null, name });
  const one = (kind: 'score' | 'distance', name: string, a: number | null, b: number | null): void => {
    if (a === null || b === null) return;
    pairs.push({
      stage: { kind, index: null, name },
      reference: Uint32Array.of(a),
      target: Uint32Array.of(b),
      ...floats,
      elementAt: single(name),
    });
  };
  // In warm-up a learn computes no distance: both sides then tell the zero of initialize, which compares nothing.
  const isWarmUp = call.operation === 'learn' && reference.score === 0 && target.score === 0;
  if (!isWarmUp) one('score', "the model's distance", reference.score, target.score);
  one('distance', 'distance over its reference', reference.distance, target.distance);
  const { operation } = call;
  const similarities = isSimilarity(operation, reference.code) && isSimilarity(operation, target.code);
  const codes: StagePair = {
    stage: similarities
      ? { kind: 'similarity', index: null, name: 'similarity' }
      : { kind: 'return-code', index: null, name: 'return code' },
    reference: Uint32Array.of(reference.code),
    target: Uint32Array.of(target.code),
    floats: () => false,
    shown: shownCode,
    elementAt: single(similarities ? 'similarity' : 'return code'),
  };
  if (similarities) pairs.push(codes);
  pairs.push({
    stage: { kind: 'counter', index: null, name: 'learn counter' },
    reference: Uint32Array.of(reference.learnCounter),
    target: Uint32Array.of(target.learnCounter),
    floats: () => false,
    shown: shownWord,
    elementAt: single('learn counter'),
  });
  pairs.push(knowledgePair(reference, target));
  if (!similarities) pairs.push(codes);
  return pairs;
}

export function stageOf(library: TracedLibrary, stage: number): DivergenceStage {
  if (stage === INPUT_TAP) return { kind: 'input', index: null, name: 'input: the signal as it arrived' };
  const last = stage === library.steps.length - 1 ? ' (features)' : '';
  return {
    kind: 'transform',
    index: stage,
    name: `transform ${stage + 1}: ${library.steps[stage]?.transform ?? 'unknown'}${last}`,
  };
}

/** The first stage that ran on one side alone, and on which; null when both ran the same. */
export function onlyOneRan(
  library: TracedLibrary,
  reference: CallTrace,
  target: CallTrace,
): { stage: DivergenceStage; ran: 'reference' | 'target' } | null {
  const count = Math.max(reference.stages.length, target.stages.length);
  for (let index = 0; index < count; index++) {
    const [ours, theirs] = [reference.stages[index], target.stages[index]];
    if (ours !== undefined && theirs !== undefined) continue;
    const ran = ours === undefined ? 'target' : 'reference';
    return { stage: stageOf(library, (ours ?? theirs)!.stage), ran };
  }
  return null;
}

function valueAt(index: number, axes: number | null): DivergenceElement {
  if (axes === null) return { index, axis: null, sample: null, name: `feature ${index + 1}` };
  const [axis, sample] = [index % axes, Math.floor(index / axes)];
  return { index, axis, sample, name: `axis ${axis + 1} of sample ${sample + 1}` };
}

const HEADER_NAMES: Readonly<Record<number, string>> = {
  [KNOWLEDGE.version]: 'version',
  [KNOWLEDGE.learnCounter]: 'learn counter',
  [KNOWLEDGE.scoreCount]: 'number of scores',
  [KNOWLEDGE.scoreMean]: 'mean of scores',
  [KNOWLEDGE.scoreVariance]: 'variance of scores',
};
const HEADER_FLOATS: readonly number[] = [KNOWLEDGE.scoreMean, KNOWLEDGE.scoreVariance];

/** Word by word where both sides tell their knowledge, by the digest where one does not. */
function knowledgePair(reference: CallTrace, target: CallTrace): StagePair {
  const stage: DivergenceStage = { kind: 'knowledge', index: null, name: 'knowledge after the call' };
  if (reference.knowledge === null || target.knowledge === null) {
    return {
      stage,
      reference: Uint32Array.of(reference.digest),
      target: Uint32Array.of(target.digest),
      floats: () => false,
      shown: shownWord,
      elementAt: () => ({ index: 0, axis: null, sample: null, name: 'digest of the knowledge' }),
    };
  }
  // Of the model's words only the model knows which are counts; most are values, and ULP of a count is no harm.
  const floats = (index: number): boolean => index >= KNOWLEDGE_HEADER_WORDS || HEADER_FLOATS.includes(index);
  return {
    stage,
    reference: reference.knowledge,
    target: target.knowledge,
    floats,
    shown: (word, index) => (floats(index) ? shownFloat(word) : shownWord(word)),
    elementAt: (index) => ({
      index,
      axis: null,
      sample: null,
      name: HEADER_NAMES[index] ?? `word ${index - KNOWLEDGE_HEADER_WORDS + 1} of the model`,
    }),
  };
}
