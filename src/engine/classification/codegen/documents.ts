import type { FilePlan } from '../../../shared/file-plan.ts';
import type { ApiName } from '../../codegen/api/api.ts';
import type { BoardLimits } from '../../codegen/limits.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classifierApi } from './api/registry.ts';
import { type ClassifierFacts, classifierCostOf } from './facts.ts';
import { layoutOf } from './layout.ts';
import { classifierPage } from './page.ts';

/** What can be written of a classifier only after it was compiled: metadata.json and its page of documentation. */
export function classifierDocuments(
  library: ClassificationLibrary,
  facts: ClassifierFacts,
  { api = 'v2', limits }: { readonly api?: ApiName | undefined; readonly limits: BoardLimits | null },
): FilePlan {
  return [
    { path: 'metadata.json', content: metadata(library, facts, api, limits?.boards ?? []) },
    {
      path: 'documentation.html',
      content: classifierPage(library, facts, { api: classifierApi(api), limits }),
    },
  ];
}

/** metadata.json: what a machine wants to know of a built library. No names of people, no dates, no paths. */
function metadata(
  library: ClassificationLibrary,
  facts: ClassifierFacts,
  api: ApiName,
  limitedTo: readonly string[],
): string {
  const { dimension, workWords } = layoutOf(library);
  const { id, kind, axes, bufferSize, classes, pipeline, model, search } = library;
  const { core, compiler, floatAbi, shortWchar, shortEnums, targetFlags, languageFlags } = facts;
  const document = {
    ...{ id, kind, api, axes, bufferSize, classes, features: dimension, pipeline },
    model: { name: model.name, params: model.params },
    lib_limited: limitedTo.length > 0,
    limited_to: limitedTo,
    target: { core, compiler, flags: [...targetFlags, ...languageFlags] },
    compilation_flags: { float_abi: floatAbi, short_wchar: shortWchar, fshort_enums: shortEnums },
    memory: {
      ...classifierCostOf(facts),
      archive: facts.archive,
      linked: facts.linked,
      stack: facts.stackOf,
      workBytes: 4 * workWords,
      constantBytes: 4 * model.words.split(' ').length,
      inputBufferBytes: 4 * axes * bufferSize,
      probabilitiesBytes: 4 * classes.length,
    },
    performance: search?.scores ?? null,
    archiveSha256: facts.archiveSha256,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
