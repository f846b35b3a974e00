import { readElf32 } from '../shared/elf32.ts';
import { NeaiError } from '../shared/errors.ts';
import type { CpuModel } from './core-models.ts';
import { Machine } from './machine.ts';

const FLASH = 0x08000000;
const RAM = 0x20000000;
const FLASH_BYTES = 1 << 20;
const RAM_BYTES = 2 << 20;
const DHCSR = 0xe000edf0;
const DHCSR_DEBUG_ENABLE = 0xa05f0001;
const PC = 15;

export interface BareRun {
  readonly model: CpuModel;
  /** An ELF file with code from 0x08000000 (1 MiB) and RAM from 0x20000000 (2 MiB); the vector table comes first. */
  readonly elf: Uint8Array;
  /** Bytes written to a symbol before the first instruction. */
  readonly input: { readonly symbol: string; readonly bytes: Uint8Array };
  /** Symbol whose whole extent is read after the last instruction. */
  readonly output: string;
  /** The program must reach a BKPT within so many instructions. */
  readonly deadlineInstructions: number;
}

export interface BareResult {
  readonly output: Uint8Array;
  readonly instructions: number;
  /** Immediate of the BKPT that ended the program. */
  readonly breakpoint: number;
}

/** Runs a program on a core with memory and nothing else, until its breakpoint. */
export function runBareCore({ model, elf, input, output, deadlineInstructions }: BareRun): BareResult {
  const image = readElf32(elf);
  const flash = Buffer.alloc(FLASH_BYTES, 0xff);
  for (const { bytes, loadAddress } of image.segments) flash.set(bytes, loadAddress - FLASH);
  const machine = new Machine({
    model,
    clockHz: 100e6,
    sliceInstructions: 100_000,
    memory: [
      {
        name: 'flash',
        kind: 'flash',
        baseAddress: FLASH,
        sizeBytes: FLASH_BYTES,
        aliases: [0],
        bytes: flash,
      },
      { name: 'ram', kind: 'ram', baseAddress: RAM, sizeBytes: RAM_BYTES },
    ],
  });
  const symbol = (name: string) => {
    const found = image.symbols.get(name);
    if (found !== undefined) return found;
    throw new NeaiError('VIRTUAL_PROGRAM', 'The program has no such symbol', { asked: name });
  };
  try {
    machine.powerOn();
    machine.bus.write(DHCSR, 4, DHCSR_DEBUG_ENABLE, 'debugger');
    machine.bus.writeBlock(symbol(input.symbol).address, input.bytes, 'debugger');
    while (machine.instructions < deadlineInstructions) if (!machine.runSlice()) break;
    if (!machine.halted) throw notEnded(machine, deadlineInstructions);
    const instruction = machine.bus.read(machine.readCoreRegister(PC), 2, 'debugger') ?? 0;
    const { address, sizeBytes } = symbol(output);
    const bytes = machine.bus.readBlock(address, sizeBytes, 'debugger') ?? new Uint8Array(0);
    return { output: bytes, instructions: machine.instructions, breakpoint: instruction & 0xff };
  } finally {
    machine.close();
  }
}

function notEnded(machine: Machine, deadlineInstructions: number): NeaiError {
  const pc = machine.readCoreRegister(PC).toString(16);
  const state = machine.lockedUp ? 'locked up' : machine.asleep ? 'asleep' : 'still running';
  return new NeaiError('VIRTUAL_PROGRAM', 'The program did not reach a breakpoint', {
    asked: `BKPT within ${deadlineInstructions} instructions`,
    got: `${state} at 0x${pc} after ${machine.instructions} instructions`,
  });
}
