import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import type { Board } from '../../src/boards/schema.ts';
import { type BuiltFirmware, buildFirmware } from '../../src/host/build.ts';
import { type ElfImage, readElf, SECTION_NOBITS, symbolAddress } from '../../src/host/elf.ts';
import { checkKnowledgePlace, checkStoreApart } from '../../src/host/image.ts';
import { makeElf } from './elf-image.ts';
import { type TrivialLibrary, trivialLibrary } from './trivial-library.ts';

const board = loadBoard('nucleo-l432kc');
const home = mkdtempSync(join(tmpdir(), 'neai-build-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let count = 0;
const freshFolder = (): string => join(home, String(count++));

async function firmware(options: TrivialLibrary = {}, isFresh = false): Promise<BuiltFirmware> {
  const shape = { axes: options.axes ?? 3, bufferSize: options.bufferSize ?? 128 };
  return buildFirmware(trivialLibrary(options), { board, shape, outDir: freshFolder(), isFresh });
}

/** The bytes that a debugger writes to an address. */
function loaded(bytes: Uint8Array, elf: ElfImage, address: number, length: number): Uint8Array {
  const part = elf.segments.find(
    (s) => s.loadAddress <= address && address + length <= s.loadAddress + s.fileBytes,
  );
  const at = part!.offsetBytes + address - part!.loadAddress;
  return bytes.subarray(at, at + length);
}

function word(bytes: Uint8Array, index: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * index, true);
}

describe('the firmware of the NUCLEO-L432KC around a library', () => {
  let built: BuiltFirmware;
  let bytes: Uint8Array;
  let elf: ElfImage;
  beforeAll(async () => {
    built = await firmware();
    bytes = readFileSync(built.elf);
    elf = readElf(bytes, built.elf);
  });

  it('starts with a stack pointer in RAM and handlers in flash, in Thumb state', () => {
    const table = loaded(bytes, elf, board.flash.address, 4 * (16 + board.vectors.interrupts));
    expect(word(table, 0)).toBe(symbolAddress(elf, 'stack_top'));
    for (let index = 1; index < 16 + board.vectors.interrupts; index++) {
      expect(word(table, index) & 1).toBe(1);
      expect(word(table, index)).toBeGreaterThan(board.flash.address);
      expect(word(table, index)).toBeLessThan(board.flash.address + board.flash.bytes);
    }
    expect(word(table, 1)).toBe(symbolAddress(elf, 'reset_handler') | 1);
    expect(word(table, 3)).toBe(symbolAddress(elf, 'hardfault_handler') | 1);
  });

  it('has its stack at the very bottom of RAM, where an overflow leaves RAM', () => {
    expect(symbolAddress(elf, 'stack_bottom')).toBe(0x2000_0000);
    expect(built.footprint.stackBytes).toBe(board.ram.stackBytes);
  });

  it('keeps knowledge above the work area of OpenOCD, and out of the image', () => {
    expect(built.neai).toEqual({ address: 0x2000_a000, bytes: 16 });
    expect(elf.sections.find(({ name }) => name === '.neai')!.type).toBe(SECTION_NOBITS);
    for (const { loadAddress, fileBytes } of elf.segments.filter((segment) => segment.fileBytes > 0)) {
      expect(loadAddress).toBeGreaterThanOrEqual(board.flash.address);
      expect(loadAddress + fileBytes).toBeLessThan(board.flash.address + 0x1_0000);
    }
  });

  it('carries its build id behind the vector table', () => {
    const id = loaded(bytes, elf, 0x0800_0200, 32);
    expect(Buffer.from(id).toString('hex')).toBe(built.buildId);
    expect(built.buildId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('adds up its footprint and names its functions', () => {
    const { flashBytes, ramBytes, neaiBytes } = built.footprint;
    expect(flashBytes).toBeGreaterThan(4_000);
    expect(flashBytes).toBeLessThan(32_000);
    expect(ramBytes).toBeGreaterThan(board.ram.receiveRingBytes + 3 * 128 * 4);
    expect(neaiBytes).toBe(16);
    const learn = built.symbols.find(({ name }) => name === 'NanoEdgeAI_learn');
    expect(learn).toMatchObject({ kind: 'function' });
  });

  it('is the same to the byte when built again elsewhere, or kept from an earlier build', async () => {
    for (const isFresh of [true, false]) {
      const again = await firmware({}, isFresh);
      expect(again.buildId).toBe(built.buildId);
      expect(readFileSync(again.elf).equals(bytes)).toBe(true);
    }
  });

  it('has another build id with another library', async () => {
    const other = await firmware({ knowledgeWords: 5 });
    expect(other.footprint.flashBytes).toBe(built.footprint.flashBytes);
    expect(other.buildId).not.toBe(built.buildId);
  });

  it('is refused by name when the board has its RAM or its work area elsewhere', () => {
    const withWorkArea: Board = { ...board, openocd: { ...board.openocd, workAreaBytes: 0xb000 } };
    expect(() => checkKnowledgePlace(elf, withWorkArea)).toThrow(
      expect.objectContaining({
        code: 'BUILD_KNOWLEDGE_PLACE',
        details: { asked: 'an address from 0x2000B000', got: '.neai at 0x2000A000, 16 bytes' },
      }),
    );
    const withLessRam: Board = { ...board, ram: { ...board.ram, regions: [board.ram.regions[0]!] } };
    withLessRam.ram.regions[0] = { name: 'SRAM1', address: 0x2000_0000, bytes: 0xa000 };
    expect(() => checkKnowledgePlace(elf, withLessRam)).toThrow(/outside the RAM/);
    const inRam = { address: 0x2000_a000, loadAddress: 0x2000_a000, offsetBytes: 0, fileBytes: 16 };
    const segments = [...elf.segments, { ...inRam, memoryBytes: 16 }];
    expect(() => checkKnowledgePlace({ ...elf, segments }, board)).toThrow(/loaded into RAM/);
  });
});

describe('code and stored knowledge', () => {
  it.each([
    ['nucleo-l432kc', 0x0803_3ff8, 16],
    ['nucleo-f401re', 0x0800_4000, 4],
    ['nucleo-f746zg', 0x0800_0000, 0x1_0000],
  ])('never share an erase unit on the %s', (id, address, count) => {
    const bytes = makeElf([{ address, bytes: new Uint8Array(count) }]);
    expect(() => checkStoreApart(readElf(bytes, 'image'), loadBoard(id))).toThrow(
      expect.objectContaining({
        code: 'BUILD_KNOWLEDGE_PLACE',
        message: expect.stringContaining('erase unit'),
      }),
    );
  });

  it.each(listBoards())('lie apart in the memory map of the %s, end against beginning', (id) => {
    const { knowledgeStore: store, flash } = loadBoard(id);
    const before = makeElf([{ address: store!.address - 8, bytes: new Uint8Array(8) }]);
    expect(() => checkStoreApart(readElf(before, 'image'), loadBoard(id))).not.toThrow();
    expect(store!.address).toBeGreaterThan(flash.address);
  });
});

describe('a library with sections of its own', () => {
  it('has initialised ones copied to RAM at start, and constant ones in flash', async () => {
    const built = await firmware({
      extra: `
volatile uint32_t vendor_state[2] __attribute__((section(".vendor.state"))) = {0x11223344u, 0x55667788u};
extern const uint32_t vendor_table[1];
const uint32_t vendor_table[1] __attribute__((section(".vendor.table"))) = {0x99AABBCCu};
static void vendor_keep(void) __attribute__((constructor));
static void vendor_keep(void)
{
    const uint32_t *table = vendor_table;
    __asm__ volatile("" : "+r"(table));
    vendor_state[1] += table[0];
}`,
    });
    const bytes = readFileSync(built.elf);
    const elf = readElf(bytes, built.elf);
    const table = symbolAddress(elf, 'vendor_table');
    expect(word(loaded(bytes, elf, table, 4), 0)).toBe(0x99aabbcc);

    const state = symbolAddress(elf, 'vendor_state');
    const start = symbolAddress(elf, 'copy_table_start');
    const words = (symbolAddress(elf, 'copy_table_end') - start) / 4;
    const rows = loaded(bytes, elf, start, 4 * words);
    const row = [0, 3].find((at) => word(rows, at + 1) <= state && state + 8 <= word(rows, at + 2));
    expect(row).toBeDefined();
    const from = word(rows, row!) + state - word(rows, row! + 1);
    expect(word(loaded(bytes, elf, from, 8), 0)).toBe(0x11223344);

    expect(state).toBeGreaterThanOrEqual(symbolAddress(elf, 'neai_end'));
    expect(state + 8).toBeLessThanOrEqual(symbolAddress(elf, 'input_start'));
    const parts = elf.segments.filter(({ fileBytes }) => fileBytes > 0);
    parts.sort((a, b) => a.loadAddress - b.loadAddress);
    for (const [index, part] of parts.slice(1).entries()) {
      expect(part.loadAddress).toBeGreaterThanOrEqual(parts[index]!.loadAddress + parts[index]!.fileBytes);
    }
    expect(symbolAddress(elf, 'constructors_end') - symbolAddress(elf, 'constructors_start')).toBe(4);
  });
});

describe('a build is refused', () => {
  it('when the signal is too long, with the longest one that this library leaves room for', async () => {
    const refused = await firmware({ bufferSize: 4096 }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'BUILD_DOES_NOT_FIT', exitStatus: 2 });
    expect(refused.message).toContain('NUCLEO-L432KC');
    expect(refused.details.asked).toBe('3 axes × 4096 samples, 49152 bytes');
    const largest = Number(/is (\d+)\.$/.exec(refused.details.remedy)![1]);
    expect(largest).toBeGreaterThan(1024);
    await expect(firmware({ bufferSize: largest })).resolves.toBeDefined();
    await expect(firmware({ bufferSize: largest + 1 })).rejects.toMatchObject({ code: 'BUILD_DOES_NOT_FIT' });
  });

  it.each([
    ['RAM', 'volatile uint8_t vast[60000];'],
    ['FLASH', 'const volatile uint8_t vast[270000] = {1};'],
  ])('when the library is too large for %s, by how much', async (region, text) => {
    const extra = `${text}
static void keep(void) __attribute__((constructor));
static void keep(void) { in_force = (float)vast[0]; }`;
    const refused = await firmware({ extra }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'BUILD_DOES_NOT_FIT' });
    expect(refused.message).toMatch(new RegExp(`^${region} of the board is \\d+ bytes too small$`));
  });

  it('when the library keeps no knowledge in .neai', async () => {
    const refused = firmware({ knowledgeWords: 0 });
    await expect(refused).rejects.toMatchObject({ code: 'BUILD_KNOWLEDGE_PLACE' });
  });

  it('when a source does not compile, with the words of the compiler', async () => {
    const refused = await firmware({
      extra: 'float wide(float x); float wide(float x) { return x * 2.0; }',
    }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'BUILD_COMPILE_FAILED' });
    expect(refused.details.evidence).toMatch(/sources\/trivial\.c:\d+:\d+: error: .*double/);
    expect(refused.details.evidence.split('\n').length).toBeLessThanOrEqual(12);
  });

  it('when no compiler is installed, with the package to install', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = home;
    try {
      const refused = await firmware().catch((error) => error);
      expect(refused).toMatchObject({ code: 'BUILD_TOOL_MISSING' });
      expect(refused.details.remedy).toContain('cmake');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('when it is interrupted', async () => {
    const shape = { axes: 3, bufferSize: 128 };
    const refused = buildFirmware(trivialLibrary(), {
      board,
      shape,
      outDir: freshFolder(),
      signal: AbortSignal.abort(),
    });
    await expect(refused).rejects.toMatchObject({ code: 'INTERRUPTED', exitStatus: 130 });
  });
});
