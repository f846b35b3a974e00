import koffi from 'koffi';

/** prctl option: signal to this process when its parent dies (sys/prctl.h). */
const PR_SET_PDEATHSIG = 1;
const SIGTERM = 15;

/** Ends this process with its parent, even one that was killed with SIGKILL. */
export function dieWithParent(): void {
  const parent = process.ppid;
  const libc = koffi.load('libc.so.6');
  const prctl = libc.func(
    'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  );
  prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  // The parent may have died before the signal was asked for.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}
