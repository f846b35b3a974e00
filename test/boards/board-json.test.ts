import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { emitBoards } from '../../src/boards/emit-board.ts';
import { ramRange } from '../../src/boards/emit-memory.ts';
import { listBoards, loadBoard, parseBoard } from '../../src/boards/load.ts';
import { UNCHECKED } from '../../src/boards/schema.ts';
import { NeaiError } from '../../src/shared/errors.ts';

const root = join(import.meta.dirname, '../..');
const boards = listBoards();

type Json = Record<string, unknown>;
type Change = (board: Json & Record<string, Json>) => void;

const group = (count: number, bytes: number): Json => ({ count, bytes, eraseTypicalMs: 1, eraseMaxMs: 2 });

function refusal(change: Change): NeaiError {
  const file = join(root, 'firmware/boards/nucleo-l432kc/board.json');
  const board = JSON.parse(readFileSync(file, 'utf8')) as Json & Record<string, Json>;
  change(board);
  try {
    parseBoard(JSON.stringify(board), file);
  } catch (error) {
    return error as NeaiError;
  }
  throw new Error('the board was accepted');
}

describe('a board.json', () => {
  it.each(boards)('of %s is complete, and says so of the folder it lies in', (id) => {
    expect(loadBoard(id).id).toBe(id);
  });

  it.each(boards)('of %s has no fact that nobody has looked up', (id) => {
    expect(readFileSync(join(root, 'firmware/boards', id, 'board.json'), 'utf8')).not.toContain(UNCHECKED);
  });

  it.each<[string, Change, string]>([
    ['an unknown key', (b) => (b['uart']!['parity'] = 'none'), 'uart.parity: unknown key'],
    ['an unknown key at the top', (b) => (b['colour'] = {}), 'colour: unknown key'],
    ['a missing fact', (b) => delete b['clock']!['coreHz'], 'clock.coreHz'],
    ['a missing source', (b) => delete b['dma']!['source'], 'dma.source'],
    ['an address as a number', (b) => (b['flash']!['address'] = 134217728), 'flash.address'],
    ['a pin that is none', (b) => ((b['uart']!['tx'] as Json)['pin'] = 'A2'), 'uart.tx.pin'],
    ['sectors of another total', (b) => (b['flash']!['bytes'] = 131072), 'flash.sectors'],
    ['a PLL of another result', (b) => (b['clock']!['coreHz'] = 72_000_000), 'clock.coreHz'],
    [
      'a gap in RAM',
      (b) => ((b['ram']!['regions'] as Json[])[1]!['address'] = '0x20010000'),
      'ram.regions.1',
    ],
    ['a work area over all RAM', (b) => (b['openocd']!['workAreaBytes'] = 65536), 'openocd.workAreaBytes'],
    ['a stack over all RAM', (b) => (b['ram']!['stackBytes'] = 65536), 'ram.stackBytes'],
    [
      'a knowledge store where the vector table lies',
      (b) => (b['knowledgeStore']!['address'] = '0x08000000'),
      'knowledgeStore.address',
    ],
    [
      'a knowledge store that reaches beyond flash',
      (b) => (b['knowledgeStore']!['address'] = '0x08038000'),
      'knowledgeStore.address',
    ],
    [
      'a knowledge store in sectors of two sizes',
      (b) => (b['flash']!['sectors'] = [group(106, 2048), group(11, 4096)]),
      'knowledgeStore.slotBytes',
    ],
    ['a timer of 16 bits alone', (b) => (b['timer']!['bits'] = 16), 'timer.turns'],
    [
      'slots that share a page',
      (b) => Object.assign(b['knowledgeStore']!, { address: '0x0803f800', slotBytes: 1024 }),
      'knowledgeStore.slotBytes',
    ],
    [
      'an identity without the clock that shows it',
      (b) => (b['identity']!['deviceIdAddress'] = '0x40015800'),
      'identity.deviceIdClock',
    ],
    ['a table of 200 vectors', (b) => (b['vectors']!['interrupts'] = 184), 'vectors.interrupts'],
  ])('with %s is refused, file and key named', (_what, change, key) => {
    const error = refusal(change);
    expect(error).toMatchObject({ code: 'BOARD_INVALID', exitStatus: 2 });
    expect(error.message).toContain(key);
    expect(error.details.file).toMatch(/nucleo-l432kc\/board\.json$/);
  });

  it('that is not JSON is refused by file', () => {
    expect(() => parseBoard('{', 'x/board.json')).toThrow(NeaiError);
  });

  it('of an unknown board is refused with the boards there are', () => {
    expect(() => loadBoard('nucleo-x')).toThrow(
      expect.objectContaining({
        code: 'BOARD_UNKNOWN',
        details: expect.objectContaining({ got: 'nucleo-x' }),
      }),
    );
  });
});

describe('what is generated from board.json', () => {
  it.each(emitBoards().map(({ path, content }) => [path, content]))('is fresh: %s', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  });
});

describe('the work area that board.json declares', () => {
  it.each(boards)('is the one OpenOCD uses on %s, transport and flash driver with it', async (id) => {
    const { openocd, flash } = loadBoard(id);
    const ask = [
      'set target [target current]',
      'echo "area [$target cget -work-area-phys] [$target cget -work-area-size] [$target cget -work-area-backup]"',
      'echo "transport [transport select]"',
      'shutdown',
    ].join('; ');
    const home = mkdtempSync(join(tmpdir(), 'neai-openocd-'));
    const { all } = await execa('openocd', ['-f', openocd.boardFile, '-c', 'flash banks', '-c', ask], {
      all: true,
      cwd: home,
      reject: false,
      timeout: 20_000,
    }).finally(() => rmSync(home, { recursive: true }));
    expect(all).toContain(`area ${openocd.workAreaAddress} ${openocd.workAreaBytes} 0`);
    expect(all).toContain(`transport ${openocd.transport}`);
    // stm32f2x finds its address when it probes the chip: until then it says 0
    const known = openocd.flashDriver === 'stm32f2x' ? 0 : flash.address;
    expect(all).toContain(`(${openocd.flashDriver}) at 0x${known.toString(16).padStart(8, '0')}`);
  });

  it.each(boards)('leaves RAM above it for knowledge on %s', (id) => {
    const board = loadBoard(id);
    const { address, bytes } = ramRange(board);
    const end = board.openocd.workAreaAddress + board.openocd.workAreaBytes;
    expect(address + bytes - end).toBeGreaterThanOrEqual(4096);
  });
});
