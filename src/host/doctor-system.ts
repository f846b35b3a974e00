import type { Checkup } from './checkup.ts';
import { type Computer, namesIn, textOf } from './computer.ts';

const MB = 2 ** 20;
/** A run of scenarios with its evidence stays below the first, a build of everything below the second. */
const DISK_PROBLEM_BYTES = 200 * MB;
const DISK_WARNING_BYTES = 1024 * MB;

export function checkDisk(computer: Computer): Checkup {
  const [id, title] = ['disk', 'free disk'];
  const [tightest] = [...computer.freeSpace()].sort((a, b) => a.bytes - b.bytes);
  const { folder, bytes } = tightest!;
  const found = `${Math.floor(bytes / MB)} MB in ${folder}`;
  if (bytes >= DISK_WARNING_BYTES) return { id, title, status: 'ok', found };
  const status = bytes < DISK_PROBLEM_BYTES ? 'problem' : 'warning';
  return { id, title, status, found, remedy: [`du -xh --max-depth=2 '${folder}' | sort -h | tail -20`] };
}

/** Virtual boards have their serial ports as pseudo terminals. */
export function checkPseudoTerminals(computer: Computer): Checkup {
  const [id, title] = ['pseudo-terminals', 'pseudo terminals of the virtual boards'];
  if (namesIn(computer, 'dev/pts') === undefined || !computer.mayUse('/dev/ptmx')) {
    const remedy = ['sudo mount -t devpts devpts /dev/pts -o gid=5,mode=620,ptmxmode=666'];
    return { id, title, status: 'problem', found: 'no /dev/pts, or /dev/ptmx cannot be opened', remedy };
  }
  const [used, most] = ['nr', 'max'].map((name) =>
    Number(textOf(computer, `proc/sys/kernel/pty/${name}`) ?? NaN),
  );
  const found = Number.isFinite(used!) && Number.isFinite(most!) ? `${used} of ${most} in use` : 'there';
  if (used! >= most!)
    return { id, title, status: 'problem', found, remedy: [`sudo sysctl kernel.pty.max=${most! * 2}`] };
  return { id, title, status: 'ok', found };
}
