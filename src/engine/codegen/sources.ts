import { planChain } from '../emulator/chain.ts';
import { type Library, libraryShape } from '../library.ts';
import type { Model } from '../models/model.ts';
import { membersOf, modelByName } from '../models/registry.ts';
import type { Transform } from '../transforms/transform.ts';
import type { Api } from './api/api.ts';

/** A C file of the engine, and the name it has in the `sources` folder of a generated library. */
export interface KernelSource {
  /** Relative to src/engine. */
  readonly from: string;
  readonly name: string;
}

/** C function of a transform's kernel. */
export const transformSymbol = (transform: Pick<Transform, 'name'>): string =>
  `neai_transform_${transform.name}`;

/** Start of the names of a model's two C functions (_learn and _score). */
export const modelSymbol = (model: Pick<Model, 'name'>): string => `neai_model_${model.name}`;

/** What every library is made with. */
export const RUNTIME_SOURCES: readonly KernelSource[] = [
  'kernels/neai_config.h',
  'kernels/neai_runtime.c',
  'kernels/neai_runtime.h',
  'kernels/neai_trace.h',
  'models/moments.c',
  'models/neai_model_common.h',
  'numeric/log2.c',
  'numeric/neai_numeric.h',
  'numeric/sqrt.c',
].map(shared);

/** The functions of an API generation over the one library of an image, and what they are written with. */
export const apiSources = (api: Pick<Api, 'sources'>): KernelSource[] =>
  ['kernels/neai_allowed.h', 'kernels/neai_api.h', ...api.sources].map(shared);

/** Of a library that is limited to certain boards. */
export const BOARD_SOURCES: readonly KernelSource[] = ['kernels/neai_board.c', 'kernels/neai_board.h'].map(
  shared,
);

function shared(from: string): KernelSource {
  const base = from.slice(from.lastIndexOf('/') + 1);
  return { from, name: base.startsWith('neai_') ? base : `neai_${base}` };
}

/** Sources of a transform. */
export function transformSources(transform: Transform): KernelSource[] {
  const own = { from: `transforms/${transform.name}/kernel.c`, name: `${transformSymbol(transform)}.c` };
  return [own, ...(transform.sharedSources ?? []).map(shared)];
}

/** Sources of a model. */
export function modelSources(model: Model): KernelSource[] {
  const own = { from: `models/${model.name}/kernel.c`, name: `${modelSymbol(model)}.c` };
  return [own, ...(model.sharedSources ?? []).map(shared)];
}

/** Every C file of the engine that a library needs, each once. */
export function librarySources(library: Library, api: Pick<Api, 'sources'>): KernelSource[] {
  const steps = (planChain(library.pipeline, libraryShape(library)) ?? []).flatMap((stage) => stage.steps);
  const all = [
    ...RUNTIME_SOURCES,
    ...apiSources(api),
    ...steps.flatMap((step) => transformSources(step.transform)),
    ...[modelByName(library.model.name), ...membersOf(library.model)].flatMap(modelSources),
  ];
  return [...new Map(all.map((source) => [source.name, source])).values()];
}
