import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { NeaiError } from '../../shared/errors.ts';

/** flock(2): LOCK_EX | LOCK_NB. */
const EXCLUSIVE_NOW = 2 | 4;
const LOCK_FILE = '.neai-lock';
let flock: ((fd: number, operation: number) => number) | undefined;

/** Who holds a folder, for the one who is refused. */
export interface Holder {
  /** As a person would type it. */
  readonly command: string;
  readonly since: Date;
}

/**
 * Takes a folder for this process alone. The lock is the kernel's, so it goes with the process, however that ends; the
 * file's text only says who holds it. The file stays: removing it would let two holders in.
 * @returns the way to let go
 * @throws PROJECT_BUSY naming the holder; OUTPUT_NOT_WRITTEN
 */
export function lockFolder(folder: string, { command, since }: Holder): () => void {
  const file = join(folder, LOCK_FILE);
  const fd = openLock(file);
  flock ??= koffi.load(null).func('int flock(int fd, int operation)') as (
    fd: number,
    operation: number,
  ) => number;
  if (flock(fd, EXCLUSIVE_NOW) !== 0) {
    const holder = readFileSync(fd, 'utf8').trim();
    closeSync(fd);
    throw new NeaiError('PROJECT_BUSY', 'another process is at work in this folder', {
      got: holder || 'a process that has not written its name yet',
      evidence: file,
    });
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid}, ${command}, since ${since.toISOString()}\n`, 0);
  let held = true;
  return () => {
    if (held) closeSync(fd);
    held = false;
  };
}

function openLock(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (cause) {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the folder cannot be written', {
      file,
      got: (cause as Error).message,
      cause,
    });
  }
}
