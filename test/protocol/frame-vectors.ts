import { FRAME_KINDS, type Frame, type FrameKind } from '../../src/protocol/frame.ts';
import rows from '../vectors/protocol-frames.json' with { type: 'json' };

const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const isKind = (name: string): name is FrameKind => name in FRAME_KINDS;

/** Frames and how they travel, computed by test/vectors/protocol-frames.py from docs/protocol.md. */
export const FRAME_VECTORS = rows.map(({ name, unit, kind, payload, ...numbers }) => {
  if (!isKind(kind)) throw new Error(`no such kind of frame: ${kind}`);
  const frame: Frame = { ...numbers, kind, payload: fromHex(payload) };
  return { name, frame, unit: fromHex(unit) };
});
