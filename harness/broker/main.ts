/** The process that holds the boards for a whole run of scenarios: leases, debug sessions, virtual boards. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadBoard } from '../../src/boards/load.ts';
import { chooseSlot, loadRack } from '../../src/host/rack.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { describeError, NeaiError } from '../../src/shared/errors.ts';
import { FirmwareCache } from './firmware-cache.ts';
import { Place } from './place.ts';
import { Pool } from './pool.ts';
import { startServer } from './server.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    rack: { type: 'string' },
    slots: { type: 'string' },
    'virtual-boards': { type: 'string', default: '0' },
  },
});
const stopped = new AbortController();
const virtuals: VirtualSlot[] = [];
const cache = new FirmwareCache(stopped.signal);

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof NeaiError ? describeError(error) : String(error)}\n`);
  process.exitCode = 3;
}

async function main(): Promise<void> {
  const folder = values.folder!;
  mkdirSync(folder, { recursive: true });
  const newPlace = (slot: VirtualSlot['slot']): Place =>
    new Place(slot, folder, (library, limitedTo) => cache.get(library, slot.board, limitedTo));
  const slots = values.rack === undefined ? [] : chosenSlots(values.rack, values.slots);
  // One of each kind for each worker: a scenario may borrow a second kind of board while others run.
  const mostOfAKind = Number(values['virtual-boards']);
  const opened: string[] = [];
  const pool = new Pool(slots.map(newPlace), (board) => {
    if (opened.filter((kind) => kind === board).length >= mostOfAKind) return undefined;
    const number = opened.push(board);
    return (async () => {
      const virtual = await startVirtualSlot(loadBoard(board), { signal: stopped.signal }).catch((error) => {
        opened[number - 1] = 'none';
        throw error;
      });
      virtuals.push(virtual);
      return newPlace({ ...virtual.slot, name: `virtual-${number}` });
    })();
  });
  // Not in the run's own folder: the path of a socket may have 107 bytes and no more.
  const socketFolder = mkdtempSync(join(tmpdir(), 'neai-broker-'));
  const path = join(socketFolder, 'broker.sock');
  const server = await startServer(path, pool);
  const end = async (): Promise<void> => {
    if (stopped.signal.aborted) return;
    stopped.abort(new NeaiError('INTERRUPTED', 'the run has ended'));
    server.close();
    await Promise.all(pool.places.map((place) => place.close()));
    await Promise.all(virtuals.map((virtual) => virtual.close()));
    rmSync(socketFolder, { recursive: true, force: true });
    process.exit(0);
  };
  // Its standard input is held by whoever started it: when that ends, the boards go back in order.
  process.stdin.on('end', () => void end());
  process.stdin.on('error', () => void end());
  process.stdin.resume();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
  process.stdout.on('error', () => void end());
  process.stdout.write(`${JSON.stringify({ ready: true, socket: path })}\n`);
}

function chosenSlots(rack: string, names: string | undefined): ReturnType<typeof loadRack> {
  const slots = loadRack(rack);
  return names === undefined ? slots : names.split(',').map((name) => chooseSlot(slots, name));
}
