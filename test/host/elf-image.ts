/** A part of an image: what lies at an address. */
export interface ImagePart {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 52;
const SEGMENT_BYTES = 32;
const SEGMENT_LOAD = 1;
const MACHINE_ARM = 40;

/** A 32-bit little-endian ELF file with one load segment per part (System V ABI, chapters 4 and 5). */
export function makeElf(parts: readonly ImagePart[]): Uint8Array {
  const contentAt = HEADER_BYTES + SEGMENT_BYTES * parts.length;
  const file = new Uint8Array(contentAt + parts.reduce((sum, part) => sum + part.bytes.length, 0));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, MACHINE_ARM, true);
  view.setUint32(20, 1, true);
  view.setUint32(28, HEADER_BYTES, true);
  view.setUint16(40, HEADER_BYTES, true);
  view.setUint16(42, SEGMENT_BYTES, true);
  view.setUint16(44, parts.length, true);
  view.setUint16(46, 40, true);
  let at = contentAt;
  for (const [index, { address, bytes }] of parts.entries()) {
    const words = [SEGMENT_LOAD, at, address, address, bytes.length, bytes.length, 5, 8];
    for (const [word, value] of words.entries())
      view.setUint32(HEADER_BYTES + SEGMENT_BYTES * index + 4 * word, value, true);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

export const FLASH = 0x0800_0000;
const STACK_TOP = 0x2000_2000;
const LOOP_AT = 0x10;

/**
 * The start of an image whose program does nothing, for ever: stack pointer, reset vector, `b .`; the rest is a pattern
 * that depends on the seed.
 */
export function idleProgram(lengthBytes: number, seed = 1): Uint8Array {
  const bytes = Uint8Array.from(
    { length: lengthBytes },
    (_, index) => (index * 31 + (index >> 8) * 7 + seed * 101) & 0xff,
  );
  const view = new DataView(bytes.buffer);
  view.setUint32(0, STACK_TOP, true);
  view.setUint32(4, FLASH + LOOP_AT + 1, true);
  for (const vector of [8, 12]) view.setUint32(vector, FLASH + LOOP_AT + 1, true);
  view.setUint16(LOOP_AT, 0xe7fe, true);
  return bytes;
}
