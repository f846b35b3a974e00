import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { loadBoard } from '../../src/boards/load.ts';

const FIRMWARE = resolve(import.meta.dirname, '../../firmware');

/**
 * What expressions of the firmware's headers come to for a board, by its own compiler: of a register its address, of
 * anything else its value.
 */
export async function firmwareValues(
  boardId: string,
  expressions: readonly string[],
): Promise<Map<string, number>> {
  const board = loadBoard(boardId);
  const folder = mkdtempSync(join(tmpdir(), 'neai-values-'));
  try {
    const lines = expressions.map((expression) =>
      // A register is something whose address can be taken.
      expression.startsWith('&') ? `(uint32_t)(uintptr_t)${expression}` : `(uint32_t)(${expression})`,
    );
    writeFileSync(
      join(folder, 'values.c'),
      [
        ...['dma', 'gpio', 'timer', 'uart'].map((name) => `#include "${name}.h"`),
        'extern const uint32_t values[];',
        `const uint32_t values[] __attribute__((section(".values"))) = {${lines.join(', ')}};`,
      ].join('\n'),
    );
    const printed = await execa('cmake', [
      `-DNEAI_CORE=${board.core}`,
      '-DNEAI_PART=core',
      '-P',
      join(FIRMWARE, 'cmake/print-flags.cmake'),
    ]);
    const includes = ['families', 'families/stm32', `families/${board.family}`, `generated/${boardId}`];
    const [object, binary] = [join(folder, 'values.o'), join(folder, 'values.bin')];
    await execa('arm-none-eabi-gcc', [
      ...printed.stdout.split('\n'),
      ...includes.map((name) => `-I${join(FIRMWARE, name)}`),
      ...['-std=c11', '-c', join(folder, 'values.c'), '-o', object],
    ]);
    await execa('arm-none-eabi-objcopy', ['-O', 'binary', '-j', '.values', object, binary]);
    const bytes = readFileSync(binary);
    return new Map(expressions.map((expression, index) => [expression, bytes.readUInt32LE(4 * index)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
