import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { Library } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { EmulatorSession } from '../../studio/emulator-session.ts';
import { decodeState, encodeState, mayBeState } from '../../studio/emulator-state.ts';
import { replaceFile } from '../replace-file.ts';

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

/** Keeps the state. An interrupted call leaves the old one whole, and what is no state at all is not overwritten. */
export async function saveState(session: EmulatorSession, library: Library, file: string): Promise<void> {
  if (!mayBeState(await firstBytes(file))) {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'what stands there is no state of an emulator', {
      file,
      remedy: 'Name another file with --state; this one was left as it is.',
    });
  }
  try {
    await replaceFile(file, encodeState(library.id, session.state()));
  } catch (cause) {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the state cannot be kept', {
      file,
      got: (cause as Error).message,
      remedy: 'Name a file in a folder that can be written, with --state.',
      cause,
    });
  }
}

/** The beginning of a file; nothing where there is none, or none that can be read from. */
async function firstBytes(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return new Uint8Array();
      const { buffer, bytesRead } = await handle.read(new Uint8Array(64), 0, 64, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return new Uint8Array();
  }
}
