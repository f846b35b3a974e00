import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import type { FlashArray } from './peripherals/flash-array.ts';

const tornSchema = z.array(z.int().min(0).multipleOf(8));

/**
 * The flash's content on disk: `flash.bin`, the bytes as they are, and `flash-torn.json`, the offsets of double words with
 * an uncorrectable ECC error. It outlives power cycles and the process, also one that is killed.
 */
export class FlashImage {
  readonly bytes: Buffer;
  readonly tornWords: readonly number[];
  readonly #tornPath: string;
  readonly #file: number;
  #tornText: string;

  /** @throws VIRTUAL_STATE when what lies in the folder does not fit */
  constructor(folder: string, sizeBytes: number) {
    const path = join(folder, 'flash.bin');
    this.#tornPath = join(folder, 'flash-torn.json');
    if (!existsSync(path)) writeFileSync(path, Buffer.alloc(sizeBytes, 0xff));
    if (statSync(path).size !== sizeBytes)
      throw new NeaiError('VIRTUAL_STATE', 'the flash image has another size than the chip', {
        asked: `${sizeBytes} bytes`,
        got: `${statSync(path).size} bytes`,
        file: path,
      });
    this.bytes = readFileSync(path);
    this.tornWords = readTorn(this.#tornPath);
    this.#tornText = JSON.stringify(this.tornWords);
    this.#file = openSync(path, 'r+');
  }

  /** Writes the pages that have changed since the last call. */
  save(array: FlashArray): void {
    for (const page of array.takeDirtyPages()) {
      const { offsetBytes, sizeBytes } = array.pageAt(page);
      writeSync(this.#file, this.bytes, offsetBytes, sizeBytes, offsetBytes);
    }
    const tornText = JSON.stringify([...array.torn].sort((a, b) => a - b));
    if (tornText === this.#tornText) return;
    writeFileSync(`${this.#tornPath}.new`, tornText);
    renameSync(`${this.#tornPath}.new`, this.#tornPath);
    this.#tornText = tornText;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readTorn(path: string): number[] {
  if (!existsSync(path)) return [];
  try {
    return tornSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new NeaiError('VIRTUAL_STATE', 'the list of torn flash words cannot be read', {
      file: path,
      cause,
    });
  }
}
