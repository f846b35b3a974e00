import { layOut } from '../codegen/layout.ts';
import { KNOWLEDGE_HEADER_WORDS } from '../emulator/detector.ts';
import type { ModelSpec } from '../models/model.ts';
import { modelByName } from '../models/registry.ts';
import type { Learner, Rows, Rung } from '../search/rung.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import { type KernelInstance, kernelInstance } from './instance.ts';
import { SEARCH_KERNELS } from './kernels.generated.ts';

/** Input of a stage that reads the signal: NEAI_INPUT_IS_SIGNAL. */
const INPUT_IS_SIGNAL = 0xffffffff;
/** Lines are handed to the kernels in pieces of about this size. */
const PIECE_WORDS = 2 ** 18;
/** Any model will do to lay a chain out; this one needs no scratch memory. */
const NO_MODEL: ModelSpec = { name: 'diag', params: {} };

/** The C kernels as WebAssembly: what a search stands on. */
export const webassemblyRung: Rung = {
  name: 'webassembly',
  features: (pipeline, shape, signals) => borrowing((kernels) => extract(kernels, pipeline, shape, signals)),
  learner: (rows, model) => createLearner(kernelInstance(), rows, model),
};

/** Gives back what was reserved within. */
function borrowing<T>(work: (kernels: KernelInstance) => T): T {
  const kernels = kernelInstance();
  const mark = kernels.mark();
  try {
    return work(kernels);
  } finally {
    kernels.release(mark);
  }
}

function putConfig(kernels: KernelInstance, words: readonly number[]): number {
  const offset = kernels.reserve(words.length);
  kernels.integers(offset, words.length).set(words);
  return offset;
}

function extract(
  kernels: KernelInstance,
  pipeline: Pipeline,
  shape: Shape,
  signals: Float32Array,
): Float32Array {
  const { steps, dimension, workWords } = layOut(pipeline, NO_MODEL, shape);
  steps.forEach(({ step, inputWord, outputWord, workWord }, index) => {
    const { transform, params, inputShape, outputLength } = step;
    kernels.exports.neai_search_stage(
      index,
      SEARCH_KERNELS.transforms.indexOf(transform.name),
      putConfig(kernels, transform.configWords(inputShape, params)),
      inputShape.axes,
      inputShape.length,
      inputWord ?? INPUT_IS_SIGNAL,
      outputWord,
      outputLength,
      workWord,
    );
  });
  const width = shape.axes * shape.length;
  const lines = signals.length / width;
  const piece = Math.max(1, Math.min(lines, Math.floor(PIECE_WORDS / width)));
  const [input, output] = [kernels.reserve(piece * width), kernels.reserve(piece * dimension)];
  const work = kernels.reserve(workWords);
  const features = new Float32Array(lines * dimension);
  for (let first = 0; first < lines; first += piece) {
    const count = Math.min(piece, lines - first);
    const words = signals.subarray(first * width, (first + count) * width);
    kernels.floats(input, words.length).set(words);
    kernels.exports.neai_search_features(steps.length, input, count, width, output, dimension, work);
    features.set(kernels.floats(output, count * dimension), first * dimension);
  }
  return features;
}

/** Where the learner of this thread has its memory from: the last one's is taken back. */
let learnerMark: number | undefined;

function createLearner(kernels: KernelInstance, rows: Rows, spec: ModelSpec): Learner {
  learnerMark ??= kernels.mark();
  kernels.release(learnerMark);
  const { dimension } = rows;
  const model = modelByName(spec.name);
  const put = (values: Float32Array): number => {
    const offset = kernels.reserve(values.length);
    kernels.floats(offset, values.length).set(values);
    return offset;
  };
  const places = { regular: put(rows.regular), abnormal: put(rows.abnormal) };
  const most = Math.max(rows.regular.length, rows.abnormal.length) / dimension;
  const ratios = kernels.reserve(most);
  const words = KNOWLEDGE_HEADER_WORDS + model.stateWords(dimension, spec.params);
  const [knowledge, kept] = [kernels.reserve(words), kernels.reserve(words)];
  const work = kernels.reserve(dimension + model.workWords(dimension, spec.params));
  // see NEAI_MODEL_ROWS; an ensemble's members need no more than it does
  const rowsWork = kernels.reserve(2 * words + 64 * dimension + most);
  const config = putConfig(kernels, model.configWords(dimension, spec.params));
  const rowAt = (label: 'regular' | 'abnormal', row: number): number => places[label] + 4 * row * dimension;
  const copyWords = (from: number, to: number): void =>
    kernels.integers(to, words).set(kernels.integers(from, words));
  return {
    reset: () =>
      kernels.exports.neai_search_model(
        SEARCH_KERNELS.models.indexOf(spec.name),
        config,
        dimension,
        dimension,
        model.warmUp(dimension, spec.params),
        knowledge,
        words,
        work,
      ),
    learn: (first, end) => kernels.exports.neai_search_learn(rowAt('regular', first), end - first),
    ratios(label, first, end) {
      kernels.exports.neai_search_ratios(rowAt(label, first), end - first, ratios, rowsWork);
      return kernels.floats(ratios, end - first).slice();
    },
    save: () => copyWords(knowledge, kept),
    restore: () => copyWords(kept, knowledge),
  };
}
