import { type Library, libraryShape } from '../library.ts';
import type { ApiName, HeaderFacts } from './api/api.ts';
import { type BuildFacts, costOf } from './build-facts.ts';
import { layOut } from './layout.ts';

/** metadata.json: what a machine wants to know of a built library. No names of people, no dates, no paths. */
export function metadata(
  library: Library,
  facts: BuildFacts,
  { api, limitedTo, hasKnowledge }: HeaderFacts & { readonly api: ApiName },
): string {
  const shape = libraryShape(library);
  const { workWords, dimension } = layOut(library.pipeline, library.model, shape);
  const { core, compiler, floatAbi, shortWchar, shortEnums, targetFlags, languageFlags } = facts;
  const document = {
    id: library.id,
    kind: library.kind,
    api,
    with_knowledge: hasKnowledge,
    axes: library.axes,
    bufferSize: library.bufferSize,
    features: dimension,
    pipeline: library.pipeline,
    model: library.model,
    detectFloor: library.detectFloor,
    minimumLearningIterations: library.minimumLearningIterations,
    lib_limited: limitedTo.length > 0,
    limited_to: limitedTo,
    target: { core, compiler, flags: [...targetFlags, ...languageFlags] },
    compilation_flags: { float_abi: floatAbi, short_wchar: shortWchar, fshort_enums: shortEnums },
    memory: {
      ...costOf(facts),
      archive: facts.archive,
      linked: facts.linked,
      stack: facts.stackBytes,
      workBytes: 4 * workWords,
      inputBufferBytes: 4 * library.axes * library.bufferSize,
    },
    performance: library.search?.scores ?? null,
    archiveSha256: facts.archiveSha256,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
