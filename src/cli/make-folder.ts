import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ErrorCode, NeaiError } from '../shared/errors.ts';

/**
 * Makes a folder for results, with those above it, and sees that it can be written: asked before hours of work, not
 * after. Level by level, because Node's recursive mkdir never returns where a level can never exist (/proc/x).
 * @returns the absolute path
 * @throws NeaiError `code`, with the system's own words
 */
export async function makeFolder(path: string, code: ErrorCode = 'OUTPUT_NOT_WRITTEN'): Promise<string> {
  const folder = resolve(path);
  try {
    await makeLevel(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new NeaiError(code, 'the folder for the results cannot be made or written', {
      file: folder,
      got: (cause as Error).message,
      cause,
    });
  }
  return folder;
}

async function makeLevel(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isDirectory()) return;
  if (found !== undefined) throw new Error(`${folder} is no folder`);
  await makeLevel(dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // somebody else may have been quicker
    if (error.code !== 'EEXIST') throw error;
  });
}
