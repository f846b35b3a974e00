import { execa } from 'execa';
import { NeaiError } from '../../shared/errors.ts';
import { bubblewrapWalls, unshareWalls, type Walls } from './walls.ts';

/** Programs that make the sandbox, tried in this order. */
export interface SandboxPrograms {
  readonly bubblewrap: string;
  readonly unshare: string;
}

export interface SandboxOptions {
  /** The one folder that the program sees beside the system's programs and libraries, and the only one it may write. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly programs?: Partial<SandboxPrograms> | undefined;
}

export interface SandboxResult {
  readonly exitCode: number;
  readonly output: string;
}

const MEBI = 1024 * 1024;
const LIMITS = ['--as=1073741824', '--cpu=120', '--nproc=64', '--fsize=67108864', '--core=0'];
/** More than the answer to 100,000 signals. */
const MAX_OUTPUT_BYTES = 64 * MEBI;

/**
 * Runs somebody else's program where it can do nothing but compute: own folder, no network, no other process, no
 * environment, limits of time, memory, processes and file size. By bubblewrap; where that is not installed, by unshare
 * of util-linux; without both it is not run at all.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, INTERRUPTED
 */
export async function runInSandbox(
  command: readonly string[],
  options: SandboxOptions,
): Promise<SandboxResult> {
  const { folder, programs } = options;
  const { bubblewrap = 'bwrap', unshare = 'unshare' } = programs ?? {};
  const asked = command.join(' ');
  for (const walls of [() => bubblewrapWalls(bubblewrap, folder), () => unshareWalls(unshare, folder)]) {
    const result = await runBehind(await walls(), command, options);
    if (result !== null) return result;
  }
  throw new NeaiError(
    'VENDOR_EMULATOR_UNUSABLE',
    "a vendor's program is run in a sandbox only, and there is none",
    {
      asked,
      got: `neither ${bubblewrap} nor ${unshare} is installed`,
      remedy: 'Install bubblewrap (Debian: apt install bubblewrap).',
    },
  );
}

/** Null where the program that builds the walls is not installed. */
async function runBehind(
  walls: Walls,
  command: readonly string[],
  { timeoutMs, signal }: SandboxOptions,
): Promise<SandboxResult | null> {
  const asked = command.join(' ');
  const [file, ...words] = walls.command as [string, ...string[]];
  const running = execa(file, [...words, 'prlimit', ...LIMITS, '--', ...command], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const result = await running.finally(walls.close);
  if (result.isCanceled)
    throw new NeaiError('INTERRUPTED', "the vendor's emulator was interrupted", { asked });
  if (result.code === 'ENOENT') return null;
  if (result.timedOut)
    throw new NeaiError('VENDOR_EMULATOR_FAILED', `the emulator did not end within ${timeoutMs} ms`, {
      asked,
    });
  if (result.isMaxBuffer)
    throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator does not stop answering', { asked });
  const output = result.all ?? '';
  if (walls.failed.test(output))
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the sandbox cannot be made on this computer', {
      asked,
      got: output.slice(0, 400),
      remedy: 'Allow unprivileged user namespaces, or run it on another computer (neai doctor).',
    });
  return { exitCode: result.exitCode ?? 128, output };
}
