import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../../src/shared/crc32c.ts';
import type { FilePlan } from '../../src/shared/file-plan.ts';

const SOURCES = join(import.meta.dirname, '../../test/firmware-core/test-library');

/**
 * The library of the core's tests, as a plan for a firmware: its knowledge changes with every bit learned, with the order,
 * and with a signal learned twice, so that nothing wrong could be executed unseen.
 */
export function hashingLibrary(bufferSize: number): FilePlan {
  const read = (name: string): string => readFileSync(join(SOURCES, name), 'utf8');
  const header = read('NanoEdgeAI.h').replace(/#define BUFFER_SIZE \d+/, `#define BUFFER_SIZE ${bufferSize}`);
  return [
    { path: 'NanoEdgeAI.h', content: header },
    { path: 'sources/library.c', content: read('library.c') },
  ];
}

/** What that library should be after each call, computed apart from it. */
export class HashingReference {
  #learns = 0;
  #hash = 2166136261;
  #first = 0;

  initialize(): void {
    this.#learns = 0;
    this.#hash = 2166136261;
    this.#first = 0;
  }

  get learnCounter(): number {
    return this.#learns;
  }

  learn(signal: Float32Array): void {
    let hash = this.#hash;
    for (const word of new Uint32Array(signal.buffer, signal.byteOffset, signal.length))
      hash = Math.imul(hash ^ word, 16777619) >>> 0;
    this.#hash = (hash | 1) >>> 0;
    this.#learns++;
    this.#first = signal[0]!;
  }

  /** Similarity, or the code of a library that has learned nothing. */
  detect(signal: Float32Array): number {
    if (this.#learns === 0) return 124;
    const distance = Math.abs(Math.fround(signal[0]! - this.#first));
    return distance >= 100 ? 0 : 100 - Math.trunc(distance);
  }

  get digest(): number {
    const view = new DataView(new ArrayBuffer(16));
    view.setUint32(0, 1, true);
    view.setUint32(4, this.#learns, true);
    view.setUint32(8, this.#hash, true);
    view.setFloat32(12, this.#first, true);
    return crc32c(new Uint8Array(view.buffer));
  }
}
