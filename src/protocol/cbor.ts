import { Decoder } from 'cbor-x/decode';
import { NeaiError } from '../shared/errors.ts';
import { PackedSamples } from './packed-samples.ts';

/** What a payload of this protocol may hold: integers below 2^32, text, bytes, float32 arrays, and arrays of these. */
export type CborValue = number | string | Uint8Array | Float32Array | PackedSamples | readonly CborValue[];

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, tag: 6 } as const;
/** RFC 8746 section 2.1: IEEE 754 binary32, little endian, typed array. */
const TAG_FLOAT32_LE = 85;
/** Ours, from the range of first come, first served: a byte string in front of which it stands holds packed samples. */
export const TAG_PACKED_SAMPLES = 20033;

/** Initial byte and argument in the shortest form: RFC 8949 section 4.2.1. */
function writeHead(out: number[], major: number, argument: number): void {
  const first = major << 5;
  if (argument < 24) out.push(first | argument);
  else if (argument < 0x100) out.push(first | 24, argument);
  else if (argument < 0x1_0000) out.push(first | 25, argument >>> 8, argument & 0xff);
  else
    out.push(first | 26, argument >>> 24, (argument >>> 16) & 0xff, (argument >>> 8) & 0xff, argument & 0xff);
}

function append(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) out.push(byte);
}

/** The bits of the values, in the order of the wire on any computer. */
function littleEndianBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < words.length; index++) view.setUint32(index * 4, words[index]!, true);
  return bytes;
}

function write(out: number[], value: CborValue): void {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Object.is(value, -0) || value > 0xffff_ffff || value < -0x1_0000_0000) {
      throw badPayload(
        `the number ${value}`,
        'an integer of at most 32 bits; fractions travel as words of their bits',
      );
    }
    writeHead(out, value < 0 ? MAJOR.negative : MAJOR.unsigned, value < 0 ? -1 - value : value);
  } else if (typeof value === 'string') {
    if (!value.isWellFormed()) throw badPayload('text with half a surrogate pair', 'well-formed text');
    const encoded = new TextEncoder().encode(value);
    writeHead(out, MAJOR.text, encoded.length);
    append(out, encoded);
  } else if (value instanceof Uint8Array) {
    writeHead(out, MAJOR.bytes, value.length);
    append(out, value);
  } else if (value instanceof Float32Array) {
    writeHead(out, MAJOR.tag, TAG_FLOAT32_LE);
    const encoded = littleEndianBytes(value);
    writeHead(out, MAJOR.bytes, encoded.length);
    append(out, encoded);
  } else if (value instanceof PackedSamples) {
    writeHead(out, MAJOR.tag, TAG_PACKED_SAMPLES);
    writeHead(out, MAJOR.bytes, value.bytes.length);
    append(out, value.bytes);
  } else if (Array.isArray(value)) {
    writeHead(out, MAJOR.array, value.length);
    for (const item of value as readonly CborValue[]) write(out, item);
  } else {
    throw badPayload(
      `a value of type ${value === null ? 'null' : typeof value}`,
      'a value this protocol uses',
    );
  }
}

function badPayload(got: string, asked: string, evidence?: string): NeaiError {
  return new NeaiError('PROTOCOL_BAD_PAYLOAD', 'a payload is not what the protocol allows', {
    asked,
    got,
    ...(evidence === undefined ? {} : { evidence }),
  });
}

/**
 * Writes a value in the one form RFC 8949 section 4.2 (core deterministic encoding) leaves for it. Floats have no place
 * in this protocol but inside typed arrays (docs/protocol.md), so the rule for their width is never needed.
 * @throws NeaiError PROTOCOL_BAD_PAYLOAD for what this protocol does not send.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const out: number[] = [];
  write(out, value);
  return Uint8Array.from(out);
}

const decoder = new Decoder({ useRecords: false, mapsAsObjects: false });

/**
 * Reads one value and proves that it came in canonical form: decoded by a library that is not ours, written again by
 * our own writer, and refused if the bytes differ.
 * @throws NeaiError PROTOCOL_BAD_PAYLOAD
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const evidence = hex(bytes);
  let value: CborValue;
  try {
    // A copy: cbor-x may hand out views of the bytes it was given.
    value = decoder.decode(Uint8Array.from(bytes)) as CborValue;
  } catch (cause) {
    throw badPayload(`no CBOR (${String(cause)})`, 'one CBOR value', evidence);
  }
  const again = encodeCbor(value);
  if (again.length !== bytes.length || again.some((byte, index) => byte !== bytes[index])) {
    throw badPayload('another encoding of the same value', 'canonical CBOR', evidence);
  }
  return value;
}

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > 64 ? `${shown}… (${bytes.length} bytes)` : shown;
}
