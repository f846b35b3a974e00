import type { Model, ModelSpec } from '../models/model.ts';
import { membersOf, modelByName } from '../models/registry.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import { FLASH_PRICES } from './flash-prices.generated.ts';
import { type Layout, layOut } from './layout.ts';
import { modelSources, transformSources } from './sources.ts';

/** Cores whose code was measured. */
export const PRICED_CORES = [
  'cortex-m0',
  'cortex-m0plus',
  'cortex-m3',
  'cortex-m4',
  'cortex-m7',
  'cortex-m33',
] as const;
export type PricedCore = (typeof PRICED_CORES)[number];

/** A piece of code that is linked whole or not at all. */
export interface PricedPart {
  /** Bytes on each of PRICED_CORES. */
  readonly bytes: readonly number[];
  /** Its worst stack with what it calls, and for models made of models without their members; on each of PRICED_CORES. */
  readonly stack: readonly number[];
  /** Parts that come with it. */
  readonly uses: readonly string[];
}

const BYTES_PER_WORD = 4;
/** One row of the library's table of stages. */
const BYTES_PER_STAGE = 32;

/**
 * Flash that a library takes when a program links its six functions, with the compiler's own routines, before it is
 * compiled: sizes of measured parts and the words of its tables. Good to a few per cent; what is over a limit by less is
 * found when the library is compiled.
 */
export function estimateFlashBytes(
  pipeline: Pipeline,
  model: ModelSpec,
  shape: Shape,
  core: PricedCore,
): number {
  return codeBytes(pipeline, model, shape, core) + tableBytes(layOut(pipeline, model, shape), model);
}

/** Code alone: the base that every library has, and what its kernels bring. */
function codeBytes(pipeline: Pipeline, model: ModelSpec, shape: Shape, core: PricedCore): number {
  const column = PRICED_CORES.indexOf(core);
  let bytes = 0;
  for (const name of partsOf(pipeline, model, shape)) bytes += FLASH_PRICES[name]?.bytes[column] ?? 0;
  return bytes;
}

/** Without a core its stack is that on one with an FPU. */
const USUAL_CORE: PricedCore = 'cortex-m4';
const RUNTIME = 'kernels/neai_runtime.c';

/**
 * Worst stack that a call of the library takes, as an upper bound: the way down to its kernels, and the deepest of them
 * from the measured parts; between the two whatever model is made of models.
 */
export function estimateStackBytes(
  pipeline: Pipeline,
  model: ModelSpec,
  shape: Shape,
  core: PricedCore = USUAL_CORE,
): number {
  const column = PRICED_CORES.indexOf(core);
  const stackOf = (name: string): number => FLASH_PRICES[name]?.stack[column] ?? 0;
  const parts = partsOf(pipeline, model, shape);
  parts.delete('base');
  const between = membersOf(model).length > 0 ? kernelOf(modelByName(model.name)) : null;
  let above = stackOf('base');
  if (between !== null) {
    above += stackOf(between);
    parts.delete(between);
  }
  return above + Math.max(stackOf(RUNTIME), ...[...parts].map(stackOf));
}

const kernelOf = (model: Model): string => modelSources(model)[0]!.from;

/** Names of all priced parts of a library. */
function partsOf(pipeline: Pipeline, model: ModelSpec, shape: Shape): Set<string> {
  const kernels = [
    ...layOut(pipeline, model, shape).steps.flatMap(({ step }) => transformSources(step.transform)),
    ...[modelByName(model.name), ...membersOf(model)].flatMap(modelSources),
  ].map(({ from }) => from);
  const parts = new Set<string>();
  const add = (name: string): void => {
    if (parts.has(name)) return;
    parts.add(name);
    for (const used of FLASH_PRICES[name]?.uses ?? []) add(used);
  };
  for (const name of ['base', ...kernels]) add(name);
  return parts;
}

/** Constants of the library: its stages and the words that its kernels are configured with. */
export function tableBytes({ steps, dimension }: Layout, model: ModelSpec): number {
  const ofStages = steps.map(({ step }) => step.transform.configWords(step.inputShape, step.params).length);
  const ofModel = modelByName(model.name).configWords(dimension, model.params).length;
  const words = ofStages.reduce((sum, count) => sum + count, ofModel);
  return BYTES_PER_STAGE * steps.length + BYTES_PER_WORD * words;
}
