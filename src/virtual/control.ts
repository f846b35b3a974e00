import { unlinkSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { VirtualBoard } from './board.ts';
import { notModelled } from './families/not-modelled.ts';
import { FAULT_KINDS } from './wire/line-faults.ts';

const serialFault = z.strictObject({
  do: z.literal('serial-fault'),
  direction: z.enum(['to-board', 'to-host']),
  kind: z.enum(FAULT_KINDS),
  /** Bytes that pass first. */
  offset: z.int().min(0).optional(),
  count: z.int().min(1).optional(),
  rate: z.number().gt(0).max(1).optional(),
  seed: z.int().min(0).max(0xffffffff).optional(),
  /** Only at line rates above this one. */
  aboveBaud: z.number().gt(0).optional(),
});

const powerCut = z.strictObject({
  do: z.literal('cut-power-at-flash-op'),
  operation: z.enum(['program', 'erase', 'any']).default('any'),
  moment: z.enum(['before', 'during', 'after']).default('during'),
  /** Operations of this kind that pass first. */
  skip: z.int().min(0).default(0),
  seed: z.int().min(0).max(0xffffffff).default(1),
});

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('hello') }),
  z.strictObject({ do: z.literal('time') }),
  z.strictObject({ do: z.literal('advance'), ms: z.number().gt(0).max(86_400_000) }),
  z.strictObject({ do: z.literal('power'), state: z.enum(['off', 'on']) }),
  z.strictObject({ do: z.literal('reset') }),
  serialFault,
  z.strictObject({ do: z.literal('serial-faults-clear') }),
  powerCut,
  z.strictObject({ do: z.literal('cut-power-disarm') }),
  z.strictObject({ do: z.literal('flash-counts') }),
  z.strictObject({ do: z.literal('complaints'), clear: z.boolean().optional() }),
]);
type ControlRequest = z.infer<typeof requestSchema>;

/** A running control socket. */
interface ControlSocket {
  readonly path: string;
  close(): Promise<void>;
}

interface ControlFacts {
  readonly board: VirtualBoard;
  /** Said in `hello`: probe serial number, ports, process. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** Longest request line; a client that sends more is cut off. */
const LONGEST_LINE_BYTES = 65536;

/** Listens on a unix socket for JSON lines, one answer per request, in order; errors are answers too. */
export async function startControl(path: string, facts: ControlFacts): Promise<ControlSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    serve(socket, facts);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          try {
            unlinkSync(path);
          } catch {
            // the server has removed it already
          }
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, facts: ControlFacts): void {
  let pending = '';
  let queue = Promise.resolve();
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    pending += chunk;
    const lines = pending.split('\n');
    pending = lines.pop()!;
    if (pending.length > LONGEST_LINE_BYTES) socket.destroy();
    for (const line of lines) {
      queue = queue.then(async () => {
        const answer = await answerLine(line, facts);
        if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
      });
    }
  });
}

type Answer = { readonly ok: boolean; readonly [key: string]: unknown };

/** Answers one line of JSON. Never throws: what goes wrong is said in the answer. */
export async function answerLine(line: string, facts: ControlFacts): Promise<Answer> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return { ok: false, error: `not JSON: ${(error as Error).message}` };
  }
  const parsed = requestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return { ok: false, error: `${issue.path.join('.') || 'request'}: ${issue.message}` };
  }
  try {
    return { ok: true, ...(await perform(parsed.data, facts)) };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}

async function perform(request: ControlRequest, { board, identity }: ControlFacts): Promise<object> {
  switch (request.do) {
    case 'hello':
      return {
        ...identity,
        modelled: board.chip.modelled,
        notModelled: notModelled(board.facts.family),
      };
    case 'time':
      return timeOf(board);
    case 'advance':
      await board.machine.advance(request.ms);
      return timeOf(board);
    case 'power':
      if (request.state === 'on') board.powerOn();
      else board.powerOff();
      return { power: board.machine.powered ? 'on' : 'off' };
    case 'reset':
      board.machine.setNrst(true);
      board.machine.setNrst(false);
      return {};
    case 'serial-fault': {
      const { do: _do, ...fault } = request;
      board.line.addFault(definedOnly(fault));
      return {};
    }
    case 'serial-faults-clear':
      board.line.clearFaults();
      return {};
    case 'cut-power-at-flash-op': {
      const { do: _do, ...plan } = request;
      board.chip.flash.operations.armPowerCut(plan);
      return {};
    }
    case 'cut-power-disarm':
      board.chip.flash.operations.armPowerCut(undefined);
      return {};
    case 'flash-counts':
      return { ...board.chip.array.counts, tornWords: [...board.chip.array.torn] };
    case 'complaints': {
      const answer = { complaints: board.complaints.entries, forgotten: board.complaints.forgotten };
      if (request.clear) board.complaints.clear();
      return answer;
    }
  }
}

function timeOf({ machine, line, chip }: VirtualBoard): object {
  return {
    virtualSeconds: machine.clock.nowNs() / 1e9,
    quietSeconds: machine.quietSeconds,
    instructions: machine.instructions,
    coreClockHz: chip.rcc.hclkHz,
    power: machine.powered ? 'on' : 'off',
    core: machine.lockedUp ? 'locked up' : machine.halted ? 'halted' : machine.asleep ? 'asleep' : 'running',
    ...line.counts,
    faultsApplied: line.faultsApplied,
  };
}

/** Optional keys that zod leaves as undefined are not there at all for the line. */
function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
