import type { FilePlan } from '../../../shared/file-plan.ts';
import { example } from '../../codegen/example.ts';
import type { GenerateOptions } from '../../codegen/generate-library.ts';
import { boardTableSource } from '../../codegen/limits.ts';
import { BOARD_SOURCES } from '../../codegen/sources.ts';
import { libraryShape } from '../../library-parts.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classifierApi } from './api/registry.ts';
import { classifierConfigSource } from './config-source.ts';
import { estimateClassifierRamBytes } from './layout.ts';
import { classifierSelfTestHeader, classifierSelfTestSource, classifierSelfTestVector } from './self-test.ts';
import { classifierSources } from './sources.ts';

/** As generateLibrary, for a classifier: everything that is known before it is compiled. */
export function generateClassifier(
  library: ClassificationLibrary,
  { kernelSources, limits, api: name = 'v2' }: Pick<GenerateOptions, 'kernelSources' | 'limits' | 'api'>,
): FilePlan {
  const api = classifierApi(name);
  const limitedTo = limits?.boards ?? [];
  const { axes, bufferSize, classes, model, pipeline } = library;
  const arrayBytes = 4 * (axes * bufferSize + classes.length);
  const variableBytes =
    estimateClassifierRamBytes(pipeline, model.name, classes.length, libraryShape(library)) + arrayBytes;
  const constantBytes = 4 * model.words.split(' ').length;
  const wanted = [...classifierSources(library, api), ...(limits ? BOARD_SOURCES : [])];
  return [
    { path: 'NanoEdgeAI.h', content: api.header(library, limitedTo) },
    { path: 'NanoEdgeAI.hpp', content: api.cppHeader(library) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    ...example(api.mainProgram(), variableBytes, constantBytes),
    { path: 'selftest/neai_selftest.h', content: classifierSelfTestHeader(api) },
    { path: 'selftest/neai_selftest.c', content: classifierSelfTestSource(api) },
    { path: 'selftest/neai_selftest_vector.h', content: classifierSelfTestVector(library) },
    { path: 'sources/library_config.c', content: classifierConfigSource(library) },
    ...(limits ? [{ path: 'sources/neai_board_table.c', content: boardTableSource(limits) }] : []),
    ...api.moreFiles(library),
    ...wanted.map(({ from, name }) => ({ path: `sources/${name}`, content: kernelSources(from) })),
  ];
}
