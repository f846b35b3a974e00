import type { FilePlan } from '../../shared/file-plan.ts';
import type { Library } from '../library.ts';
import { configSource } from './config-source.ts';
import { example } from './example.ts';
import { cHeader, cppHeader } from './headers.ts';
import { type BoardLimits, boardTableSource } from './limits.ts';
import { selfTestHeader, selfTestSource, selfTestVector } from './self-test.ts';
import { BOARD_SOURCES, librarySources } from './sources.ts';

export interface GenerateOptions {
  /** Text of a C file of the engine, by its path relative to src/engine: the engine itself reads no files. */
  readonly kernelSources: (path: string) => string;
  /** The chips that the library is limited to; absent: none. */
  readonly limits?: BoardLimits;
}

/**
 * Everything of a library that is known before it is compiled: NanoEdgeAI.h and .hpp, library.json, example/, selftest/,
 * and sources/. libneai.a is every sources/*.c, compiled with -Isources and -I of the plan's root.
 */
export function generateLibrary(library: Library, { kernelSources, limits }: GenerateOptions): FilePlan {
  const wanted = [...librarySources(library), ...(limits ? BOARD_SOURCES : [])];
  const sources = wanted.map(({ from, name }) => ({
    path: `sources/${name}`,
    content: kernelSources(from),
  }));
  return [
    { path: 'NanoEdgeAI.h', content: cHeader(library, limits?.boards ?? []) },
    { path: 'NanoEdgeAI.hpp', content: cppHeader(library) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    ...example(library),
    { path: 'selftest/neai_selftest.h', content: selfTestHeader() },
    { path: 'selftest/neai_selftest.c', content: selfTestSource() },
    { path: 'selftest/neai_selftest_vector.h', content: selfTestVector(library) },
    { path: 'sources/library_config.c', content: configSource(library) },
    ...(limits ? [{ path: 'sources/neai_board_table.c', content: boardTableSource(limits) }] : []),
    ...sources,
  ];
}
