import { crc32c } from '../../src/shared/crc32c.ts';
import { seededRandom } from '../../src/shared/random.ts';

export const AXES = 3;

/** A signal for the test library: finite values that tell it apart from every other seed. */
export function signalOf(seed: number, bufferSize = 16): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: AXES * bufferSize }, () => random.normal());
}

/** What the test library's knowledge is after learning these signals in this order: its digest, computed apart. */
export function digestAfter(signals: readonly Float32Array[]): number {
  let hash = 2166136261;
  for (const signal of signals) {
    for (const word of new Uint32Array(signal.buffer, signal.byteOffset, signal.length)) {
      hash = Math.imul(hash ^ word, 16777619) >>> 0;
    }
    hash = (hash | 1) >>> 0;
  }
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, 1, true);
  view.setUint32(4, signals.length, true);
  view.setUint32(8, hash, true);
  view.setFloat32(12, signals.at(-1)?.[0] ?? 0, true);
  return crc32c(new Uint8Array(view.buffer));
}
