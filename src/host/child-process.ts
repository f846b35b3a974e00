import { execa } from 'execa';

/**
 * Runs between `setpriv` (which asks the kernel to kill this child when its parent dies) and the program itself. If the
 * parent died before the request was made, the kernel has given the child another parent by now: then it must not start.
 */
const START_UNLESS_ORPHANED = 'test "$PPID" = "$0" || exit 111; exec "$@"';

/**
 * Starts a program that cannot outlive this process, not even when this process is killed with SIGKILL: the kernel
 * sends the child SIGKILL then (prctl PR_SET_PDEATHSIG, kept across exec). It has its own session, so that Ctrl-C in a
 * terminal reaches only us and we close things in order. Must be called from the main thread: the kernel takes the
 * death of the thread that started the child for the death of its parent.
 */
export function startChild(file: string, args: readonly string[], forceKillAfterMs = 2000) {
  return execa(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', 'sh', '-c', START_UNLESS_ORPHANED, String(process.pid), file, ...args],
    {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      reject: false,
      detached: true,
      forceKillAfterDelay: forceKillAfterMs,
    },
  );
}

export type Child = ReturnType<typeof startChild>;
