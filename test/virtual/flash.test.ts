import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FlashL4 } from '../../src/virtual/peripherals/flash-l4.ts';
import { L43X_FLASH } from '../../src/virtual/peripherals/flash-layouts.ts';
import { type Bench, FLASH, openBench, unlockFlash } from './bench.ts';

const SR = {
  eop: 1,
  opErr: 2,
  progErr: 8,
  wrpErr: 16,
  pgaErr: 32,
  sizErr: 64,
  pgsErr: 128,
  fastErr: 512,
  busy: 1 << 16,
};
const PG = 1;
const PER = 2;
const MER1 = 4;
const STRT = 1 << 16;
const FSTPG = 1 << 18;
const LOCK = 0x80000000;

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.close());

const errors = (): number => bench.read(FLASH.SR) & 0xffff;
const program = (address: number, low: number, high: number): void => {
  bench.write(address, low);
  bench.write(address + 4, high);
};
const erase = (page: number): void => bench.write(FLASH.CR, PER | (page << 3) | STRT);
const counts = () => bench.board.chip.array.counts;

describe('flash controller', () => {
  test('is locked after reset and takes the two keys in order', () => {
    expect(bench.read(FLASH.CR)).toBe(0xc0000000);
    bench.write(FLASH.CR, PG);
    expect(bench.read(FLASH.CR)).toBe(0xc0000000);
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    expect(bench.read(FLASH.CR)).toBe(0x40000001);
    bench.write(FLASH.CR, LOCK);
    expect(bench.read(FLASH.CR)).toBe(0xc0000000);
  });

  test('a wrong key locks it until the next reset', () => {
    bench.write(FLASH.KEYR, 0x45670123);
    bench.write(FLASH.KEYR, 0x12345678);
    unlockFlash(bench);
    expect(bench.read(FLASH.CR)).toBe(0xc0000000);
    bench.board.machine.systemReset();
    bench.halt();
    unlockFlash(bench);
    expect(bench.read(FLASH.CR)).toBe(0x40000000);
  });

  test('programs a double word in its typical time, BSY in between', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    program(0x08000800, 0x11223344, 0x55667788);
    expect(bench.read(FLASH.SR) & SR.busy).toBe(SR.busy);
    bench.passUs(81);
    expect(bench.read(FLASH.SR) & SR.busy).toBe(SR.busy);
    expect(bench.read(0x08000800)).toBe(0xffffffff);
    bench.passUs(1);
    expect(bench.read(FLASH.SR)).toBe(0); // EOP is shown only when EOPIE is set
    expect([bench.read(0x08000800), bench.read(0x08000804)]).toEqual([0x11223344, 0x55667788]);
  });

  test('EOP comes with EOPIE and is cleared by writing 1', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG | (1 << 24));
    program(0x08000800, 1, 2);
    bench.passUs(100);
    expect(errors()).toBe(SR.eop);
    bench.write(FLASH.SR, SR.eop);
    expect(errors()).toBe(0);
  });

  test('a debugger with the core halted sees BSY once, then the operation is over and time has jumped', () => {
    unlockFlash(bench);
    bench.write(0x08000008, 0, 4, 'debugger'); // PG is 0: refused
    expect(errors()).toBe(SR.pgsErr);
    bench.write(FLASH.SR, 0xffff);
    const before = bench.board.machine.clock.nowNs();
    erase(3);
    expect(bench.read(FLASH.SR, 4, 'debugger')).toBe(SR.busy);
    expect(bench.read(FLASH.SR, 4, 'debugger')).toBe(0);
    expect(bench.board.machine.clock.nowNs() - before).toBeCloseTo(22.02e6, -3);
  });

  test('erases one page of 2 KB and counts it', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    program(0x080007f8, 0, 0);
    bench.passUs(100);
    program(0x08000800, 0, 0);
    bench.passUs(100);
    bench.write(FLASH.CR, 0);
    erase(0);
    bench.passUs(23_000);
    expect(bench.read(0x080007f8)).toBe(0xffffffff);
    expect(bench.read(0x08000800)).toBe(0);
    expect(counts()).toEqual({
      erases: 1,
      programs: 2,
      perPage: [
        { page: 0, erases: 1, programs: 1 },
        { page: 1, erases: 0, programs: 1 },
      ],
    });
  });

  test('mass erase clears everything', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    program(0x0803fff8, 1, 2);
    bench.passUs(100);
    bench.write(FLASH.CR, MER1 | STRT);
    bench.passUs(23_000);
    expect(bench.read(0x0803fff8)).toBe(0xffffffff);
    expect(counts().erases).toBe(128);
  });

  const refusals: [string, number, number, () => void][] = [
    ['data while PG is 0: PGSERR', 0, SR.pgsErr, () => program(0x08000800, 1, 2)],
    ['a halfword: SIZERR', PG, SR.sizErr, () => bench.write(0x08000800, 1, 2)],
    ['a byte: SIZERR', PG, SR.sizErr, () => bench.write(0x08000800, 1, 1)],
    ['a first word off the double word: PGAERR', PG, SR.pgaErr, () => bench.write(0x08000804, 1)],
    ['PG together with PER: PGSERR', PG | PER, SR.pgsErr, () => program(0x08000800, 1, 2)],
    ['fast programming: PGSERR and FASTERR', FSTPG, SR.pgsErr | SR.fastErr, () => bench.write(0x08000800, 1)],
    ['STRT with nothing selected: PGSERR', STRT, SR.pgsErr, () => {}],
    ['STRT with page and mass erase: PGSERR', PER | MER1 | STRT, SR.pgsErr, () => {}],
    ['a page that does not exist: PGSERR', PER | (128 << 3) | STRT, SR.pgsErr, () => {}],
  ];
  test.each(refusals)('refuses %s', (_name, control, expected, act) => {
    unlockFlash(bench);
    bench.write(FLASH.CR, control);
    act();
    expect(errors()).toBe(expected);
    bench.passUs(100);
    expect(bench.board.chip.array.bytes.every((byte) => byte === 0xff)).toBe(true);
    expect(counts()).toMatchObject({ erases: 0, programs: 0 });
  });

  test('refuses a second word of another double word, and takes a fresh start', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    bench.write(0x08000800, 1);
    bench.write(0x0800080c, 2);
    expect(errors()).toBe(SR.pgaErr);
    program(0x08000800, 1, 2);
    expect(errors()).toBe(SR.pgaErr | SR.pgsErr); // earlier error flags block
    bench.write(FLASH.SR, 0xffff);
    program(0x08000800, 1, 2);
    bench.passUs(100);
    expect(errors()).toBe(0);
    expect(bench.read(0x08000800)).toBe(1);
  });

  test('programs an occupied double word only with zeros', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    program(0x08000800, 0xfffffffe, 0xffffffff);
    bench.passUs(100);
    program(0x08000800, 0xfffffffc, 0xffffffff);
    expect(errors()).toBe(SR.progErr);
    bench.write(FLASH.SR, 0xffff);
    program(0x08000800, 0, 0);
    bench.passUs(100);
    expect(errors()).toBe(0);
    expect(bench.read(0x08000800)).toBe(0);
  });

  test('option bytes can be read and not written', () => {
    expect(bench.read(FLASH.OPTR)).toBe(0xffeff8aa);
    bench.write(FLASH.OPTR, 0);
    expect(bench.read(FLASH.OPTR)).toBe(0xffeff8aa);
    expect(bench.complaints()).toEqual(['FLASH: option bytes cannot be written on this board']);
  });
});

