import type { Library } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { loadLibrary, loadLimits } from '../../studio/load-library.ts';
import { findLibrary } from '../../studio/project/benchmarks.ts';
import { readProject } from '../../studio/project/project-file.ts';

export interface LibraryChoice {
  readonly project?: string;
  readonly benchmark?: number;
}

interface Chosen {
  readonly library: Library;
  readonly limitedTo: readonly string[];
  /** The words of the command line without the library. */
  readonly words: readonly string[];
}

/** The library that a command line names: by its first word, or by project and benchmark. */
export async function chooseLibrary(words: readonly string[], choice: LibraryChoice): Promise<Chosen> {
  const [first, ...rest] = words;
  const path = libraryPath(first, choice);
  const library = await loadLibrary(path);
  if (choice.project !== undefined) return { library, limitedTo: [], words };
  return { library, limitedTo: await loadLimits(path), words: rest };
}

/** Where that library is. @param path the word that names it, if no project does */
export function libraryPath(path: string | undefined, { project, benchmark }: LibraryChoice): string {
  if (project !== undefined) {
    readProject(project);
    return findLibrary(project, benchmark);
  }
  if (benchmark !== undefined) throw new NeaiError('USAGE', '--benchmark belongs to --project');
  if (path === undefined) throw new NeaiError('USAGE', 'name a library, or a project with --project');
  return path;
}
