import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FirmwareRig } from '../../bench/power/firmware-rig.ts';
import { loadBoard } from '../../src/boards/load.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

/** A UART of the first generation: it tells neither of a newline nor, while bytes follow bytes, of an idle line. */
const facts = loadBoard('nucleo-f103rb');
const BYTE_NS = 10e9 / 115_200;
const HALF_A_RING = facts.ram.receiveRingBytes / 2;
/** Half a ring is full in the middle of the first record; the second ends before the other half is. */
const RECORD_BYTES = HALF_A_RING + 44;
const NEXT_BYTES = HALF_A_RING - 200;
const LETTER = 0x41;

let folder: string;
let rig: FirmwareRig;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neai-ends-'));
  const shape = { axes: 1, bufferSize: 8 };
  const { elf } = await buildFirmware(trivialLibrary(shape), { board: facts, shape, outDir: folder });
  rig = new FirmwareRig(facts, elf);
  rig.board.powerOn();
  untilAsleep();
});

afterAll(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

function untilAsleep(): void {
  const { machine } = rig.board;
  for (let slices = 0; slices < 1_000_000; slices++) if (!machine.runSlice() && machine.asleep) return;
  throw new Error('the firmware does not go to sleep');
}

describe('a record with the next one close behind it', () => {
  it('is read while the next one is still coming in, and a line that stops in mid-record lets the core sleep', () => {
    const { machine, line } = rig.board;
    const next = Array<number>(NEXT_BYTES).fill(LETTER);
    line.fromHost(Uint8Array.of(...Array<number>(RECORD_BYTES).fill(LETTER), 0x0a, ...next));
    const startNs = machine.clock.nowNs();
    const instructionsAt = (bytes: number): number => {
      while (machine.clock.nowNs() < startNs + bytes * BYTE_NS) machine.runSlice();
      return machine.instructions;
    };
    const atTheEnd = instructionsAt(RECORD_BYTES + 1);
    expect(instructionsAt(RECORD_BYTES + 200)).toBeGreaterThan(atTheEnd);
    untilAsleep();
    const asleepFor = machine.clock.nowNs() - startNs - (RECORD_BYTES + 1 + NEXT_BYTES) * BYTE_NS;
    expect(asleepFor).toBeLessThan(200 * BYTE_NS);
  });
});
