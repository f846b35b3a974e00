import { z } from 'zod';
import { NeaiError } from '../../shared/errors.ts';
import { clampFeature } from '../numeric/f32.ts';
import { transformByName } from '../transforms/registry.ts';
import type { Params, Pipeline, Shape, Transform } from '../transforms/transform.ts';

/** One kernel call of a chain: concat stages are taken apart into their blocks. */
export interface PlannedStep {
  readonly transform: Transform;
  readonly params: Params;
  readonly inputShape: Shape;
  /** Index of the first element of this block's output within its stage's output. */
  readonly outputStart: number;
  readonly outputLength: number;
}

/** One stage: its blocks read the same input and write side by side into one output. */
export interface PlannedStage {
  readonly inputShape: Shape;
  readonly steps: readonly PlannedStep[];
  readonly outputLength: number;
}

/** Name of the stage that puts the outputs of several blocks side by side; it has no kernel of its own. */
const CONCAT = 'concat';

const concatSchema = z.strictObject({
  blocks: z
    .array(z.strictObject({ transform: z.string(), params: z.record(z.string(), z.unknown()) }))
    .min(2)
    .max(4),
});

function blocksOf(stage: Pipeline[number]): Pipeline {
  if (stage.transform !== CONCAT) return [stage];
  const result = concatSchema.safeParse(stage.params);
  if (result.success) return result.data.blocks;
  const issue = result.error.issues[0]!;
  throw new NeaiError('LIBRARY_INVALID', `concat: ${issue.message}`, {
    asked: `params.${issue.path.join('.')} of concat`,
    got: JSON.stringify(stage.params),
  });
}

/** Most features a chain may make: what a model of this class can learn in place on a small core. */
const MOST_FEATURES = 64;

/** Plans made already: a search asks for the same pipeline again with each of its models. */
const plans = new WeakMap<Pipeline, Map<string, readonly PlannedStage[] | null>>();

/**
 * The kernel calls of a pipeline for signals of this shape, or null when a stage does not apply to what reaches it or more
 * than 64 features would come out.
 */
export function planChain(pipeline: Pipeline, shape: Shape): readonly PlannedStage[] | null {
  const known = plans.get(pipeline) ?? new Map<string, readonly PlannedStage[] | null>();
  plans.set(pipeline, known);
  const key = `${shape.axes} ${shape.length}`;
  const plan = known.get(key);
  if (plan !== undefined) return plan;
  const made = makePlan(pipeline, shape);
  known.set(key, made);
  return made;
}

function makePlan(pipeline: Pipeline, shape: Shape): PlannedStage[] | null {
  const stages: PlannedStage[] = [];
  let current = shape;
  for (const stage of pipeline) {
    const blocks = blocksOf(stage);
    const steps: PlannedStep[] = [];
    let next: Shape | undefined;
    let total = 0;
    for (const { transform: name, params } of blocks) {
      const transform = transformByName(name);
      const outputLength = transform.outputLength(current, params);
      if (outputLength === null) return null;
      steps.push({ transform, params, inputShape: current, outputStart: total, outputLength });
      total += outputLength;
      next = transform.outputShape?.(current, params);
    }
    stages.push({ inputShape: current, steps, outputLength: total });
    current = blocks.length === 1 && next ? next : { axes: 1, length: total };
  }
  const features = stages.at(-1)?.outputLength ?? 0;
  return features >= 1 && features <= MOST_FEATURES ? stages : null;
}

/** Number of features a pipeline makes of signals of this shape, or null when it does not apply. */
export function chainOutputLength(pipeline: Pipeline, shape: Shape): number | null {
  return planChain(pipeline, shape)?.at(-1)?.outputLength ?? null;
}

export interface Chain {
  /** Number of features. */
  readonly outputLength: number;
  /** Fills `features` from one signal of axes * length values; the signal is not changed. */
  run(signal: Float32Array, features: Float32Array): void;
}

/** In the place of a kernel call's number: the signal as learn or detect was given it. */
export const INPUT_TAP = 0xffffffff;

/** Sees the output of each kernel call of a chain, calls counted from 0: what neai_trace_stage sees on a target. */
export type StageTap = (call: number, output: Float32Array) => void;

/** Prepares a pipeline for signals of one shape; throws LIBRARY_INVALID when it does not apply. */
export function createChain(pipeline: Pipeline, shape: Shape, tap?: StageTap): Chain {
  const plan = planChain(pipeline, shape);
  if (!plan) {
    throw new NeaiError('LIBRARY_INVALID', 'the pipeline does not apply to signals of this shape', {
      asked: JSON.stringify(pipeline),
      got: `${shape.axes} axes, ${shape.length} samples`,
    });
  }
  const stages = plan.map((stage) => {
    const output = new Float32Array(stage.outputLength);
    const steps = stage.steps.map((step) => ({
      run: step.transform.create(step.inputShape, step.params),
      output: output.subarray(step.outputStart, step.outputStart + step.outputLength),
    }));
    return { output, steps };
  });
  const last = stages.at(-1)!;
  return {
    outputLength: last.output.length,
    run(signal, features) {
      let input = signal;
      let call = 0;
      for (const stage of stages) {
        for (const step of stage.steps) step.run(input, step.output);
        const { output } = stage;
        for (let i = 0; i < output.length; i++) output[i] = clampFeature(output[i]!);
        if (tap) for (const step of stage.steps) tap(call++, step.output);
        input = output;
      }
      const { output } = last;
      for (let i = 0; i < output.length; i++) features[i] = output[i]!;
    },
  };
}
