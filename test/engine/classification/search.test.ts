import { describe, expect, test } from 'vitest';
import {
  type ClassData,
  evaluateClassModel,
  featuresByClass,
} from '../../../src/engine/classification/search/evaluate.ts';
import { figuresOf } from '../../../src/engine/classification/search/figures.ts';
import {
  type ClassSearchOptions,
  searchClassifiers,
} from '../../../src/engine/classification/search/search.ts';
import { type Random, seededRandom } from '../../../src/shared/random.ts';

const shape = { axes: 1, length: 32 };
const LINES = 40;

/** Tones of another pitch for each class, in noise. */
function tones(random: Random, c: number): Float32Array {
  return Float32Array.from({ length: LINES * shape.length }, (_, k) => {
    const i = k % shape.length;
    return Math.sin(0.3 * (c + 1) * i + Math.floor(k / shape.length)) + 0.3 * random.normal();
  });
}

const data = (overlapLines = 0): ClassData => {
  const random = seededRandom(8);
  const classes = ['low', 'middle', 'high'].map((name, c) => ({
    name,
    signals: tones(random, c),
    overlapLines,
  }));
  return { shape, classes };
};

/** Evaluates here and now, in the order of the batch. */
function search(options: Omit<ClassSearchOptions, 'shape' | 'classes'>) {
  const { classes } = data();
  return searchClassifiers({ shape, classes: classes.length, ...options }, async (batch) =>
    batch.map(({ candidate: { pipeline, model } }) =>
      evaluateClassModel(featuresByClass(data(), pipeline), model, [0, 0, 0]),
    ),
  );
}

describe('the search for a classifier', () => {
  test('finds features that tell pitches apart, the same whenever it runs', async () => {
    const ranked = await search({ evaluations: 40, seed: 3 });
    expect(ranked).toHaveLength(40);
    expect(ranked[0]!.evaluation.balancedAccuracy).toBeGreaterThan(0.95);
    expect(await search({ evaluations: 40, seed: 3 })).toEqual(ranked);
  });

  test('never trains what would need more RAM than allowed', async () => {
    const ranked = await search({ evaluations: 30, seed: 3, maxRamBytes: 120 });
    expect(Math.max(...ranked.map(({ ramBytes }) => ramBytes))).toBeLessThanOrEqual(120);
  });

  test('judges every line once, by a model that was not trained on it', () => {
    const features = featuresByClass(data(), [{ transform: 'time_stats', params: {} }]);
    const { confusion } = evaluateClassModel(features, { name: 'lda', params: {} }, [0, 0, 0]);
    expect(confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([LINES, LINES, LINES]);
  });

  test('promises nothing on classes that are the same', () => {
    const random = seededRandom(5);
    const noise = ['a', 'b'].map((name) => ({
      name,
      signals: Float32Array.from({ length: 200 * shape.length }, () => random.normal()),
      overlapLines: 0,
    }));
    const features = featuresByClass({ shape, classes: noise }, [{ transform: 'time_stats', params: {} }]);
    for (const name of ['lda', 'gaussian_nb']) {
      const { balancedAccuracy } = evaluateClassModel(features, { name, params: {} }, [0, 0]);
      expect(Math.abs(balancedAccuracy - 0.5)).toBeLessThan(0.12);
    }
  });
});

test('a class without lines does not count in figures', () => {
  expect(
    figuresOf(
      [
        [3, 1],
        [0, 0],
      ],
      [2, 0],
    ),
  ).toMatchObject({ balancedAccuracy: 0.75, confidence: 0.5 });
});