describe('write protection', () => {
  test('a protected page is neither erased nor programmed, and bars a mass erase: WRPERR', () => {
    const { machine, chip } = bench.board;
    const flash = new FlashL4(
      { name: 'FLASH', baseAddress: 0x40022000, complain: () => {} },
      {
        layout: L43X_FLASH,
        clock: machine.clock,
        core: machine.signals,
        array: chip.array,
        times: { programNs: 81_690, pageEraseNs: () => 22_020_000, massEraseNs: 22_020_000 },
        isArray: () => false,
        irqNumber: 4,
        baseAddress: 0x08000000,
        onWaitStates: () => {},
        cutPower: () => {},
        writeProtected: [4, 5],
      },
    );
    const write = (offset: number, value: number): void => flash.write(offset, 4, value >>> 0, 'core');
    const attempt = (control: number, act = (): void => {}): number => {
      write(0x14, control);
      act();
      const seen = flash.read(0x10, 4, 'core') & 0xffff;
      write(0x10, 0xffff);
      return seen;
    };
    write(0x08, 0x45670123);
    write(0x08, 0xcdef89ab);
    expect(flash.read(0x2c, 4, 'core')).toBe(0xff05ff04);
    expect(attempt(PER | (4 << 3) | STRT)).toBe(SR.wrpErr);
    expect(attempt(MER1 | STRT)).toBe(SR.wrpErr);
    const programPage5 = (): void => {
      flash.sink.write(0x08002800, 4, 1, 'core');
      flash.sink.write(0x08002804, 4, 2, 'core');
    };
    expect(attempt(PG, programPage5)).toBe(SR.wrpErr);
    expect(attempt(PER | (6 << 3) | STRT)).toBe(0);
    bench.passUs(22_100);
    expect(counts()).toMatchObject({ erases: 1, programs: 0 });
  });
});

