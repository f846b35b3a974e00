import { describe, expect, test } from 'vitest';
import { Emulator } from '../../../src/engine/index.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { libraryOf } from '../../parity/cases.ts';
import { SIGNAL_KINDS } from '../../parity/signals.ts';

const SHAPE = { axes: 3, length: 32 };
const library = libraryOf(SHAPE, [{ transform: 'time_stats', params: {} }], {
  name: 'cov_shrink',
  params: {},
});
const other = libraryOf(SHAPE, [{ transform: 'time_stats', params: {} }], { name: 'diag', params: {} });

const random = seededRandom(1);
const regular = (): Float32Array => SIGNAL_KINDS['smooth']!(random, SHAPE.axes, SHAPE.length);
const abnormal = (): Float32Array => SIGNAL_KINDS['spiky']!(random, SHAPE.axes, SHAPE.length);

function learned(count: number): Emulator {
  const emulator = new Emulator(library);
  emulator.initialize();
  for (let i = 0; i < count; i++) emulator.learn(regular());
  return emulator;
}

const refused = (value: number): Float32Array => {
  const signal = regular();
  signal[40] = value;
  return signal;
};

describe('the emulator', () => {
  test('tells regular from abnormal signals once it has learnt', () => {
    const emulator = learned(200);
    const inside = Array.from({ length: 50 }, () => emulator.detect(regular()));
    const outside = Array.from({ length: 50 }, () => emulator.detect(abnormal()));
    expect(inside.filter((s) => s >= 90).length).toBeGreaterThan(45);
    expect(outside.filter((s) => s < 90)).toHaveLength(50);
  });

  test('answers with its own codes before initialize, below the floor, and to NaN or infinity', () => {
    const emulator = new Emulator(library);
    expect(emulator.learn(regular())).toBe(0);
    expect(emulator.detect(regular())).toBe(124);
    expect(emulator.learn(refused(Number.NaN))).toBe(0);
    emulator.initialize();
    expect(emulator.detect(regular())).toBe(124);
    expect(emulator.detect(refused(Number.NaN))).toBe(124);
    expect(emulator.learn(refused(Number.NEGATIVE_INFINITY))).toBe(2);
    expect(emulator.learnCounter).toBe(0);
    for (let i = 0; i < library.detectFloor; i++) expect(emulator.learn(regular())).toBe(1);
    expect(emulator.detect(regular())).toBeLessThanOrEqual(100);
    expect(emulator.detect(refused(Number.POSITIVE_INFINITY))).toBe(125);
    expect(emulator.getStatus()).toBe(0);
  });

  test('takes sensitivities above 0 up to 100 only, keeps them out of the knowledge, and starts again at 1', () => {
    const emulator = learned(30);
    const digest = emulator.digest();
    for (const value of [0, -1, 100.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      emulator.setSensitivity(value);
      expect(emulator.getSensitivity()).toBe(1);
    }
    emulator.setSensitivity(100);
    expect(emulator.getSensitivity()).toBe(100);
    expect(emulator.digest()).toBe(digest);
    emulator.initialize();
    expect(emulator.getSensitivity()).toBe(1);
  });

  test('leaves the signal as it was, and detection leaves the knowledge as it was', () => {
    const emulator = learned(40);
    const signal = abnormal();
    const copy = signal.slice();
    const digest = emulator.digest();
    emulator.detect(signal);
    expect(emulator.digest()).toBe(digest);
    emulator.learn(signal);
    expect(signal).toEqual(copy);
  });

  test('meets no stale factor when knowledge is restored between two detects', () => {
    const emulator = learned(60);
    const early = emulator.knowledge();
    const probe = regular();
    emulator.detect(probe);
    const earlyBits = emulator.distanceBits();
    for (let i = 0; i < 60; i++) emulator.learn(abnormal());
    emulator.detect(probe);
    expect(emulator.distanceBits()).not.toBe(earlyBits);
    emulator.restore(early);
    emulator.detect(probe);
    expect(emulator.distanceBits()).toBe(earlyBits);
  });

  test('goes on in another emulator from restored knowledge with the same bits', () => {
    const one = learned(50);
    const two = new Emulator(library);
    two.restore(one.knowledge());
    const signals = Array.from({ length: 20 }, regular);
    for (const signal of signals) expect(two.learn(signal)).toBe(one.learn(signal));
    expect(two.digest()).toBe(one.digest());
    expect(two.learnCounter).toBe(70);
  });

  test('takes knowledge of another library for no knowledge, and refuses another size', () => {
    const foreign = new Emulator(other);
    foreign.initialize();
    const emulator = learned(30);
    const bytes = emulator.knowledge();
    bytes.set(foreign.knowledge().subarray(0, 4));
    emulator.restore(bytes);
    expect(emulator.detect(regular())).toBe(124);
    expect(() => emulator.restore(foreign.knowledge())).toThrow(/another size/);
  });

  test('refuses a signal of another length', () => {
    expect(() => learned(1).learn(new Float32Array(5))).toThrow(/another length/);
  });

  test('keeps every word of its knowledge a number when signals reach the ends of what float can hold', () => {
    const emulator = learned(20);
    for (let i = 0; i < 30; i++) {
      const kinds = ['huge', 'largest', 'denormal', 'tiny', 'constant'] as const;
      emulator.learn(SIGNAL_KINDS[kinds[i % kinds.length]!]!(random, SHAPE.axes, SHAPE.length));
    }
    const words = new Float32Array(emulator.knowledge().buffer).subarray(3);
    expect(words.every((value) => Number.isFinite(value))).toBe(true);
  });
});
