import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import { type Child, startChild } from './child-process.ts';
import { timedOut, within } from './deadline.ts';
import type { Slot } from './rack.ts';

const START_MS = 20_000;
const END_MS = 3_000;
const PROGRAM = resolve(import.meta.dirname, '../virtual/main.ts');

/** What the process prints when it can be used. */
const readySchema = z.object({
  ready: z.literal(true),
  stlinkPort: z.int().positive(),
  portFolder: z.string(),
  controlSocket: z.string(),
});

export interface VirtualSlotOptions {
  /** Folder that keeps the flash content; a temporary one, removed at the end, when not given. */
  readonly dir?: string | undefined;
  /** 24 hexadecimal digits; when not given, one that belongs to the folder. */
  readonly probeSerial?: string | undefined;
  readonly deadlineFactor?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A running virtual board, as the slot that a rack file would describe. */
export interface VirtualSlot {
  readonly slot: Slot;
  readonly pid: number;
  /** Ends the process; never throws. */
  close(): Promise<void>;
}

/**
 * Starts a virtual board in a process of its own, which ends with this one, however this one ends.
 * @throws NeaiError VIRTUAL_START_FAILED with what the process said
 */
export async function startVirtualSlot(board: Board, options: VirtualSlotOptions = {}): Promise<VirtualSlot> {
  const { signal, deadlineFactor = 4 } = options;
  const folder =
    options.dir === undefined ? await mkdtemp(join(tmpdir(), 'neai-virtual-')) : resolve(options.dir);
  const probeSerial = options.probeSerial ?? serialOf(options.dir === undefined ? randomBytes(16) : folder);
  const args = [PROGRAM, '--board', board.id, '--probe-serial', probeSerial, '--dir', folder];
  const child = startChild(process.execPath, args);
  const close = async (): Promise<void> => {
    // Its standard input ends: that is its word for going in order.
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await child;
    clearTimeout(timer);
    if (options.dir === undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  };
  try {
    const ready = await firstLine(child, START_MS * deadlineFactor, signal);
    const slot: Slot = {
      name: `virtual-${board.id}`,
      board: board.id,
      kind: 'virtual',
      probeSerial,
      adapter: [`${board.openocd.backendCommand} ${ready.stlinkPort}`],
      portFolder: ready.portFolder,
      control: ready.controlSocket,
      deadlineFactor,
    };
    return { slot, pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same folder is the same board: its probe keeps its number, and so its chip keeps its unique id. */
function serialOf(seed: string | Uint8Array): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 24).toUpperCase();
}

async function firstLine(
  child: Child,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<z.infer<typeof readySchema>> {
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 50) said.shift();
  });
  const { promise: line, resolve: take } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).once('line', take);
  const ended = child.then((result): never => {
    throw new NeaiError('VIRTUAL_START_FAILED', said[0] ?? 'the process ended without a word', {
      got: `exit status ${result.exitCode ?? result.signal ?? 'unknown'}`,
      evidence: said.join('\n'),
    });
  });
  const text = await within(Promise.race([line, ended]), { timeoutMs, signal }, () =>
    timedOut('VIRTUAL_START_FAILED', 'starting the virtual board', timeoutMs, { evidence: said.join('\n') }),
  );
  const ready = readySchema.safeParse(tryJson(text));
  if (ready.success) return ready.data;
  throw new NeaiError('VIRTUAL_START_FAILED', 'the first line is not what a virtual board says', {
    got: text,
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
