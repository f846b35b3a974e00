import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { loadBoard } from '../boards/load.ts';
import { NeaiError } from '../shared/errors.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';

const MAIN = new URL('../virtual/main.ts', import.meta.url).pathname;

/** `neai virtual`: a NUCLEO made of software, until standard input closes or somebody stops it. */
export function registerVirtual(program: Command): void {
  program
    .command('virtual')
    .description('run a virtual board: probe server, serial port and control socket, until input closes')
    .requiredOption('--board <id>', 'kind of board, such as nucleo-l432kc')
    .option('--probe-serial <serial>', 'serial number of its probe, 24 hexadecimal digits', probeSerial)
    .option('--dir <folder>', 'where its flash image and port links live (default: a new temporary folder)')
    .option('--json', 'the one line on standard output is JSON anyway; accepted for uniformity')
    .addHelpText(
      'after',
      `
When it is ready it prints one line of JSON: stlinkPort (for OpenOCD's "hla_stlink_backend tcp <port>"), port (serial),
portFolder, controlSocket (JSON lines: {"do":"hello"} tells the rest), probeSerial, uniqueId.`,
    )
    .action(async (options: { board: string; probeSerial?: string; dir?: string }) => {
      loadBoard(options.board);
      if (options.dir !== undefined) await makeFolder(options.dir);
      const folder = options.dir ?? mkdtempSync(join(tmpdir(), 'neai-virtual-'));
      const status = await run([
        MAIN,
        '--board',
        options.board,
        '--probe-serial',
        options.probeSerial ?? serialOf(folder),
        '--dir',
        folder,
      ]);
      if (status !== 0) process.exitCode = status;
    });
}

/** The board's process: our standard streams are its own, so input that closes ends it. */
function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const stop = (): void => void child.kill('SIGTERM');
    interrupted.addEventListener('abort', stop);
    child.once('error', (cause) =>
      reject(new NeaiError('VIRTUAL_START_FAILED', cause.message, { asked: process.execPath, cause })),
    );
    child.once('exit', (code, signal) => {
      interrupted.removeEventListener('abort', stop);
      resolve(interrupted.aborted ? 130 : (code ?? (signal === 'SIGTERM' ? 130 : 3)));
    });
  });
}

function probeSerial(text: string): string {
  if (!/^[0-9A-Fa-f]{24}$/.test(text))
    throw new InvalidArgumentError('A probe serial has 24 hexadecimal digits.');
  return text.toUpperCase();
}

/** A serial number for a folder that was given none: always the same for the same folder. */
const serialOf = (folder: string): string =>
  createHash('sha256').update(folder).digest('hex').slice(0, 24).toUpperCase();
