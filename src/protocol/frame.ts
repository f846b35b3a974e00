import { crc32c } from '../shared/crc32c.ts';
import { PROTOCOL_VERSION } from './limits.ts';

/** First byte of a frame. No text line starts with it: it is neither printable nor part of UTF-8 text. */
export const FRAME_START = 0x01;
/** Last byte of every record; nothing inside a frame has this value. */
export const RECORD_END = 0x0a;
/**
 * Longest unit on the line, '\n' included: within 655 bytes (5243 bits) CRC-32C finds every error of up to five bits
 * (exhaustive searches: P. Koopman, "32-bit cyclic redundancy codes for Internet applications", DSN 2002).
 */
export const MAX_UNIT_BYTES = 655;
/** Shortest unit length that a host may ask for in hello. */
export const MIN_UNIT_BYTES = 64;
/** Longest record that can be a frame, without its '\n'. Longer ones are noise. */
export const MAX_RECORD_BYTES = MAX_UNIT_BYTES - 1;
export const HEADER_BYTES = 14;
/** 32 bits as five bytes of 0x80 | seven bits: each bit of the CRC is one bit on the line, and none can be '\n'. */
const CRC_BYTES = 5;

export const FRAME_KINDS = { request: 1, continue: 2, answer: 3, refusal: 4, acknowledge: 5 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;
const KIND_NAMES = new Map<number, FrameKind>(
  Object.entries(FRAME_KINDS).map(([name, code]) => [code, name as FrameKind]),
);

export interface Frame {
  readonly kind: FrameKind;
  /** 0…15: which go-back of the sender this belongs to; the board repeats it in what it answers. */
  readonly round: number;
  /** 32-bit number of the session. */
  readonly nonce: number;
  /** 32-bit number of the unit. In frames of the board: of the unit that caused it. */
  readonly sequence: number;
  readonly command: number;
  /** Bytes of the whole message's payload; in `continue` units the bytes from this unit on. */
  readonly length: number;
  readonly payload: Uint8Array;
}

/** Why a record is no frame. `text` is no fault: the record does not start with START. */
export type FrameFault =
  | 'text'
  | 'too-short'
  | 'too-long'
  | 'crc-form'
  | 'crc'
  | 'stuffing'
  | 'version'
  | 'kind'
  | 'length';

/** Payload bytes a unit of `unitBytes` on the line carries in the worst case of stuffing. */
export function payloadBytesPerUnit(unitBytes: number): number {
  const stuffed = unitBytes - 1 - CRC_BYTES - 1;
  return stuffed - Math.ceil(stuffed / 255) - HEADER_BYTES;
}

/**
 * COBS (Cheshire and Baker 1999) with '\n' in the place of zero: code bytes travel XOR '\n', data bytes unchanged.
 * Adds one byte and one more for each 254 bytes without '\n'.
 */
function stuff(plain: Uint8Array, out: number[]): void {
  let codeAt = out.push(0) - 1;
  let code = 1;
  for (let index = 0; index < plain.length; index++) {
    const byte = plain[index]!;
    if (byte !== RECORD_END) {
      out.push(byte);
      code++;
    }
    const full = code === 0xff;
    if (byte === RECORD_END || (full && index + 1 < plain.length)) {
      out[codeAt] = code ^ RECORD_END;
      codeAt = out.push(0) - 1;
      code = 1;
    }
  }
  out[codeAt] = code ^ RECORD_END;
}

/** @returns undefined when a code byte points past the end or is zero. */
function unstuff(stuffed: Uint8Array): Uint8Array | undefined {
  const out: number[] = [];
  let at = 0;
  while (at < stuffed.length) {
    const code = stuffed[at]! ^ RECORD_END;
    const end = at + code;
    if (code === 0 || end > stuffed.length) return undefined;
    for (let index = at + 1; index < end; index++) out.push(stuffed[index]!);
    at = end;
    if (at < stuffed.length && code !== 0xff) out.push(RECORD_END);
  }
  return Uint8Array.from(out);
}

function header(frame: Frame): Uint8Array {
  const plain = new Uint8Array(HEADER_BYTES + frame.payload.length);
  const view = new DataView(plain.buffer);
  view.setUint8(0, PROTOCOL_VERSION);
  view.setUint8(1, FRAME_KINDS[frame.kind] | (frame.round << 4));
  view.setUint32(2, frame.nonce, true);
  view.setUint32(6, frame.sequence, true);
  view.setUint8(10, frame.command);
  view.setUint16(11, frame.length & 0xffff, true);
  view.setUint8(13, frame.length >>> 16);
  plain.set(frame.payload, HEADER_BYTES);
  return plain;
}

/** The unit as it travels, from START to '\n'. */
export function encodeFrame(frame: Frame): Uint8Array {
  const out: number[] = [FRAME_START];
  stuff(header(frame), out);
  const crc = crc32c(Uint8Array.from(out));
  for (let shift = 0; shift < 32; shift += 7) out.push(0x80 | ((crc >>> shift) & 0x7f));
  out.push(RECORD_END);
  return Uint8Array.from(out);
}

/** Reads a record (without its '\n') as a frame. */
export function decodeFrame(record: Uint8Array): Frame | FrameFault {
  if (record[0] !== FRAME_START) return 'text';
  if (record.length > MAX_RECORD_BYTES) return 'too-long';
  const crcAt = record.length - CRC_BYTES;
  if (crcAt < 1 + 1 + HEADER_BYTES) return 'too-short';
  let crc = 0;
  for (let index = 0; index < CRC_BYTES; index++) {
    const byte = record[crcAt + index]!;
    if (byte < 0x80 || (index === CRC_BYTES - 1 && byte > 0x8f)) return 'crc-form';
    crc |= (byte & 0x7f) << (7 * index);
  }
  if (crc >>> 0 !== crc32c(record.subarray(0, crcAt))) return 'crc';
  const plain = unstuff(record.subarray(1, crcAt));
  if (plain === undefined || plain.length < HEADER_BYTES) return 'stuffing';
  const view = new DataView(plain.buffer);
  if (view.getUint8(0) !== PROTOCOL_VERSION) return 'version';
  const kind = KIND_NAMES.get(view.getUint8(1) & 0x0f);
  if (kind === undefined) return 'kind';
  const length = view.getUint16(11, true) | (view.getUint8(13) << 16);
  const payload = plain.subarray(HEADER_BYTES);
  if (payload.length > length) return 'length';
  return {
    kind,
    round: view.getUint8(1) >>> 4,
    nonce: view.getUint32(2, true),
    sequence: view.getUint32(6, true),
    command: view.getUint8(10),
    length,
    payload,
  };
}
