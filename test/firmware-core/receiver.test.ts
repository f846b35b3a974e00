import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, FRAME_KINDS, type Frame, RECORD_END } from '../../src/protocol/frame.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { FRAME_VECTORS } from '../protocol/frame-vectors.ts';
import { anyFrame, frameWith } from '../protocol/frames.ts';
import { buildFrameTool } from './build.ts';

let program: string;
beforeAll(async () => {
  program = await buildFrameTool();
});

/** Lines that the C receiver prints for a stream of bytes. */
async function receive(stream: Uint8Array): Promise<string[]> {
  const { stdout } = await execa(program, [], { input: stream });
  return stdout === '' ? [] : stdout.split('\n');
}

const concat = (pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces));

/** What the receiver must print for a frame: its fields, and the frame as it travels. */
function line(frame: Frame, unit: Uint8Array): string {
  const { round, nonce, sequence, command, length, payload } = frame;
  const numbers = [1, FRAME_KINDS[frame.kind], round, nonce, sequence, command, length].join(' ');
  return `F ${numbers} ${Buffer.from(payload).toString('hex')} ${Buffer.from(unit).toString('hex')}`;
}

/** What our own decoder makes of the same stream, in the words of the C tool. */
function expected(stream: Uint8Array): string[] {
  const lines: string[] = [];
  let from = 0;
  for (;;) {
    const end = stream.indexOf(RECORD_END, from);
    if (end < 0) return lines;
    const record = stream.subarray(from, end);
    from = end + 1;
    if (record.length === 0) continue;
    const frame = decodeFrame(record);
    lines.push(typeof frame === 'string' ? 'B' : line(frame, concat([record, Uint8Array.of(RECORD_END)])));
  }
}

describe("the firmware's receiver and sender", () => {
  it('read and write the same frames as the host, bit for bit', async () => {
    const frames = fc.sample(anyFrame, { numRuns: 1500, seed: 1 });
    const units = frames.map(encodeFrame);
    const lines = await receive(concat(units));
    expect(lines).toEqual(frames.map((frame, index) => line(frame, units[index]!)));
  });

  it('read and write the frames that were computed apart', async () => {
    const lines = await receive(concat(FRAME_VECTORS.map(({ unit }) => unit)));
    expect(lines).toEqual(FRAME_VECTORS.map(({ frame, unit }) => line(frame, unit)));
  });

  it('refuse a frame for every single wrong bit, and take the next good one', async () => {
    const random = seededRandom(3);
    const good = frameWith(Uint8Array.of(7));
    const goodLine = line(good, encodeFrame(good));
    for (const payloadBytes of [0, 3, 631]) {
      const unit = encodeFrame(frameWith(Uint8Array.from({ length: payloadBytes }, () => random.below(256))));
      const stream: Uint8Array[] = [];
      for (let bit = 0; bit < (unit.length - 1) * 8; bit++) {
        const wrong = unit.slice();
        wrong[bit >> 3]! ^= 1 << (bit & 7);
        stream.push(wrong, encodeFrame(good));
      }
      const lines = await receive(concat(stream));
      expect(lines.filter((each) => each === goodLine)).toHaveLength((unit.length - 1) * 8);
      expect(lines.filter((each) => each !== goodLine && each !== 'B')).toEqual([]);
    }
  });

  it('judge every damaged, cut, doubled or foreign record as the host does', async () => {
    const random = seededRandom(11);
    const frames = fc.sample(anyFrame, { numRuns: 600, seed: 2 });
    const stream: number[] = [];
    for (const frame of frames) {
      const unit = [...encodeFrame(frame)];
      const at = random.below(unit.length);
      const byte = random.below(256);
      const damage = [
        () => unit.splice(at, 1),
        () => unit.splice(at, 0, byte),
        () => unit.splice(at, 1, byte),
        () => unit.splice(at),
        () => unit.push(...unit),
        () => unit.unshift(...Array.from({ length: 900 }, () => random.below(256))),
        () => unit.push(...Array.from({ length: 200 }, () => (random.below(2) === 0 ? 0x00 : 0xff))),
        () => undefined,
      ];
      damage[random.below(damage.length)]!();
      for (const value of unit) stream.push(value);
    }
    stream.push(RECORD_END);
    const bytes = Uint8Array.from(stream);
    const lines = await receive(bytes);
    expect(lines).toEqual(expected(bytes));
    expect(lines.filter((each) => each === 'B').length).toBeGreaterThan(300);
    expect(lines.filter((each) => each !== 'B').length).toBeGreaterThan(60);
  });

  it('find no frame in a megabyte of noise', async () => {
    const random = seededRandom(5);
    const noise = Uint8Array.from({ length: 1 << 20 }, () => {
      const value = random.below(280);
      return value < 256 ? value : [RECORD_END, 0x01, 0x00, 0xff][value & 3]!;
    });
    const lines = await receive(noise);
    expect(lines.length).toBeGreaterThan(1000);
    expect(new Set(lines)).toEqual(new Set(['B']));
  });
});
