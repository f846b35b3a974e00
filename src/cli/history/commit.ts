import { execa } from 'execa';

/** The state of the project that a run was made with. */
export interface Commit {
  /** Version control's name of it; null where there is none. */
  readonly commit: string | null;
  /** Whether files differ from it; null where nobody can tell. */
  readonly changed: boolean | null;
}

const TIMEOUT_MS = 10_000;

/** Asks git for the commit of a folder; NEAI_COMMIT says it where there is no work tree (an exported copy in CI). */
export async function commitOf(folder: string): Promise<Commit> {
  const told = process.env['NEAI_COMMIT'];
  if (told !== undefined && told !== '') return { commit: told, changed: null };
  const git = async (...args: string[]): Promise<string | null> => {
    const result = await execa('git', args, { cwd: folder, reject: false, timeout: TIMEOUT_MS });
    return result.failed ? null : result.stdout.trim();
  };
  const commit = await git('rev-parse', 'HEAD');
  if (commit === null) return { commit: null, changed: null };
  const status = await git('status', '--porcelain', '--untracked-files=no');
  return { commit, changed: status === null ? null : status !== '' };
}
