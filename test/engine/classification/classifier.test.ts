import { describe, expect, test } from 'vitest';
import { Classifier } from '../../../src/engine/classification/classifier.ts';
import {
  type ClassificationLibrary,
  parseClassificationLibrary,
} from '../../../src/engine/classification/library.ts';
import { CLASS_MODELS, classModelByName } from '../../../src/engine/classification/models/registry.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { classifierOf } from '../../parity/classifier-cases.ts';
import { SIGNAL_KINDS } from '../../parity/signals.ts';

const pipeline = [{ transform: 'time_stats', params: {} }];
const library = classifierOf(seededRandom(1), 3, pipeline, classModelByName('lda'), {});
const signal = SIGNAL_KINDS['smooth']!(seededRandom(2), library.axes, library.bufferSize);

describe('a classifier', () => {
  test('answers 124 with all probabilities 0 before initialize', () => {
    const { code, probabilities } = new Classifier(library).classify(signal);
    expect([code, ...probabilities]).toEqual([124, 0, 0, 0]);
  });

  test('answers 125 with all probabilities 0 for NaN and infinity', () => {
    const classifier = new Classifier(library);
    classifier.initialize();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { code, probabilities } = classifier.classify(signal.with(5, bad));
      expect([code, ...probabilities]).toEqual([125, 0, 0, 0]);
    }
  });

  test('refuses a signal of another length', () => {
    const classifier = new Classifier(library);
    expect(() => classifier.classify(signal.subarray(1))).toThrow(
      expect.objectContaining({ code: 'SIGNAL_WRONG_COUNT' }),
    );
  });
});

describe.for(CLASS_MODELS.flatMap((model) => model.searchSpace(8).map((params) => ({ model, params }))))(
  'model $model.name $params',
  ({ model, params }) => {
    const dimension = 3;
    const rows = (seed: number, shift: number, spread: number, lines = 60): Float32Array => {
      const random = seededRandom(seed);
      return Float32Array.from({ length: dimension * lines }, () => shift + spread * random.normal());
    };
    const told = (words: Float32Array, values: readonly number[], classes = 2): number => {
      const scores = new Float32Array(classes);
      model.create(words, dimension, classes, params)(Float32Array.from(values), scores);
      return scores.indexOf(Math.max(...scores));
    };

    test('tells classes apart by where they lie, whatever the unit', () => {
      for (const unit of [1e-6, 1, 1e6]) {
        const words = model.train([rows(1, 0, unit), rows(2, 6 * unit, unit)], dimension, params);
        expect(told(words, [0, 0, 0])).toBe(0);
        expect(told(words, [6 * unit, 6 * unit, 6 * unit])).toBe(1);
      }
    });

    test('gives finite words for constant features and for classes of two lines', () => {
      const constant = new Float32Array(dimension * 20).fill(7);
      for (const classes of [
        [constant, constant],
        [rows(3, 0, 1, 2), rows(4, 5, 1, 2)],
      ]) {
        const words = model.train(classes, dimension, params);
        expect(words.length).toBe(model.wordCount(dimension, 2, params));
        expect(words.every(Number.isFinite)).toBe(true);
      }
    });
  },
);

describe('library.json of a classifier', () => {
  const broken = (change: Partial<ClassificationLibrary>): (() => unknown) => {
    const { id: _, ...rest } = library;
    return () => parseClassificationLibrary({ ...rest, ...change, id: library.id });
  };

  test('is read back as it was written', () => {
    expect(parseClassificationLibrary(JSON.parse(JSON.stringify(library)))).toEqual(library);
  });

  test.for<[string, Partial<ClassificationLibrary>, string]>([
    ['a word too few', { model: { ...library.model, words: library.model.words.slice(9) } }, 'model.words'],
    ['a word that is infinite', { model: { ...library.model, words: '7f800000' } }, 'model.words'],
    ['ids out of order', { classes: library.classes.toReversed() }, 'classes'],
    ['one class', { classes: library.classes.slice(0, 1) }, 'classes'],
    [
      'a name that would end a C string',
      {
        classes: [
          { id: 1, name: 'a"' },
          { id: 2, name: 'b' },
        ],
      },
      'classes.0.name',
    ],
    [
      'two classes of one name',
      {
        classes: [
          { id: 1, name: 'a' },
          { id: 2, name: 'a' },
        ],
      },
      'classes',
    ],
    ['another sharpness under the old id', { sharpness: '3f000000' }, 'id'],
  ])('with %s is refused, naming the field', ([, change, field]) => {
    expect(broken(change)).toThrow(
      expect.objectContaining({
        code: 'LIBRARY_INVALID',
        message: expect.stringContaining(`library.json, ${field}:`),
      }),
    );
  });
});
