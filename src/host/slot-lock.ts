import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { NeaiError } from '../shared/errors.ts';

/** flock(2): LOCK_EX | LOCK_NB. */
const EXCLUSIVE_NOW = 2 | 4;
let flock: ((fd: number, operation: number) => number) | undefined;

export interface SlotLock {
  readonly file: string;
  release(): void;
}

/**
 * Takes a board for this process alone. The lock is the kernel's (flock), so it goes with the process, however that
 * ends; the file's text only tells people who holds it. The files stay: removing one would let two holders in.
 * @param probeSerial two slots with the same probe are the same board
 * @throws NeaiError SLOT_BUSY naming the holder
 */
export function lockSlot(probeSerial: string, slotName: string): SlotLock {
  const folder = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `neai-hil-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${probeSerial}.lock`);
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  flock ??= koffi.load(null).func('int flock(int fd, int operation)') as (
    fd: number,
    operation: number,
  ) => number;
  if (flock(fd, EXCLUSIVE_NOW) !== 0) {
    const holder = readFileSync(fd, 'utf8').trim();
    closeSync(fd);
    throw new NeaiError('SLOT_BUSY', `slot '${slotName}' (probe ${probeSerial}) is in use`, {
      got: holder || 'a process that has not written its name yet',
      evidence: file,
    });
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid}, slot '${slotName}', since ${new Date().toISOString()}\n`, 0);
  let held = true;
  return {
    file,
    release() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}
