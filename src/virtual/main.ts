import { mkdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadBoard } from '../boards/load.ts';
import { crc32c } from '../shared/crc32c.ts';
import { describeError, NeaiError } from '../shared/errors.ts';
import { createBoard } from './board.ts';
import { describeComplaint } from './complaint-log.ts';
import { startControl } from './control.ts';
import { dieWithParent } from './parent.ts';
import { selfTest } from './self-test.ts';
import { StlinkProbe } from './stlink/probe.ts';
import { startStlinkServer } from './stlink/server.ts';
import { libraryVersion } from './unicorn.ts';
import { openPty } from './wire/pty.ts';

/** Longest path of a unix socket, with its final zero (sys/un.h). */
const SOCKET_PATH_BYTES = 108;
const END_WITHIN_MS = 2_000;

/** Things to undo at the end, last first. */
const endings: (() => void | Promise<void>)[] = [];
let ending = false;

async function end(status: number): Promise<void> {
  if (ending) return;
  ending = true;
  // Whatever does not want to close must not keep the process: its parent may be gone already.
  setTimeout(() => process.exit(status), END_WITHIN_MS);
  for (const undo of endings.reverse()) {
    try {
      await undo();
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
    }
  }
  process.exit(status);
}

/** Command line of the process; probe serial and state folder as `neai virtual` hands them on. */
function readArguments(): { board: string; probeSerial: string; folder: string } {
  const { values } = parseArgs({
    options: { board: { type: 'string' }, 'probe-serial': { type: 'string' }, dir: { type: 'string' } },
  });
  const { board, 'probe-serial': probeSerial, dir } = values;
  if (board === undefined || probeSerial === undefined || dir === undefined)
    throw new NeaiError('USAGE', 'a virtual board needs --board, --probe-serial and --dir');
  if (!/^[0-9A-F]{24}$/i.test(probeSerial))
    throw new NeaiError('USAGE', 'a probe serial has 24 hexadecimal digits', { got: probeSerial });
  return { board, probeSerial, folder: resolve(dir) };
}

async function main(): Promise<void> {
  // It checks one board.json, and small requests: compiling code for that costs more than it saves.
  z.config({ jitless: true });
  dieWithParent();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  const { board: boardId, probeSerial, folder } = readArguments();
  mkdirSync(folder, { recursive: true });
  const socketPath = await freeSocketPath(folder);
  const facts = loadBoard(boardId);

  const pty = openPty(join(folder, 'by-id'), probeSerial);
  endings.push(() => pty.close());
  const board = createBoard({
    facts,
    probeSerial,
    stateFolder: folder,
    host: pty.host,
    complained: (entry) => process.stderr.write(`${describeComplaint(entry)}\n`),
    failed: (failure) => {
      process.stderr.write(`${failure instanceof NeaiError ? describeError(failure) : String(failure)}\n`);
      void end(3);
    },
  });
  endings.push(() => board.close());
  pty.onData((bytes) => board.line.fromHost(bytes));

  const server = await startStlinkServer([{ serial: probeSerial, probe: new StlinkProbe(board.machine) }]);
  endings.push(() => server.close());
  const identity = {
    board: facts.id,
    probeSerial,
    uniqueId: board.uniqueId.map((word) => word.toString(16).padStart(8, '0')).join(''),
    stlinkPort: server.port,
    portFolder: join(folder, 'by-id'),
    port: pty.link,
    controlSocket: socketPath,
    pid: process.pid,
    libunicorn: libraryVersion(),
  };
  const control = await startControl(socketPath, { board, identity });
  endings.push(() => control.close());

  board.powerOn();
  board.machine.start();
  process.stdin.on('end', () => void end(0));
  process.stdin.on('error', () => void end(0));
  process.stdin.resume();
  process.stdout.on('error', () => void end(0));
  process.stdout.write(`${JSON.stringify({ ready: true, ...identity })}\n`);
}

/**
 * Path of the control socket: in the state folder, or in the system's folder for temporary files when that path is too
 * long for a socket. A socket left by a process that was killed is removed; one that answers means the board is in use.
 */
async function freeSocketPath(folder: string): Promise<string> {
  const wanted = join(folder, 'control.sock');
  const short = `neai-${crc32c(Buffer.from(wanted)).toString(16).padStart(8, '0')}.sock`;
  const path = Buffer.byteLength(wanted) < SOCKET_PATH_BYTES ? wanted : join(tmpdir(), short);
  const inUse = await new Promise<boolean>((answer) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
  if (inUse)
    throw new NeaiError('VIRTUAL_STATE', 'another virtual board runs in this state folder', {
      got: folder,
      remedy: 'Give each virtual board a folder of its own.',
    });
  try {
    unlinkSync(path);
  } catch {
    // nothing was left behind
  }
  return path;
}

/** `--self-test` starts no board: it only proves that this machine's emulator library can run one. */
async function run(): Promise<void> {
  if (!process.argv.includes('--self-test')) return main();
  process.stdout.write(`libunicorn ${selfTest()}\n`);
  return end(0);
}

try {
  await run();
} catch (thrown) {
  process.stderr.write(`${thrown instanceof NeaiError ? describeError(thrown) : String(thrown)}\n`);
  await end(thrown instanceof NeaiError ? thrown.exitStatus : 3);
}
