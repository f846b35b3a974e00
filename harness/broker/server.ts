import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseLibrary } from '../../src/engine/index.ts';
import type { CommandName } from '../../src/protocol/commands.ts';
import { dumpToStore, eraseStore, listStore, loadFromStore } from '../../src/protocol/knowledge-store.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import type { Ending, MethodName, ParamsOf, ResultOf } from './methods.ts';
import type { Place } from './place.ts';
import type { Pool } from './pool.ts';
import { type AnswerLine, decodeLine, encodeLine, type RequestLine, toWireError } from './wire.ts';

type Handlers = {
  readonly [Name in MethodName]: (lease: Lease, params: ParamsOf<Name>) => Promise<ResultOf<Name>>;
};

/** What one connection has borrowed. */
interface Lease {
  readonly pool: Pool;
  place: Place | undefined;
  /** Set while a scenario runs on the place. */
  running: boolean;
  closed: boolean;
}

const HANDLERS: Handlers = {
  async borrow(lease, { worker, board, waitMs }) {
    if (lease.place) throw new NeaiError('INTERNAL', 'this connection has a board already');
    const place = await lease.pool.borrow(worker, board, waitMs);
    if (lease.closed) {
      lease.pool.giveBack(place);
      throw new NeaiError('INTERRUPTED', 'the worker has gone');
    }
    lease.place = place;
    try {
      return await place.facts();
    } catch (error) {
      lease.place = undefined;
      lease.pool.giveBack(place);
      throw error;
    }
  },
  async giveBack(lease) {
    await letGo(lease, 'died');
    return null;
  },
  async begin(lease, { scenario, library, limitedTo, authorised }) {
    const place = held(lease);
    lease.running = true;
    return place.begin(scenario, parseLibrary(library), { limitedTo, authorised });
  },
  async end(lease, { ending }) {
    lease.running = false;
    return held(lease).end(ending);
  },
  call: (lease, { command, request, timeoutMs }) =>
    held(lease).call<CommandName>(command, request as never, timeoutMs),
  settle: (lease) => held(lease).settle(),
  reset: (lease, { by }) => held(lease).reset(by),
  control: (lease, { request }) => held(lease).control(request),
  backup: (lease, { via }) => held(lease).backup(via),
  restore: (lease, { via, file }) => held(lease).restore(via, file),
  storeList: (lease) => held(lease).withClient(listStore),
  storeDump: (lease, { loadAtBoot }) =>
    held(lease).withClient((client, limits) => dumpToStore(client, { ...limits, loadAtBoot })),
  storeLoad: (lease) => held(lease).withClient(loadFromStore),
  storeErase: (lease) => held(lease).withClient(eraseStore),
};

function held({ place }: Lease): Place {
  if (place) return place;
  throw new NeaiError('INTERNAL', 'this connection has borrowed no board');
}

/** Evidence first, then the place is free for the next one. */
async function letGo(lease: Lease, ending: Ending): Promise<void> {
  const { place } = lease;
  lease.place = undefined;
  if (!place) return;
  try {
    if (lease.running) await place.end(ending);
  } finally {
    lease.running = false;
    lease.pool.giveBack(place);
  }
}

/** Listens for workers on a unix socket. A connection that ends gives back what it had borrowed. */
export async function startServer(path: string, pool: Pool): Promise<Server> {
  const server = createServer((socket) => serve(socket, pool));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return server;
}

function serve(socket: Socket, pool: Pool): void {
  const lease: Lease = { pool, place: undefined, running: false, closed: false };
  const send = (answer: AnswerLine): void => {
    if (!socket.destroyed) socket.write(encodeLine(answer));
  };
  const lines = createInterface({ input: socket });
  // It says the socket's errors a second time, and unheard they would end the process; the socket's listener acts.
  lines.on('error', () => undefined);
  lines.on('line', async (line) => {
    const { id, method, params } = decodeLine<RequestLine>(line);
    try {
      const handler = HANDLERS[method as MethodName] as
        | ((lease: Lease, params: unknown) => Promise<unknown>)
        | undefined;
      if (!handler) throw new NeaiError('INTERNAL', `the broker knows no method ${method}`);
      send({ id, result: await handler(lease, params) });
    } catch (error) {
      send({ id, error: toWireError(error) });
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    lease.closed = true;
    letGo(lease, 'died').catch((error) => process.stderr.write(`giving back: ${String(error)}\n`));
  });
}
