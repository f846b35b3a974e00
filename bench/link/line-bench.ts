import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../src/boards/load.ts';
import { buildBoardFirmware } from '../../src/cli/build.ts';
import { createLibrary } from '../../src/engine/index.ts';
import { attach } from '../../src/host/attach.ts';
import { startVirtualSlot } from '../../src/host/virtual-slot.ts';
import type { Client } from '../../src/protocol/client.ts';
import type { CommandName, RequestOf } from '../../src/protocol/commands.ts';
import { encodeRequest } from '../../src/protocol/payload.ts';
import { UnitQueue } from '../../src/protocol/unit-queue.ts';
import { type LineMeasure, measureLine, shareOfLine } from './measure-line.ts';

/** A board that runs, and the two ways to talk to it. */
export interface LineBench {
  readonly control: string;
  /** Connects anew after a reset. */
  connect(options: { packSamples: boolean; baud: number }): Promise<Client>;
}

/** A virtual board around a small library of this shape, for as long as `work` takes. */
export async function withBoard<T>(
  boardId: string,
  shape: { readonly axes: number; readonly length: number },
  signal: AbortSignal,
  work: (bench: LineBench) => Promise<T>,
): Promise<T> {
  const library = createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: shape.axes,
      bufferSize: shape.length,
      // Single readings have no quantiles.
      pipeline: [{ transform: shape.length > 1 ? 'quantiles' : 'raw', params: {} }],
      model: { name: 'diag', params: {} },
      calibration: { scale: '3f800000', width: '40000000' },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
  const folder = mkdtempSync(join(tmpdir(), 'neai-bench-'));
  try {
    const board = loadBoard(boardId);
    const firmware = await buildBoardFirmware(library, board.id, folder, signal);
    const place = await startVirtualSlot(board, { signal });
    try {
      const session = await attach(place.slot, { signal });
      try {
        await session.flash(firmware.elf, { signal });
        return await work({
          control: place.slot.control!,
          async connect({ packSamples, baud }) {
            const client = await session.connect({ signal, packSamples, windowMessages: 8 });
            if (client.baud !== baud) await client.setBaud(baud, { signal });
            await client.call('initialize', {}, { signal });
            return client;
          },
        });
      } finally {
        await session.close();
      }
    } finally {
      await place.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one way to send signals came to. */
export interface LineFigure extends LineMeasure {
  readonly share: number;
  /** What the format itself leaves of the line to the samples, if nothing ever waits. */
  readonly ceiling: number;
  /** Cycles of a learn, the longest one seen; NaN where the answers do not tell. */
  readonly learnTicks: number;
  readonly baud: number;
}

/** How often a figure is taken, and over how many signals. */
export interface Rounds {
  readonly rounds: number;
  readonly signals: number;
}

/** The round whose share is the median. */
export async function medianRound({ rounds }: Rounds, once: () => Promise<LineFigure>): Promise<LineFigure> {
  const all: LineFigure[] = [];
  for (let round = 0; round < rounds; round++) all.push(await once());
  return all.toSorted((a, b) => a.share - b.share)[rounds >> 1]!;
}

/** Line bytes of a request: its units, one after the other. */
export function lineBytes<Name extends CommandName>(
  name: Name,
  request: RequestOf<Name>,
  packAxes?: number,
): number {
  const queue = new UnitQueue({ nonce: 0x5eed1234, sequence: 1, windowBytes: 1 << 30, unitBytes: 655 });
  queue.take();
  queue.append(1, encodeRequest(name, request, packAxes));
  let bytes = -1; // the '\n' that goes first, once in a session
  for (let unit = queue.take(); unit !== undefined; unit = queue.take()) bytes += unit.length;
  return bytes;
}

/** Learns signals, several messages under way. `batch` signals travel in one message; 1: each in its own. */
export async function learnAll(
  bench: LineBench,
  client: Client,
  signals: readonly Float32Array[],
  batch = 1,
): Promise<LineFigure> {
  const samples = signals.reduce((sum, signal) => sum + signal.length, 0);
  let learnTicks = Number.NaN;
  let bytes = 0;
  const measure = await measureLine(bench.control, async () => {
    if (batch === 1) {
      const answers = await Promise.all(signals.map((signal) => client.call('learn', { signal })));
      learnTicks = Math.max(...answers.map(({ ticks }) => ticks));
      return;
    }
    await Promise.all(batches(signals, batch).map((all) => client.call('learn_many', { signals: all })));
  });
  if (batch === 1) for (const signal of signals) bytes += lineBytes('learn', { signal });
  else for (const all of batches(signals, batch)) bytes += lineBytes('learn_many', { signals: all });
  return {
    ...measure,
    share: shareOfLine(samples, client.baud, measure.seconds),
    ceiling: (4 * samples) / bytes,
    learnTicks,
    baud: client.baud,
  };
}

function batches(signals: readonly Float32Array[], batch: number): Float32Array[] {
  const all: Float32Array[] = [];
  for (let from = 0; from < signals.length; from += batch) {
    all.push(Float32Array.from(signals.slice(from, from + batch).flatMap((signal) => [...signal])));
  }
  return all;
}
