import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadBoard } from '../boards/load.ts';
import { BoardSession } from './board.ts';
import { DebugTarget } from './debug-target.ts';
import { proveIdentity } from './identity.ts';
import { OpenOcd } from './openocd.ts';
import type { Slot } from './rack.ts';
import { findPort } from './serial-port.ts';
import { lockSlot } from './slot-lock.ts';

const PORT_APPEARS_MS = 2_000;

export interface AttachOptions {
  readonly signal?: AbortSignal | undefined;
  /** Folder for the transcript of this session; kept as evidence when something fails. */
  readonly evidenceDir?: string | undefined;
}

/**
 * Takes the board in a slot for this process: lock, serial port by the probe's serial number, OpenOCD, debug
 * connection, identity. Nothing is erased or reset. Whatever fails, nothing is left running or locked.
 * @throws NeaiError SLOT_BUSY, PORT_NOT_FOUND, OPENOCD_…, PROBE_…, TARGET_…, IDENTITY_MISMATCH, INTERRUPTED
 */
export async function attach(slot: Slot, { signal, evidenceDir }: AttachOptions = {}): Promise<BoardSession> {
  const board = loadBoard(slot.board);
  const lock = lockSlot(slot.probeSerial, slot.name);
  let target: DebugTarget | undefined;
  try {
    const timeoutMs = PORT_APPEARS_MS * slot.deadlineFactor;
    const port = await findPort(slot.portFolder, slot.probeSerial, { timeoutMs, signal });
    if (evidenceDir !== undefined) mkdirSync(evidenceDir, { recursive: true });
    const openOcd = await OpenOcd.start({
      boardFile: board.openocd.boardFile,
      adapter: slot.adapter,
      probeSerial: slot.probeSerial,
      deadlineFactor: slot.deadlineFactor,
      transcriptFile: evidenceDir && join(evidenceDir, `openocd-${slot.name}.log`),
      signal,
    });
    target = new DebugTarget(openOcd);
    await target.connect({ signal });
    const identity = await proveIdentity(target, board, slot, { signal });
    return new BoardSession({ slot, board, target, port, identity, lock });
  } catch (error) {
    await target?.close();
    lock.release();
    throw error;
  }
}
