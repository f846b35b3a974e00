import { lstat } from 'node:fs/promises';
import { execa } from 'execa';
import { NeaiError } from '../../shared/errors.ts';

export interface SandboxOptions {
  /** The one folder that the program sees beside the system's programs and libraries, and the only one it may write. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Program that makes the sandbox. */
  readonly bubblewrap?: string;
}

export interface SandboxResult {
  readonly exitCode: number;
  readonly output: string;
}

const MEBI = 1024 * 1024;
const LIMITS = ['--as=1073741824', '--cpu=120', '--nproc=64', '--fsize=67108864', '--core=0'];
/** More than the answer to 100,000 signals. */
const MAX_OUTPUT_BYTES = 64 * MEBI;
const SEEN_AS = '/work';

/**
 * Runs somebody else's program where it can do nothing but compute: own folder, no network, no other process, no
 * environment, limits of time, memory, processes and file size. Without bubblewrap it is not run at all.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, INTERRUPTED
 */
export async function runInSandbox(
  command: readonly string[],
  options: SandboxOptions,
): Promise<SandboxResult> {
  const { folder, timeoutMs, signal, bubblewrap = 'bwrap' } = options;
  const asked = command.join(' ');
  const walls = [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...['--setenv', 'LC_ALL', 'C', '--setenv', 'PATH', '/usr/bin:/bin'],
    ...(await systemFolders()),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', folder, SEEN_AS, '--chdir', SEEN_AS],
  ];
  const result = await execa(bubblewrap, [...walls, '--', 'prlimit', ...LIMITS, '--', ...command], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.isCanceled)
    throw new NeaiError('INTERRUPTED', "the vendor's emulator was interrupted", { asked });
  if (result.code === 'ENOENT')
    throw new NeaiError(
      'VENDOR_EMULATOR_UNUSABLE',
      "a vendor's program is run in a sandbox only, and there is none",
      {
        asked,
        got: `the program ${bubblewrap} is not installed`,
        remedy: 'Install bubblewrap (Debian: apt install bubblewrap).',
      },
    );
  if (result.timedOut)
    throw new NeaiError('VENDOR_EMULATOR_FAILED', `the emulator did not end within ${timeoutMs} ms`, {
      asked,
    });
  if (result.isMaxBuffer)
    throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator does not stop answering', { asked });
  const output = result.all ?? '';
  if (/^bwrap: /m.test(output))
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the sandbox cannot be made on this computer', {
      asked,
      got: output.slice(0, 400),
    });
  return { exitCode: result.exitCode ?? 128, output };
}

/** Programs and libraries of the system, read-only; /lib and its like are links on some computers and folders on others. */
async function systemFolders(): Promise<string[]> {
  const words = ['--ro-bind', '/usr', '/usr'];
  for (const name of ['bin', 'lib', 'lib32', 'lib64', 'sbin']) {
    const kind = await lstat(`/${name}`).catch(() => null);
    if (kind?.isSymbolicLink()) words.push('--symlink', `usr/${name}`, `/${name}`);
    else if (kind?.isDirectory()) words.push('--ro-bind', `/${name}`, `/${name}`);
  }
  return words;
}
