import type { FilePlan } from '../../../shared/file-plan.ts';
import type { GenerateOptions } from '../../codegen/generate-library.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classifierConfigSource } from './config-source.ts';
import { classifierExample, classifierMetadata, classifierReadme } from './documents.ts';
import { classifierCppHeader, classifierHeader } from './headers.ts';
import { classifierSources } from './sources.ts';

/** As generateLibrary, for a classifier: everything but the compiled archive. */
export function generateClassifier(
  library: ClassificationLibrary,
  { kernelSources }: Pick<GenerateOptions, 'kernelSources'>,
): FilePlan {
  return [
    { path: 'NanoEdgeAI.h', content: classifierHeader(library) },
    { path: 'NanoEdgeAI.hpp', content: classifierCppHeader(library) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    { path: 'metadata.json', content: classifierMetadata(library) },
    { path: 'README.md', content: classifierReadme(library) },
    { path: 'example/main.c', content: classifierExample() },
    { path: 'sources/library_config.c', content: classifierConfigSource(library) },
    ...classifierSources(library).map(({ from, name }) => ({
      path: `sources/${name}`,
      content: kernelSources(from),
    })),
  ];
}