describe('power failure', () => {
  const cut = (moment: 'before' | 'during' | 'after', operation: 'program' | 'erase', seed = 7, skip = 0) =>
    bench.board.chip.flash.operations.armPowerCut({ operation, moment, seed, skip });
  const reboot = (): void => {
    expect(bench.board.machine.powered).toBe(false);
    bench.board.powerOn();
    bench.halt();
  };

  test('before a program leaves the double word erased', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    cut('before', 'program');
    program(0x08000800, 1, 2);
    bench.passUs(1);
    reboot();
    expect(bench.board.chip.array.isErased(0x800)).toBe(true);
  });

  test('after a program leaves it whole', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    cut('after', 'program');
    program(0x08000800, 1, 2);
    bench.passUs(100);
    reboot();
    expect([bench.read(0x08000800), bench.read(0x08000804)]).toEqual([1, 2]);
    expect(bench.board.chip.array.torn.size).toBe(0);
  });

  test('during a program clears some of the bits, marks the word as torn, and is the same for the same seed', () => {
    const torn: bigint[] = [];
    for (const page of [1, 2]) {
      unlockFlash(bench);
      bench.write(FLASH.CR, PG);
      cut('during', 'program', 42);
      program(0x08000000 + 2048 * page, 0x12345678, 0);
      bench.passUs(100);
      reboot();
      torn.push(bench.board.chip.array.word(2048 * page));
    }
    const [first, second] = torn as [bigint, bigint];
    expect(first).toBe(second);
    expect(first).not.toBe(0xffffffffffffffffn);
    expect(first).not.toBe(0x12345678n);
    expect(first & 0x12345678n).toBe(0x12345678n); // no bit fell that should have stayed
    expect([...bench.board.chip.array.torn]).toEqual([2048, 4096]);
  });

  test('during the third erase tears the page; erasing it again heals it', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    for (let at = 0x08001000; at < 0x08001800; at += 8) {
      program(at, 0, 0);
      bench.passUs(82);
    }
    bench.write(FLASH.CR, 0);
    cut('during', 'erase', 3, 2);
    for (const page of [0, 1, 2]) {
      erase(page);
      bench.passUs(22_100);
    }
    reboot();
    expect(bench.board.chip.array.torn.size).toBe(256);
    const words = Array.from({ length: 256 }, (_, index) => bench.board.chip.array.word(0x1000 + 8 * index));
    expect(words.some((word) => word !== 0n && word !== 0xffffffffffffffffn)).toBe(true);
    unlockFlash(bench);
    erase(2);
    bench.passUs(22_100);
    expect(bench.board.chip.array.torn.size).toBe(0);
    expect(bench.read(0x08001000)).toBe(0xffffffff);
  });

  test('reading a torn word raises ECCD with its address once', () => {
    unlockFlash(bench);
    bench.write(FLASH.CR, PG);
    cut('during', 'program');
    program(0x08000800, 0, 0);
    bench.passUs(100);
    reboot();
    expect(bench.read(FLASH.ECCR)).toBe(0);
    bench.read(0x08000804, 1, 'dma');
    expect(bench.read(FLASH.ECCR)).toBe(0x80000800);
    bench.write(FLASH.ECCR, 0x80000000);
    bench.board.machine.bus.readBlock(0x080007f0, 64, 'debugger');
    expect(bench.read(FLASH.ECCR)).toBe(0x80000800);
    expect(bench.read(0xe000ed04, 4, 'debugger') >>> 31).toBe(1); // ICSR.NMIPENDSET
    bench.write(FLASH.ECCR, 0x80000000);
    expect(bench.read(FLASH.ECCR) >>> 30).toBe(0);
  });

  test('the image outlives the process, torn words included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'neai-flash-'));
    const first = openBench(folder);
    unlockFlash(first);
    first.write(FLASH.CR, PG);
    first.write(0x08000000, 0xcafe);
    first.write(0x08000004, 0xbabe);
    first.passUs(100);
    first.board.chip.flash.operations.armPowerCut({ operation: 'any', moment: 'during', seed: 1, skip: 0 });
    first.write(0x08000008, 0);
    first.write(0x0800000c, 0);
    first.passUs(100);
    first.board.close();
    expect(readFileSync(join(folder, 'flash.bin')).readUInt32LE(0)).toBe(0xcafe);
    const second = openBench(folder);
    expect(second.read(0x08000004)).toBe(0xbabe);
    expect([...second.board.chip.array.torn]).toEqual([8]);
    second.close();
  });

  test('RAM comes back as noise', () => {
    bench.write(0x20000000, 0xdeadbeef);
    bench.board.powerOff();
    bench.board.powerOn();
    bench.halt();
    expect(bench.read(0x20000000)).not.toBe(0xdeadbeef);
    expect(bench.read(0x20000000)).not.toBe(0);
  });
});
