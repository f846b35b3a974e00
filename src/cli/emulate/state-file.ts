import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Library } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { EmulatorSession } from '../../studio/emulator-session.ts';
import { decodeState, encodeState } from '../../studio/emulator-state.ts';

/** Where the original keeps its state: in the current folder. */
export const STATE_FILE = 'NanoEdgeAI.dat';

/** Goes on from a state file; where there is none, the session itself says later what is missing. */
export async function restoreState(session: EmulatorSession, library: Library, file: string): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new NeaiError('EMULATOR_REFUSED', 'the state file cannot be read', {
      file,
      got: message,
      remedy: 'Name another file with --state, or call initialize to begin anew.',
      cause: error,
    });
  }
  session.restore(decodeState(file, bytes, library.id, session.knowledgeBytes));
}

/** Writes beside the file and renames: an interrupted call leaves the old state whole. */
export async function saveState(session: EmulatorSession, library: Library, file: string): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, encodeState(library.id, session.state()));
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the state cannot be kept', {
      file,
      got: (cause as Error).message,
      remedy: 'Name a file in a folder that can be written, with --state.',
      cause,
    });
  }
}
