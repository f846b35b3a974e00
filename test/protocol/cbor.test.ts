import { Encoder } from 'cbor-x/index-no-eval';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../../src/protocol/cbor.ts';
import { ERROR_CODES } from '../../src/shared/error-codes.ts';
import vectors from '../vectors/rfc8949-appendix-a.json' with { type: 'json' };

const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const refused = (bytes: Uint8Array): void => {
  expect(() => decodeCbor(bytes)).toThrow(expect.objectContaining({ code: 'PROTOCOL_BAD_PAYLOAD' }));
};

const float32Bits = fc
  .array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 40 })
  .map((words) => new Float32Array(Uint32Array.from(words).buffer));

const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -0x1_0000_0000, max: 0xffff_ffff }),
    fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, -24, -25, -256, -257, -65_537),
    fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
    fc.uint8Array({ maxLength: 300 }),
    float32Bits,
    fc.array(tie('value'), { maxLength: 30 }),
  ),
}));

describe('canonical CBOR', () => {
  it('comes back bit for bit, NaN payloads and signed zeros included', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encodeCbor(value);
        expect(toHex(encodeCbor(decodeCbor(bytes)))).toBe(toHex(bytes));
      }),
    );
  });

  it('is read by cbor-x as what was written', () => {
    // The witness: a library that is not ours. It writes canonically where only integers, text and bytes occur.
    const witness = new Encoder({ useRecords: false, tagUint8Array: false });
    const simple = fc.array(
      fc.oneof(
        fc.integer({ min: -0x8000_0000, max: 0xffff_ffff }),
        fc.string({ maxLength: 20 }).filter((text) => text.isWellFormed()),
        fc.uint8Array({ maxLength: 23 }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(simple, (value) => {
        expect(witness.decode(encodeCbor(value))).toEqual(value);
      }),
    );
  });

  it('writes samples as RFC 8746 tag 85: little-endian float32', () => {
    expect(toHex(encodeCbor([Float32Array.of(1, -2.5)]))).toBe('81d855480000803f000020c0');
  });

  it('agrees with RFC 8949 appendix A: what the protocol uses is written and read as there, the rest refused', () => {
    let used = 0;
    for (const { hex, roundtrip, decoded } of vectors) {
      const bytes = fromHex(hex);
      if (decoded === undefined || !roundtrip) {
        refused(bytes);
        continue;
      }
      const value = (
        typeof decoded === 'object' && 'bytes' in decoded ? fromHex(decoded.bytes) : decoded
      ) as CborValue;
      expect(toHex(encodeCbor(value)), hex).toBe(hex);
      expect(decodeCbor(bytes), hex).toEqual(value);
      used++;
    }
    expect(used).toBe(26);
  });

  it.each([
    ['a longer head than needed', '81180a'],
    ['a 16-bit head for an 8-bit number', '8119000a'],
    ['a 32-bit head for a 16-bit number', '811a0000ffff'],
    ['a 64-bit head', '811b0000000000000001'],
    ['an array of indefinite length', '9f01ff'],
    ['a byte string of indefinite length', '815f4101ff'],
    ['a float', '81f93c00'],
    ['a map', 'a10102'],
    ['bytes left over', '810101'],
    ['bytes missing', '8201'],
    ['no bytes', ''],
    ['text that is not UTF-8', '8161ff'],
    ['samples whose bytes are no whole number of values', '81d8554300803f'],
    ['samples in big-endian order', '81d8514400803f00'],
  ])('refuses %s', (_what, hex) => refused(fromHex(hex)));

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(toHex(encodeCbor(decodeCbor(bytes)))).toBe(toHex(bytes));
        } catch (error) {
          if (!(error instanceof Error && 'code' in error)) throw error;
          expect(ERROR_CODES).toHaveProperty(String(error.code));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('does not write what it would not read', () => {
    for (const value of [0.5, -0, Number.NaN, 2 ** 32, -(2 ** 32) - 1, '\ud800']) {
      expect(() => encodeCbor(value)).toThrow(expect.objectContaining({ code: 'PROTOCOL_BAD_PAYLOAD' }));
    }
  });
});
