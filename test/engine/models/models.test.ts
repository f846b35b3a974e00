import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDetector } from '../../../src/engine/emulator/detector.ts';
import { MODELS, modelByName } from '../../../src/engine/models/registry.ts';
import { type Random, seededRandom } from '../../../src/shared/random.ts';

const DIMENSION = 6;
const ALL = MODELS.flatMap((model) =>
  model.searchSpace(DIMENSION).map((params) => ({ name: model.name, params })),
);

/** A machine with two ways of running; in both, features 0 and 1 move together. */
function regular(random: Random): Float32Array {
  const way = random.below(2) === 0 ? 0 : 4;
  const common = random.normal();
  return Float32Array.from({ length: DIMENSION }, (_, j) =>
    j < 2 ? 10 * common + 0.3 * random.normal() : way * (j === 2 ? 1 : 0) + random.normal(),
  );
}

const far = (random: Random): Float32Array => regular(random).map((value) => value + 40);

describe.each(ALL.map((spec) => [spec.name, JSON.stringify(spec.params), spec] as const))(
  'model %s %s',
  (_name, _params, spec) => {
    test('puts most of what it has not seen but knows the like of inside, and what is far away outside', () => {
      const random = seededRandom(8);
      const detector = createDetector(spec, DIMENSION);
      for (let i = 0; i < 400; i++) detector.learn(regular(random));
      const inside = Array.from({ length: 200 }, () => detector.ratio(regular(random)));
      const outside = Array.from({ length: 200 }, () => detector.ratio(far(random)));
      expect(inside.filter((r) => r <= 1).length).toBeGreaterThan(185);
      expect(outside.every((r) => r > 1)).toBe(true);
    });

    test('does not care for the unit of a feature', () => {
      const gains = [1, 1024, 2 ** -10, 1, 64, 2];
      const learnt = (gain: readonly number[]): number[] => {
        const random = seededRandom(9);
        const detector = createDetector(spec, DIMENSION);
        const scaled = (): Float32Array => regular(random).map((value, j) => value * gain[j]!);
        for (let i = 0; i < 200; i++) detector.learn(scaled());
        return Array.from({ length: 20 }, () => detector.ratio(scaled()));
      };
      const plain = learnt(gains.map(() => 1));
      learnt(gains).forEach((ratio, i) => {
        expect(Math.abs(ratio - plain[i]!)).toBeLessThan(0.02 * (1 + plain[i]!));
      });
    });

    test('learns constant and repeated signals without leaving the numbers', () => {
      const detector = createDetector(spec, DIMENSION);
      const constant = new Float32Array(DIMENSION).fill(3);
      for (let i = 0; i < 60; i++) detector.learn(constant);
      expect(detector.ratio(constant)).toBe(0);
      expect(detector.ratio(constant.map((v) => v + 1))).toBeGreaterThan(1);
      expect(detector.words.f.subarray(3).every(Number.isFinite)).toBe(true);
    });

    test('answers from its detect floor on, which is at most 20', () => {
      const floor = modelByName(spec.name).detectFloor(DIMENSION, spec.params);
      expect(floor).toBeGreaterThanOrEqual(1);
      expect(floor).toBeLessThanOrEqual(20);
      const random = seededRandom(10);
      const detector = createDetector(spec, DIMENSION);
      for (let i = 0; i < floor; i++) detector.learn(regular(random));
      expect(Number.isFinite(detector.ratio(regular(random)))).toBe(true);
      expect(detector.ratio(far(random))).toBeGreaterThan(detector.ratio(regular(random)) / 100);
    });

    test('starts from nothing after a reset', () => {
      const random = seededRandom(11);
      const signals = Array.from({ length: 40 }, () => regular(random));
      const detector = createDetector(spec, DIMENSION);
      for (const signal of signals) detector.learn(signal);
      const first = detector.words.u.slice();
      detector.reset();
      expect(detector.learned).toBe(0);
      for (const signal of signals) detector.learn(signal);
      expect(detector.words.u).toEqual(first);
    });
  },
);

describe('the registry of models', () => {
  test('has every folder, once, under its name', () => {
    const folders = readdirSync(new URL('../../../src/engine/models/', import.meta.url), {
      withFileTypes: true,
    });
    const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(MODELS.map((model) => model.name).sort()).toEqual(names.sort());
  });

  test('has no model of an unknown name', () => {
    expect(() => modelByName('oracle')).toThrow(/oracle/);
  });
});

describe('the shrunk covariance', () => {
  test('sees a broken relation of two features that the diagonal model does not see', () => {
    const random = seededRandom(12);
    const broken = Float32Array.from({ length: DIMENSION }, (_, j) => (j === 0 ? 15 : j === 1 ? -15 : 0));
    const ratios = ['cov_shrink', 'diag'].map((name) => {
      const detector = createDetector({ name, params: {} }, DIMENSION);
      for (let i = 0; i < 300; i++) detector.learn(regular(random));
      return detector.ratio(broken);
    });
    expect(ratios[0]).toBeGreaterThan(1.2);
    expect(ratios[1]).toBeLessThan(1);
  });
});

describe('endless learning', () => {
  test.each(MODELS.map((model) => [model.name, model.searchSpace(DIMENSION)[0]!] as const))(
    '%s stays in the numbers, does not turn to dust, and still adapts after 100,000 signals',
    (name, params) => {
      const random = seededRandom(14);
      const detector = createDetector({ name, params }, DIMENSION);
      const at = (level: number): Float32Array => regular(random).map((value) => value + level);
      const shareInside = (level: number): number => {
        let inside = 0;
        for (let i = 0; i < 200; i++) if (detector.ratio(at(level)) <= 1) inside++;
        return inside / 200;
      };
      for (let i = 0; i < 100_000; i++) detector.learn(at(3 * Math.sin(i / 15_000)));
      const level = 3 * Math.sin(100_000 / 15_000);
      expect(shareInside(level)).toBeGreaterThan(0.9);
      expect(shareInside(level + 80)).toBe(0);
      for (let i = 0; i < 30_000; i++) detector.learn(at(80));
      expect(shareInside(80)).toBeGreaterThan(0.9);
      expect(shareInside(160)).toBe(0);
      for (let i = 0; i < 5_000; i++) detector.learn(new Float32Array(DIMENSION).fill(80));
      expect(Number.isFinite(detector.ratio(at(80)))).toBe(true);
      expect(shareInside(160)).toBe(0);
    },
  );

  test('follows a machine that has changed, once the count is capped', () => {
    const random = seededRandom(13);
    const detector = createDetector({ name: 'diag', params: {} }, 1);
    const at = (level: number): Float32Array => Float32Array.of(level + random.normal());
    for (let i = 0; i < 5000; i++) detector.learn(at(0));
    expect(detector.ratio(at(20))).toBeGreaterThan(1);
    for (let i = 0; i < 20000; i++) detector.learn(at(20));
    expect(detector.ratio(at(20))).toBeLessThan(1);
  });
});
