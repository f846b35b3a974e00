import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import { Emulator } from '../../src/engine/emulator/emulator.ts';
import { costOf } from '../../src/engine/index.ts';
import type { Library } from '../../src/engine/library.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../../src/engine/metrics/metrics.ts';
import { similarities } from '../../src/engine/search/calibrate.ts';
import { extractFeatures, type Features } from '../../src/engine/search/evaluate.ts';
import type { Ranked } from '../../src/engine/search/ranking.ts';
import { pipelineKey } from '../../src/engine/search/space.ts';
import { webassemblyRung } from '../../src/engine/wasm/kernels.ts';
import { buildLibrary } from '../../src/host/library-build.ts';
import { runSearch } from '../../src/studio/run-search.ts';
import type { BenchSet } from './sets.ts';

/** Most that a library may need: variables, knowledge and worst stack, without the caller's buffer. */
export const MOST_RAM_BYTES = 6000;
/** Libraries are measured for a common core with an FPU. */
const CORE = 'cortex-m4';

/** What one search reaches. */
export interface SearchQuality {
  readonly pick: string;
  readonly evaluations: number;
  readonly ramBytes: number;
  readonly ramIsMeasured: boolean;
  readonly crossValidated: number;
  readonly heldOut: number;
  readonly heldOutConfidence: number;
  readonly heldOutAuc: number;
  /** The best held-out accuracy among the candidates that were evaluated: what a search that knew would have chosen. */
  readonly hindsight: number;
}

/** Searches a set and judges the library by the lines that the search never saw. */
export async function searchQuality(
  set: BenchSet,
  options: { readonly seed: number; readonly workers: number; readonly evaluations: number },
): Promise<SearchQuality> {
  const { files, shape } = set;
  const outcome = await runSearch({
    couples: [{ name: set.name, regular: [files.regular], abnormal: [files.abnormal] }],
    axes: shape.axes,
    ...options,
    limits: { maxRamBytes: MOST_RAM_BYTES, core: CORE },
    measure: async (library) => {
      const built = await buildLibrary(planLibrary(library), { core: CORE });
      return costOf({ ...built, archive: built.sizes });
    },
  });
  const { library, measured, winner, ranked } = outcome;
  const scores = heldOutScores(library, set);
  const { pipeline, model } = winner.candidate;
  return {
    pick: [...pipeline.map(stageName), modelName(model)].join(' '),
    evaluations: outcome.evaluations,
    ramBytes: measured?.ramBytes ?? winner.ramBytes,
    ramIsMeasured: measured !== null,
    crossValidated: winner.evaluation.balancedAccuracy!,
    heldOut: balancedAccuracy(scores)!,
    heldOutConfidence: confidence(scores)!,
    heldOutAuc: areaUnderCurve(scores)!,
    hindsight: hindsight(ranked, set),
  };
}

const stageName = ({
  transform,
  params,
}: {
  readonly transform: string;
  readonly params: object;
}): string => {
  const { blocks } = params as { readonly blocks?: readonly { readonly transform: string }[] };
  return blocks === undefined ? transform : `[${blocks.map((block) => block.transform).join(' + ')}]`;
};

const modelName = ({ name, params }: { readonly name: string; readonly params: object }): string => {
  const { members } = params as { readonly members?: readonly { readonly name: string }[] };
  return members === undefined ? name : `${name}(${members.map((member) => member.name).join(', ')})`;
};

function heldOutScores(library: Library, { lines, shape }: BenchSet) {
  const emulator = new Emulator(library);
  emulator.initialize();
  const width = shape.axes * shape.length;
  const rows = (values: Float32Array): Float32Array[] =>
    Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
  for (const signal of rows(lines.regular)) emulator.learn(signal);
  const detect = (values: Float32Array) => rows(values).map((signal) => emulator.detect(signal));
  return { regular: detect(lines.heldOutRegular), abnormal: detect(lines.heldOutAbnormal) };
}

/** Every candidate learns the selection part and scores the held-out lines. Never fed back into any search. */
function hindsight(ranked: readonly Ranked[], { shape, lines }: BenchSet): number {
  const part = (regular: Float32Array, abnormal: Float32Array) => ({
    shape,
    couples: [{ name: '', regular, abnormal, overlapLines: 0 }],
  });
  const data = part(together(lines.regular, lines.heldOutRegular), lines.heldOutAbnormal);
  const learned = lines.regular.length / (shape.axes * shape.length);
  const features = new Map<string, Features>();
  let best = 0;
  for (const { candidate, evaluation } of ranked) {
    const key = pipelineKey(candidate.pipeline);
    const { dimension, couples } = features.get(key) ?? extractFeatures(data, candidate.pipeline);
    features.set(key, { dimension, couples });
    const { regular, abnormal } = couples[0]!;
    const learner = webassemblyRung.learner({ dimension, regular, abnormal }, candidate.model);
    learner.reset();
    learner.learn(0, learned);
    const scores = {
      regular: similarities(
        learner.ratios('regular', learned, regular.length / dimension),
        evaluation.calibration,
      ),
      abnormal: similarities(
        learner.ratios('abnormal', 0, abnormal.length / dimension),
        evaluation.calibration,
      ),
    };
    best = Math.max(best, balancedAccuracy(scores)!);
  }
  return best;
}

function together(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
