import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  FRAME_START,
  type Frame,
  HEADER_BYTES,
  MAX_UNIT_BYTES,
  MIN_UNIT_BYTES,
  payloadBytesPerUnit,
  RECORD_END,
} from '../../src/protocol/frame.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { FRAME_VECTORS } from './frame-vectors.ts';
import { anyFrame, frameWith } from './frames.ts';

const record = (frame: Frame): Uint8Array => encodeFrame(frame).subarray(0, -1);

describe('a frame', () => {
  it.each(FRAME_VECTORS)('travels as computed apart: $name', ({ frame, unit }) => {
    expect(Buffer.from(encodeFrame(frame)).toString('hex')).toBe(Buffer.from(unit).toString('hex'));
    expect(decodeFrame(unit.subarray(0, -1))).toEqual(frame);
  });

  it('comes back as it was sent, whatever its bytes are', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(record(frame))).toEqual(frame);
      }),
    );
  });

  it('holds the end of a record nowhere but at its end, and starts with START', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const unit = encodeFrame(frame);
        expect(unit.indexOf(RECORD_END)).toBe(unit.length - 1);
        expect(unit[0]).toBe(FRAME_START);
      }),
    );
  });

  it('never grows beyond its unit, and a byte more would', () => {
    for (let unitBytes = MIN_UNIT_BYTES; unitBytes <= MAX_UNIT_BYTES; unitBytes++) {
      const full = payloadBytesPerUnit(unitBytes);
      // The worst case of stuffing is a payload without any byte to stuff.
      const worst = (bytes: number): number =>
        encodeFrame({
          ...frameWith(new Uint8Array(bytes).fill(0x55)),
          nonce: 0x11111111,
          sequence: 0x22222222,
        }).length;
      expect(worst(full)).toBeLessThanOrEqual(unitBytes);
      expect(worst(full + 1)).toBeGreaterThan(unitBytes);
    }
  });

  it.each([0, 1, 40, payloadBytesPerUnit(MAX_UNIT_BYTES)])(
    'is refused for every single wrong bit, with %i bytes of payload',
    (payloadBytes) => {
      const random = seededRandom(payloadBytes + 1);
      const unit = record(frameWith(Uint8Array.from({ length: payloadBytes }, () => random.below(256))));
      for (let bit = 0; bit < unit.length * 8; bit++) {
        const wrong = unit.slice();
        wrong[bit >> 3]! ^= 1 << (bit & 7);
        // A bit that makes a '\n' cuts the record in two: neither half may be a frame.
        const cut = wrong.indexOf(RECORD_END);
        const halves = cut < 0 ? [wrong] : [wrong.subarray(0, cut), wrong.subarray(cut + 1)];
        for (const half of halves) expect(typeof decodeFrame(half), `bit ${bit}`).toBe('string');
      }
    },
  );

  it('is refused when two to five of its bits are wrong', () => {
    const random = seededRandom(7);
    const unit = record(frameWith(Uint8Array.from({ length: 600 }, () => random.below(256))));
    for (let trial = 0; trial < 20_000; trial++) {
      const wrong = unit.slice();
      const bits = new Set<number>();
      while (bits.size < 2 + (trial % 4)) bits.add(random.below(unit.length * 8));
      for (const bit of bits) wrong[bit >> 3]! ^= 1 << (bit & 7);
      expect(typeof decodeFrame(wrong)).toBe('string');
    }
  });

  it('is refused when a byte is missing or one too many', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.nat(255), (frame, place, byte) => {
        const unit = record(frame);
        const at = place % unit.length;
        const missing = Uint8Array.from([...unit.subarray(0, at), ...unit.subarray(at + 1)]);
        expect(typeof decodeFrame(missing)).toBe('string');
        const more = Uint8Array.from([...unit.subarray(0, at), byte, ...unit.subarray(at)]);
        expect(typeof decodeFrame(more)).toBe('string');
      }),
    );
  });

  it('is not found in random bytes, and random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        expect(typeof decodeFrame(bytes)).toBe('string');
        expect(typeof decodeFrame(Uint8Array.of(FRAME_START, ...bytes))).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('names what is wrong with it', () => {
    const unit = record(frameWith(Uint8Array.of(1, 2, 3)));
    expect(decodeFrame(new TextEncoder().encode('hello'))).toBe('text');
    expect(decodeFrame(unit.subarray(0, HEADER_BYTES))).toBe('too-short');
    expect(decodeFrame(Uint8Array.of(FRAME_START, ...new Uint8Array(700)))).toBe('too-long');
    expect(decodeFrame(Uint8Array.of(...unit.subarray(0, -1), 0x41))).toBe('crc-form');
    expect(decodeFrame(Uint8Array.of(...unit.subarray(0, -1), unit.at(-1)! ^ 1))).toBe('crc');
    expect(decodeFrame(record({ ...frameWith(Uint8Array.of(1, 2, 3)), length: 2 }))).toBe('length');
  });
});
