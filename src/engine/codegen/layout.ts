import { NeaiError } from '../../shared/errors.ts';
import { type PlannedStage, type PlannedStep, planChain } from '../emulator/chain.ts';
import { KNOWLEDGE_HEADER_WORDS } from '../emulator/detector.ts';
import type { ModelSpec } from '../models/model.ts';
import { modelByName } from '../models/registry.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';

/** Where a kernel call finds and leaves its values in the one work buffer of a library. */
export interface PlacedStep {
  readonly step: PlannedStep;
  /** First word of the input in the work buffer; null: the caller's signal. */
  readonly inputWord: number | null;
  readonly outputWord: number;
  readonly workWord: number;
}

export interface Layout {
  readonly dimension: number;
  /** Calls in order, grouped by stage: after a stage its whole output is clamped. */
  readonly steps: readonly PlacedStep[];
  /** The features are the first `dimension` words; the model's scratch memory starts here. */
  readonly modelWorkWord: number;
  readonly workWords: number;
  readonly knowledgeWords: number;
}

/**
 * Lays a library out in memory. Buffers lie in turn at the start of the work buffer and behind it, so that the last
 * stage writes to the start; a stage that may work in place stays in the buffer it reads. Scratch memory lies behind
 * whatever a stage reads and writes.
 */
export function layOut(pipeline: Pipeline, model: ModelSpec, shape: Shape): Layout {
  const stages = planChain(pipeline, shape);
  if (!stages) {
    throw new NeaiError('LIBRARY_INVALID', 'the pipeline does not apply to signals of this shape', {
      asked: JSON.stringify(pipeline),
      got: `${shape.axes} axes, ${shape.length} samples`,
    });
  }
  const buffers = buffersOf(stages);
  const atStart = (buffer: number): boolean => (buffers.at(-1)! - buffer) % 2 === 0;
  const startWords = Math.max(...stages.map((s, i) => (atStart(buffers[i]!) ? s.outputLength : 0)));
  const wordOf = (index: number): number => (atStart(buffers[index]!) ? 0 : startWords);
  const steps: PlacedStep[] = [];
  let workWords = 0;
  stages.forEach((stage, index) => {
    const outputWord = wordOf(index);
    const inputWord = index === 0 ? null : wordOf(index - 1);
    const inputEnd = inputWord === null ? 0 : inputWord + stages[index - 1]!.outputLength;
    const workWord = Math.max(inputEnd, outputWord + stage.outputLength);
    for (const step of stage.steps) {
      const scratch = step.transform.workWords(step.inputShape, step.params);
      workWords = Math.max(workWords, workWord + scratch);
      steps.push({ step, inputWord, outputWord: outputWord + step.outputStart, workWord });
    }
  });
  const dimension = stages.at(-1)!.outputLength;
  const definition = modelByName(model.name);
  workWords = Math.max(workWords, dimension + definition.workWords(dimension, model.params));
  return {
    dimension,
    steps,
    modelWorkWord: dimension,
    workWords,
    knowledgeWords: KNOWLEDGE_HEADER_WORDS + definition.stateWords(dimension, model.params),
  };
}

/** Number of the buffer that each stage writes: that of the stage before it when it may work in place. */
function buffersOf(stages: readonly PlannedStage[]): number[] {
  let buffer = 0;
  return stages.map(({ steps }, index) => {
    const stays = index > 0 && steps.length === 1 && steps[0]!.transform.inPlace;
    if (index > 0 && !stays) buffer++;
    return buffer;
  });
}

const BYTES_PER_WORD = 4;
/** The sensitivity, the one variable beside knowledge and work buffer. */
const SENSITIVITY_BYTES = 4;

/** Bytes of .data, .bss and .neai of the generated library: what a search ranks by before anything is compiled. */
export function estimateRamBytes(pipeline: Pipeline, model: ModelSpec, shape: Shape): number {
  const { workWords, knowledgeWords } = layOut(pipeline, model, shape);
  return SENSITIVITY_BYTES + BYTES_PER_WORD * (workWords + knowledgeWords);
}
