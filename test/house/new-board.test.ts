import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard } from '../../scripts/new-board.ts';
import { loadBoard } from '../../src/boards/load.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'neai-new-board-'));
  for (const path of [
    'src',
    'scripts',
    'firmware',
    'docs',
    'scenarios/fixtures',
    'package.json',
    'tsconfig.json',
  ]) {
    await cp(join(ROOT, path), join(copy, path), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

const run = (...args: string[]) => execa(process.execPath, args, { cwd: copy, all: true, reject: false });

describe('npm run new board', () => {
  test('makes a board of a known family that is valid, generated, and builds an image', async () => {
    const file = await createBoard(copy, 'nucleo-l433rc-p');
    const board = loadBoard('nucleo-l433rc-p', join(copy, 'firmware/boards'));
    expect(board).toMatchObject({ title: 'NUCLEO-L433RC-P', mcu: 'STM32L433RC', family: 'stm32l4' });
    expect(board.flash.source).toMatch(/^UNCHECKED, taken from nucleo-l432kc/);
    expect(await readFile(join(copy, file), 'utf8')).toContain('UNCHECKED');

    const generated = await run('scripts/generate.ts');
    expect(generated.exitCode, generated.all).toBe(0);
    const script = join(copy, 'firmware/generated/nucleo-l433rc-p/memory.ld');
    expect(await readFile(script, 'utf8')).toContain('FLASH');

    const fixture = 'scenarios/fixtures/gearbox-3x64';
    const built = await run(
      'src/cli/main.ts',
      'build',
      fixture,
      '--board',
      'nucleo-l433rc-p',
      '--out',
      'out',
    );
    expect(built.exitCode, built.all).toBe(0);
    expect(built.all).toContain('firmware of nucleo-l433rc-p');
  }, 240_000);

  test('takes after the board that is named', async () => {
    await createBoard(copy, 'nucleo-l486rg', 'nucleo-l476rg');
    const { flash } = loadBoard('nucleo-l486rg', join(copy, 'firmware/boards'));
    expect(flash.bytes).toBe(1_048_576);
  });

  test.each([
    ['nucleo-l432kc', undefined, /exists already/],
    ['Nucleo L4', undefined, /lower case/],
    ['nucleo-h743zi', undefined, /no drivers for stm32h7: known are/],
    ['nucleo-l433rc', 'nucleo-x', /no board 'nucleo-x'/],
  ])('refuses %s like %s', async (name, like, message) => {
    await expect(createBoard(copy, name, like)).rejects.toThrow(message);
  });
});
