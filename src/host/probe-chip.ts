import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import { DebugTarget } from './debug-target.ts';
import { DEVICE_ID_MASK, formatUniqueId } from './identity.ts';
import { OpenOcd } from './openocd.ts';
import { lockSlot } from './slot-lock.ts';

/** Any Cortex-M behind any ST-LINK, without a board file: only enough to read memory while the core goes on running. */
const ANY_CORTEX_M = [
  'transport select hla_swd',
  'source [find target/swj-dp.tcl]',
  'swj_newdap neai cpu -expected-id 0',
  'dap create neai.dap -chain-position neai.cpu',
  'target create neai.cpu cortex_m -endian little -dap neai.dap',
];
const UNIQUE_ID_WORDS = 3;

/** What a chip says of itself. */
export interface ChipFacts {
  readonly deviceId: number;
  /** Boards whose chip has this device id and this size of flash. */
  readonly boards: readonly string[];
  /** Known when exactly one place to look for them is: 24 hexadecimal digits, and kilobytes. */
  readonly uniqueId?: string;
  readonly flashKilobytes?: number;
}

export interface ProbeChipOptions {
  readonly probeSerial: string;
  /** Configuration commands of the probe's slot, if it has one. */
  readonly adapter: readonly string[];
  /** Every kind of board that there is. */
  readonly boards: readonly Board[];
  readonly deadlineFactor: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the chip behind a probe who it is, through OpenOCD. Only reads; nothing is reset, halted or written.
 * The address of the id differs between families, so those of all known boards are tried.
 * @throws NeaiError SLOT_BUSY, OPENOCD_…, PROBE_…, TARGET_…, INTERRUPTED
 */
export async function probeChip(options: ProbeChipOptions): Promise<ChipFacts> {
  const { probeSerial, adapter, boards, deadlineFactor, signal } = options;
  const lock = lockSlot(probeSerial, `probe ${probeSerial}`);
  let target: DebugTarget | undefined;
  try {
    const openOcd = await OpenOcd.start({
      boardFile: 'interface/stlink.cfg',
      adapter: [...ANY_CORTEX_M, ...adapter],
      probeSerial,
      deadlineFactor,
      signal,
    });
    target = new DebugTarget(openOcd);
    await target.connect({ signal });
    return await readFacts(target, boards, signal);
  } finally {
    await target?.close();
    lock.release();
  }
}

async function readFacts(
  target: DebugTarget,
  boards: readonly Board[],
  signal: AbortSignal | undefined,
): Promise<ChipFacts> {
  let deviceId = 0;
  for (const address of new Set(boards.map(({ identity }) => identity.deviceIdAddress))) {
    const [idCode] = await target.readWords(address, 1, { signal }).catch(passOver);
    deviceId = (idCode ?? 0) & DEVICE_ID_MASK;
    const candidates = boards.filter(
      ({ identity }) => identity.deviceId === deviceId && identity.deviceIdAddress === address,
    );
    if (candidates.length === 0) continue;
    // One device id is one die: its signature lies at one place, whatever board it sits on.
    const { flashSizeAddress, uniqueIdAddress } = candidates[0]!.identity;
    const flashKilobytes = await target.readHalfWord(flashSizeAddress, { signal });
    const words = await target.readWords(uniqueIdAddress, UNIQUE_ID_WORDS, { signal });
    return {
      deviceId,
      boards: candidates.filter(({ flash }) => flash.bytes === flashKilobytes * 1024).map(({ id }) => id),
      uniqueId: formatUniqueId(words),
      flashKilobytes,
    };
  }
  return { deviceId, boards: [] };
}

/** A family that has nothing at this address refuses the access; the next address may be its own. */
function passOver(error: unknown): number[] {
  if (error instanceof NeaiError && error.code === 'MEMORY_ACCESS_FAILED') return [];
  throw error;
}
