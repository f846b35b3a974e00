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
  const [path, ...rest] = words;
  if (choice.project !== undefined) {
    readProject(choice.project);
    const library = await loadLibrary(findLibrary(choice.project, choice.benchmark));
    return { library, limitedTo: [], words };
  }
  if (choice.benchmark !== undefined) throw new NeaiError('USAGE', '--benchmark belongs to --project');
  if (path === undefined) throw new NeaiError('USAGE', 'name a library, or a project with --project');
  return { library: await loadLibrary(path), limitedTo: await loadLimits(path), words: rest };
}
