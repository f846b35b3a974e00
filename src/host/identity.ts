import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import type { Abortable, DebugTarget } from './debug-target.ts';
import type { Slot } from './rack.ts';

/** DBGMCU_IDCODE: DEV_ID in the low twelve bits, REV_ID in the high sixteen. */
export const DEVICE_ID_MASK = 0xfff;

/** Who a board is, as far as chip and probe tell. */
export interface Identity {
  readonly probeSerial: string;
  readonly deviceId: number;
  readonly revisionId: number;
  /** 96 bits as 24 hexadecimal digits, three words, lowest address first. */
  readonly uniqueId: string;
  readonly flashKilobytes: number;
}

/**
 * Reads who is there and compares it with what slot and board file say, before anything is erased. That the probe is
 * the right one OpenOCD has proven already: it opens the one with the slot's serial number or none.
 * Only reads: the core may run.
 * @throws NeaiError IDENTITY_MISMATCH naming the fact that differs
 */
export async function proveIdentity(
  target: DebugTarget,
  board: Board,
  slot: Slot,
  { signal }: Abortable,
): Promise<Identity> {
  const { identity, flash } = board;
  const [idCode] = await target.readWords(identity.deviceIdAddress, 1, { signal });
  const deviceId = idCode! & DEVICE_ID_MASK;
  const refuse = (what: string, asked: string, got: string): never => {
    throw new NeaiError(
      'IDENTITY_MISMATCH',
      `slot '${slot.name}': ${what} is another one; nothing was erased`,
      {
        asked,
        got,
      },
    );
  };
  if (deviceId !== identity.deviceId)
    refuse(
      'the chip',
      `device id 0x${identity.deviceId.toString(16)} (${board.mcu})`,
      `0x${deviceId.toString(16)}`,
    );
  const flashKilobytes = await target.readHalfWord(identity.flashSizeAddress, { signal });
  if (flashKilobytes * 1024 !== flash.bytes)
    refuse('the size of flash', `${flash.bytes / 1024} KB`, `${flashKilobytes} KB`);
  const words = await target.readWords(identity.uniqueIdAddress, 3, { signal });
  const uniqueId = formatUniqueId(words);
  if (slot.uniqueId !== undefined && slot.uniqueId !== uniqueId)
    refuse("the MCU's unique id", slot.uniqueId, uniqueId);
  return { probeSerial: slot.probeSerial, deviceId, revisionId: idCode! >>> 16, uniqueId, flashKilobytes };
}

/** Three words, lowest address first, as 24 hexadecimal digits: the form of rack files and records. */
export function formatUniqueId(words: readonly number[]): string {
  return words.map((word) => word.toString(16).toUpperCase().padStart(8, '0')).join('');
}
