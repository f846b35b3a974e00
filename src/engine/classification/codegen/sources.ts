import { type KernelSource, transformSources } from '../../codegen/sources.ts';
import { planChain } from '../../emulator/chain.ts';
import { libraryShape } from '../../library-parts.ts';
import type { ClassificationLibrary } from '../library.ts';
import type { ClassModel } from '../models/class-model.ts';
import { classModelByName } from '../models/registry.ts';
import type { ClassifierApi } from './api/classifier-api.ts';

/** C function of a model's kernel. */
export const classModelSymbol = (model: Pick<ClassModel, 'name'>): string => `neai_class_${model.name}`;

/** A C file under its own name, as its neighbours include it. */
function source(from: string): KernelSource {
  const base = from.slice(from.lastIndexOf('/') + 1);
  return { from, name: base.startsWith('neai_') ? base : `neai_${base}` };
}

/** What every classifier is made with. */
export const CLASSIFICATION_SOURCES: readonly KernelSource[] = [
  'classification/kernels/neai_classification.c',
  'classification/kernels/neai_classification.h',
  'kernels/neai_runtime.h',
  'numeric/exp2.c',
  'numeric/log2.c',
  'numeric/neai_numeric.h',
  'numeric/sqrt.c',
].map(source);

/** The kernel of a model. */
export const classModelSource = (model: Pick<ClassModel, 'name'>): KernelSource => ({
  from: `classification/models/${model.name}/kernel.c`,
  name: `${classModelSymbol(model)}.c`,
});

/** Every C file of the engine that a classifier needs, each once. */
export function classifierSources(
  library: ClassificationLibrary,
  api: Pick<ClassifierApi, 'sources'>,
): KernelSource[] {
  const steps = (planChain(library.pipeline, libraryShape(library)) ?? []).flatMap(({ steps: own }) => own);
  const all = [
    ...CLASSIFICATION_SOURCES,
    ...['kernels/neai_allowed.h', ...api.sources].map(source),
    ...steps.flatMap((step) => transformSources(step.transform)),
    classModelSource(classModelByName(library.model.name)),
  ];
  return [...new Map(all.map((one) => [one.name, one])).values()];
}
