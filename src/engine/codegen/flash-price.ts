import type { ModelSpec } from '../models/model.ts';
import { modelByName } from '../models/registry.ts';
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

/** Worst stack of a call with the compilers' flags of this project, over all transforms and models, rounded up. */
const STACK_BYTES = { fpu: 224, soft: 368 };

/** Stack that a library needs at most; without a core that of one with an FPU. Measured when the library is compiled. */
export function estimateStackBytes(core: PricedCore | undefined): number {
  const soft = core === 'cortex-m0' || core === 'cortex-m0plus' || core === 'cortex-m3';
  return soft ? STACK_BYTES.soft : STACK_BYTES.fpu;
}

/** A piece of code that is linked whole or not at all. */
export interface PricedPart {
  /** Bytes on each of PRICED_CORES. */
  readonly bytes: readonly number[];
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
  const kernels = [
    ...layOut(pipeline, model, shape).steps.flatMap(({ step }) => transformSources(step.transform)),
    ...modelSources(modelByName(model.name)),
  ].map(({ from }) => from);
  const parts = new Set<string>();
  const add = (name: string): void => {
    if (parts.has(name)) return;
    parts.add(name);
    for (const used of FLASH_PRICES[name]?.uses ?? []) add(used);
  };
  for (const name of ['base', ...kernels]) add(name);
  let bytes = 0;
  for (const name of parts) bytes += FLASH_PRICES[name]?.bytes[column] ?? 0;
  return bytes;
}

/** Constants of the library: its stages and the words that its kernels are configured with. */
export function tableBytes({ steps, dimension }: Layout, model: ModelSpec): number {
  const ofStages = steps.map(({ step }) => step.transform.configWords(step.inputShape, step.params).length);
  const ofModel = modelByName(model.name).configWords(dimension, model.params).length;
  const words = ofStages.reduce((sum, count) => sum + count, ofModel);
  return BYTES_PER_STAGE * steps.length + BYTES_PER_WORD * words;
}
