import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const MAIN = join(HERE, '../../src/virtual/main.ts');

/** What the process says when it is ready. */
interface Ready {
  readonly ready: true;
  readonly board: string;
  readonly probeSerial: string;
  readonly uniqueId: string;
  readonly stlinkPort: number;
  readonly portFolder: string;
  readonly port: string;
  readonly controlSocket: string;
  readonly pid: number;
}

export interface BoardProcess extends Ready {
  readonly folder: string;
  readonly child: ChildProcess;
  control(request: object): Promise<Record<string, unknown>>;
  /** Closes its standard input and waits for its end; the folder stays. @returns exit status */
  stop(): Promise<number | null>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'neai-virtual-test-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Starts a virtual board as a process and waits until it is ready. */
export async function startBoard(folder: string, probeSerial: string): Promise<BoardProcess> {
  const child = spawn(
    process.execPath,
    [MAIN, '--board', 'nucleo-l432kc', '--probe-serial', probeSerial, '--dir', folder],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (typeof line[0] !== 'string') throw new Error(`the board did not start: ${complaints}`);
  const ready = JSON.parse(line[0]) as Ready;
  return {
    ...ready,
    folder,
    child,
    control: (request) => askControl(ready.controlSocket, JSON.stringify(request)),
    async stop() {
      child.stdin.end();
      const [status] = await ended;
      return status as number | null;
    },
  };
}

/** One request over the control socket. */
export function askControl(path: string, line: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${line}\n`));
    socket.once('error', reject);
    createInterface(socket).once('line', (answer) => {
      socket.destroy();
      resolve(JSON.parse(answer));
    });
  });
}

const openocdArguments = (port: number, serial: string, commands: readonly string[]): string[] => [
  ...[
    '-f',
    'board/st_nucleo_l4.cfg',
    '-c',
    `hla_stlink_backend tcp ${port}`,
    '-c',
    `adapter serial ${serial}`,
  ],
  ...['-c', 'gdb_port disabled; tcl_port disabled; telnet_port disabled'],
  ...commands.flatMap((command) => ['-c', command]),
];

/** An OpenOCD that stays until it is released. `taken` resolves when it has examined the chip. */
export function holdProbe(port: number, serial: string) {
  const child = spawn('openocd', openocdArguments(port, serial, ['init']), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stderr);
  const taken = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.includes('breakpoints') && resolve());
    child.once('exit', () => reject(new Error('OpenOCD ended before it had the chip')));
  });
  return {
    taken,
    async release() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** One run of the real OpenOCD against a server's port. @returns its text and exit status */
export async function openocd(
  port: number,
  serial: string,
  ...commands: string[]
): Promise<{ readonly text: string; readonly status: number; readonly seconds: number }> {
  const startedMs = performance.now();
  const args = openocdArguments(port, serial, commands);
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  try {
    const { stdout, stderr } = await run('openocd', args, { timeout: 50_000 });
    return { text: stdout + stderr, status: 0, seconds: seconds() };
  } catch (thrown) {
    const failure = thrown as { stdout: string; stderr: string; code: number };
    return { text: failure.stdout + failure.stderr, status: failure.code, seconds: seconds() };
  }
}

/** Compiles one of test/virtual/programs. @returns path of the ELF file */
export async function compile(folder: string, name: string, ...flags: string[]): Promise<string> {
  const elf = join(folder, `${name}.elf`);
  await run('arm-none-eabi-gcc', [
    '-mcpu=cortex-m4',
    '-mthumb',
    '-Os',
    '-nostdlib',
    '-ffreestanding',
    '-Wall',
    '-Werror',
    ...flags,
    '-T',
    join(HERE, 'programs/start.ld'),
    '-o',
    elf,
    join(HERE, `programs/${name}.c`),
  ]);
  return elf;
}
