import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, type Frame, RECORD_END } from '../../src/protocol/frame.ts';
import { UnitQueue } from '../../src/protocol/unit-queue.ts';

const newQueue = (sequence = 1, windowBytes = 2000, unitBytes = 100): UnitQueue =>
  new UnitQueue({ nonce: 9, sequence, windowBytes, unitBytes });

/** The next unit as the board would read it. */
function next(queue: UnitQueue): Frame | undefined {
  const bytes = queue.take();
  if (bytes === undefined) return undefined;
  const frame = decodeFrame(bytes.subarray(bytes[0] === RECORD_END ? 1 : 0, -1));
  if (typeof frame === 'string') throw new Error(`not a frame: ${frame}`);
  return frame;
}

function drain(queue: UnitQueue): Frame[] {
  const frames: Frame[] = [];
  for (let frame = next(queue); frame !== undefined; frame = next(queue)) frames.push(frame);
  return frames;
}

describe('the queue of units', () => {
  it('cuts a message into full units, each with its own number, the first with the total length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), (payload) => {
        const queue = newQueue(0xffff_fffe, 100_000);
        const final = queue.append(4, payload);
        const frames = drain(queue);
        expect(Buffer.concat(frames.map((frame) => frame.payload))).toEqual(Buffer.from(payload));
        expect(frames[0]).toMatchObject({ kind: 'request', length: payload.length, sequence: 0xffff_fffe });
        expect(frames.at(-1)!.sequence).toBe(final);
        for (const frame of frames.slice(1)) expect(frame.kind).toBe('continue');
        for (const frame of frames.slice(0, -1)) expect(frame.payload.length).toBe(frames[0]!.payload.length);
      }),
    );
  });

  it('never has more line bytes under way than the window takes, repetitions included', () => {
    const queue = newQueue(1, 250);
    const final = queue.append(4, new Uint8Array(2000));
    const sent: Frame[] = [];
    for (let step = 0; sent.at(-1)?.sequence !== final; step++) {
      expect(step).toBeLessThan(200);
      sent.push(...drain(queue));
      expect(queue.bytesUnderWay).toBeLessThanOrEqual(250);
      if (step === 5) {
        queue.goBackTo(sent.at(-2)!.sequence);
        sent.push(...drain(queue));
        expect(queue.bytesUnderWay).toBeLessThanOrEqual(250);
      }
      const last = sent.at(-1)!;
      queue.heard(last.sequence, last.round);
      queue.acknowledged(last.sequence + 1);
    }
  });

  it('goes back to where the board asks, in a new round, and begins with the end of a record', () => {
    const queue = newQueue();
    queue.append(4, new Uint8Array(300));
    expect(drain(queue).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(queue.goBackTo(3)).toBe(true);
    const again = queue.take()!;
    expect(again[0]).toBe(RECORD_END);
    expect(decodeFrame(again.subarray(1, -1))).toMatchObject({ sequence: 3, round: 1 });
    expect(drain(queue).map(({ sequence, round }) => [sequence, round])).toEqual([[4, 1]]);
    expect(queue.repeatedUnits).toBe(2);
  });

  it('after silence repeats what was not taken, and of what was taken only the unit that brings the answer', () => {
    const queue = newQueue();
    queue.append(4, new Uint8Array(200));
    drain(queue);
    queue.acknowledged(3);
    queue.repeat();
    expect(drain(queue).map(({ sequence }) => sequence)).toEqual([3]);

    queue.acknowledged(4);
    queue.append(4, new Uint8Array(100));
    drain(queue);
    queue.repeat();
    expect(drain(queue).map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
  });

  it('cannot go back to what was answered, nor to what never was', () => {
    const queue = newQueue();
    const final = queue.append(4, new Uint8Array(10));
    drain(queue);
    queue.finished(final);
    expect(queue.goBackTo(final)).toBe(false);
    expect(queue.goBackTo(final + 1)).toBe(true);
    expect(queue.goBackTo(final + 5)).toBe(false);
    expect(drain(queue)).toEqual([]);
  });

  it('knows what was sent again in vain by the round that is answered', () => {
    const queue = newQueue();
    const final = queue.append(4, new Uint8Array(10));
    const [first] = drain(queue);
    expect(queue.repeatedInVain(final, first!.round)).toBe(0);
    queue.repeat();
    const [second] = drain(queue);
    queue.repeat();
    drain(queue);
    expect(queue.repeatedInVain(final, first!.round)).toBe(2);
    expect(queue.repeatedInVain(final, second!.round)).toBe(0);
    // Sent again in its own round: nothing tells which of the two was answered.
    const other = queue.append(4, new Uint8Array(10));
    const round = drain(queue).at(-1)!.round;
    queue.sendAgain(other);
    drain(queue);
    expect(queue.repeatedInVain(other, round)).toBe(0);
  });
});
