import fc from 'fast-check';
import { FRAME_KINDS, type Frame, type FrameKind } from '../../src/protocol/frame.ts';

/** Bytes rich in the values that framing must take care of: '\n', START, 0, 0xFF and long runs without any. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 631 }),
  fc
    .array(fc.constantFrom(0x0a, 0x01, 0x00, 0xff, 0x0d, 0x41), { maxLength: 631 })
    .map((list) => Uint8Array.from(list)),
  fc.integer({ min: 230, max: 631 }).map((length) => new Uint8Array(length).fill(0x55)),
);
const word = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0x0a0a0a0a, 0, 0xffff_ffff));

/** Any frame that can be sent. */
export const anyFrame: fc.Arbitrary<Frame> = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(FRAME_KINDS) as FrameKind[])),
    round: fc.integer({ min: 0, max: 15 }),
    nonce: word,
    sequence: word,
    command: fc.integer({ min: 0, max: 255 }),
    payload,
    more: fc.constantFrom(0, 1, 10, 65_536),
  })
  .map(({ more, ...frame }) => ({ ...frame, length: frame.payload.length + more }));

export function frameWith(bytes: Uint8Array): Frame {
  return {
    kind: 'request',
    round: 3,
    nonce: 0x0a0b0c0d,
    sequence: 0x01020304,
    command: 4,
    length: bytes.length,
    payload: bytes,
  };
}
