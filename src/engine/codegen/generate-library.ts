import type { FilePlan } from '../../shared/file-plan.ts';
import type { Library } from '../library.ts';
import { configSource } from './config-source.ts';
import { exampleProgram, metadata, readme } from './documents.ts';
import { cHeader, cppHeader } from './headers.ts';
import { librarySources } from './sources.ts';

export interface GenerateOptions {
  /** Text of a C file of the engine, by its path relative to src/engine: the engine itself reads no files. */
  readonly kernelSources: (path: string) => string;
}

/**
 * Everything of a library but the compiled archive: NanoEdgeAI.h and .hpp, metadata.json, library.json, README.md,
 * example/main.c, and sources/. libneai.a is every sources/*.c, compiled with -Isources and -I of the plan's root.
 */
export function generateLibrary(library: Library, options: GenerateOptions): FilePlan {
  const sources = librarySources(library).map(({ from, name }) => ({
    path: `sources/${name}`,
    content: options.kernelSources(from),
  }));
  return [
    { path: 'NanoEdgeAI.h', content: cHeader(library) },
    { path: 'NanoEdgeAI.hpp', content: cppHeader(library) },
    { path: 'library.json', content: `${JSON.stringify(library, null, 2)}\n` },
    { path: 'metadata.json', content: metadata(library) },
    { path: 'README.md', content: readme(library) },
    { path: 'example/main.c', content: exampleProgram() },
    { path: 'sources/library_config.c', content: configSource(library) },
    ...sources,
  ];
}
