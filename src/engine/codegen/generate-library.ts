import type { FilePlan } from '../../shared/file-plan.ts';
import { type Library, libraryShape } from '../library.ts';
import type { ApiName } from './api/api.ts';
import { knowledgeFiles } from './api/knowledge-files.ts';
import { apiByName } from './api/registry.ts';
import { configSource } from './config-source.ts';
import { example } from './example.ts';
import { estimateRamBytes } from './layout.ts';
import { type BoardLimits, boardTableSource } from './limits.ts';
import { selfTestHeader, selfTestSource, selfTestVector } from './self-test.ts';
import { BOARD_SOURCES, librarySources } from './sources.ts';

export interface GenerateOptions {
  /** Text of a C file of the engine, by its path relative to src/engine: the engine itself reads no files. */
  readonly kernelSources: (path: string) => string;
  /** The chips that the library is limited to; absent: none. */
  readonly limits?: BoardLimits;
  /** The API generation that the library wears; v2 unless said otherwise. */
  readonly api?: ApiName;
  /** Bytes of section .neai that the library can begin with. */
  readonly knowledge?: Uint8Array;
}

/**
 * Everything of a library that is known before it is compiled: NanoEdgeAI.h and .hpp, library.json, example/, selftest/,
 * and sources/. libneai.a is every sources/*.c, compiled with -Isources and -I of the plan's root.
 */
export function generateLibrary(
  library: Library,
  { kernelSources, limits, api: name = 'v2', knowledge }: GenerateOptions,
): FilePlan {
  const api = apiByName(name);
  const facts = { limitedTo: limits?.boards ?? [], hasKnowledge: knowledge !== undefined };
  const wanted = [...librarySources(library, api), ...(limits ? BOARD_SOURCES : [])];
  const sources = wanted.map(({ from, name }) => ({
    path: `sources/${name}`,
    content: kernelSources(from),
  }));
  const { pipeline, model, axes, bufferSize } = library;
  const variableBytes = estimateRamBytes(pipeline, model, libraryShape(library)) + 4 * axes * bufferSize;
  return [
    { path: 'NanoEdgeAI.h', content: api.header(library, facts) },
    { path: 'NanoEdgeAI.hpp', content: api.cppHeader(library, facts) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    ...example(api.mainProgram(), variableBytes),
    { path: 'selftest/neai_selftest.h', content: selfTestHeader(api) },
    { path: 'selftest/neai_selftest.c', content: selfTestSource(api) },
    { path: 'selftest/neai_selftest_vector.h', content: selfTestVector(library, api) },
    { path: 'sources/library_config.c', content: configSource(library) },
    ...(limits ? [{ path: 'sources/neai_board_table.c', content: boardTableSource(limits) }] : []),
    ...(knowledge ? knowledgeFiles(api, knowledge) : []),
    ...sources,
  ];
}
