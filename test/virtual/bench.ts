import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../src/boards/load.ts';
import { createBoard, type VirtualBoard } from '../../src/virtual/board.ts';
import type { BusMaster } from '../../src/virtual/interfaces.ts';

/** A whole board in this process with its core halted, its registers on the table and a host that is an array. */
export interface Bench {
  readonly board: VirtualBoard;
  readonly folder: string;
  readonly host: { baud: number; readonly received: number[]; heldBack: boolean };
  read(address: number, sizeBytes?: 1 | 2 | 4, by?: BusMaster): number;
  write(address: number, value: number, sizeBytes?: 1 | 2 | 4, by?: BusMaster): void;
  /** Sets and clears bits of a register. */
  modify(address: number, set: number, clear?: number): void;
  /** Virtual time passes with the core halted. */
  passUs(us: number): void;
  /** Bytes given to the host by now. */
  settled(): Promise<number[]>;
  /** What the board has complained about, without notes. */
  complaints(): string[];
  halt(): void;
  close(): void;
}

const PROBE_SERIAL = '0667FF485550755187123456';

export function openBench(
  folder = mkdtempSync(join(tmpdir(), 'neai-bench-')),
  boardId = 'nucleo-l432kc',
): Bench {
  const host = { baud: 115200, received: [] as number[], heldBack: false };
  const failures: unknown[] = [];
  const board = createBoard({
    facts: loadBoard(boardId),
    probeSerial: PROBE_SERIAL,
    stateFolder: folder,
    host: {
      speedBaud: () => host.baud,
      deliver: (bytes) => void host.received.push(...bytes),
      holdBack: (full) => {
        host.heldBack = full;
      },
    },
    complained: () => {},
    failed: (failure) => failures.push(failure),
  });
  const { machine } = board;
  const halt = (): void => void machine.bus.write(0xe000edf0, 4, 0xa05f0003, 'debugger');
  board.powerOn();
  halt();
  const read = (address: number, sizeBytes: 1 | 2 | 4 = 4, by: BusMaster = 'core'): number => {
    const value = machine.bus.read(address, sizeBytes, by);
    if (value === undefined) throw new Error(`nothing answers at 0x${address.toString(16)}`);
    return value;
  };
  const write = (address: number, value: number, sizeBytes: 1 | 2 | 4 = 4, by: BusMaster = 'core'): void => {
    if (!machine.bus.write(address, sizeBytes, value >>> 0, by))
      throw new Error(`nothing takes a write at 0x${address.toString(16)}`);
  };
  return {
    board,
    folder,
    host,
    read,
    write,
    modify: (address, set, clear = 0) => write(address, (read(address) & ~clear) | set),
    passUs: (us) => machine.clock.advanceTo(machine.clock.nowNs() + us * 1e3),
    settled: async () => {
      await Promise.resolve();
      return host.received;
    },
    complaints: () =>
      board.complaints.entries
        .filter(({ kind }) => kind !== 'note')
        .map(({ peripheral, text }) => `${peripheral}: ${text}`),
    halt,
    close() {
      board.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Addresses that the tests use, from RM0394. */
export const RCC = {
  CR: 0x40021000,
  CFGR: 0x40021008,
  PLLCFGR: 0x4002100c,
  AHB1ENR: 0x40021048,
  AHB2ENR: 0x4002104c,
  APB1ENR1: 0x40021058,
  BDCR: 0x40021090,
  CSR: 0x40021094,
  APB1RSTR1: 0x40021038,
} as const;
export const FLASH = {
  ACR: 0x40022000,
  KEYR: 0x40022008,
  SR: 0x40022010,
  CR: 0x40022014,
  ECCR: 0x40022018,
  OPTR: 0x40022020,
} as const;
export const GPIOA = {
  MODER: 0x48000000,
  IDR: 0x48000010,
  ODR: 0x48000014,
  BSRR: 0x48000018,
  LCKR: 0x4800001c,
  AFRL: 0x48000020,
  AFRH: 0x48000024,
} as const;
export const USART2 = {
  CR1: 0x40004400,
  CR2: 0x40004404,
  CR3: 0x40004408,
  BRR: 0x4000440c,
  ISR: 0x4000441c,
  ICR: 0x40004420,
  RDR: 0x40004424,
  TDR: 0x40004428,
} as const;
export const DMA1 = {
  ISR: 0x40020000,
  IFCR: 0x40020004,
  CCR6: 0x4002006c,
  CNDTR6: 0x40020070,
  CPAR6: 0x40020074,
  CMAR6: 0x40020078,
  CCR7: 0x40020080,
  CNDTR7: 0x40020084,
  CPAR7: 0x40020088,
  CMAR7: 0x4002008c,
  CSELR: 0x400200a8,
} as const;

/** Switches HSI16 on as system clock: 16 MHz, so that BRR 139 is 115107 baud. */
export function runFromHsi(bench: Bench): void {
  bench.modify(RCC.CR, 1 << 8);
  bench.passUs(10);
  bench.modify(RCC.CFGR, 1, 3);
}

/** USART2 on PA2 and PA15 at 115200 baud from 16 MHz, transmitter and receiver on. */
export function openUsart(bench: Bench): void {
  runFromHsi(bench);
  bench.modify(RCC.AHB2ENR, 1);
  bench.modify(RCC.APB1ENR1, 1 << 17);
  bench.modify(GPIOA.AFRL, 0x700, 0xf00);
  bench.modify(GPIOA.AFRH, 0x30000000, 0xf0000000);
  bench.modify(GPIOA.MODER, 0x80000020, 0xc0000030);
  bench.write(USART2.BRR, 139);
  bench.write(USART2.CR1, 0xd);
  bench.passUs(200);
}

/** Unlocks the flash control register. */
export function unlockFlash(bench: Bench): void {
  bench.write(FLASH.KEYR, 0x45670123);
  bench.write(FLASH.KEYR, 0xcdef89ab);
}
