import type { FilePlan } from '../../../shared/file-plan.ts';
import type { GenerateOptions } from '../../codegen/generate-library.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classifierApi } from './api/registry.ts';
import { classifierConfigSource } from './config-source.ts';
import { classifierMetadata, classifierReadme } from './documents.ts';
import { classifierSources } from './sources.ts';

/** As generateLibrary, for a classifier: everything but the compiled archive. */
export function generateClassifier(
  library: ClassificationLibrary,
  { kernelSources, api: name = 'v2' }: Pick<GenerateOptions, 'kernelSources' | 'api'>,
): FilePlan {
  const api = classifierApi(name);
  return [
    { path: 'NanoEdgeAI.h', content: api.header(library) },
    { path: 'NanoEdgeAI.hpp', content: api.cppHeader(library) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    { path: 'metadata.json', content: classifierMetadata(library, name) },
    { path: 'README.md', content: classifierReadme(library, api) },
    { path: 'example/main.c', content: api.mainProgram() },
    { path: 'sources/library_config.c', content: classifierConfigSource(library) },
    ...api.moreFiles(library),
    ...classifierSources(library, api).map(({ from, name }) => ({
      path: `sources/${name}`,
      content: kernelSources(from),
    })),
  ];
}
