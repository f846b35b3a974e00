import { describe, expect, test } from 'vitest';
import { createLibrary, type Library, libraryId, parseLibrary } from '../../../src/engine/index.ts';
import { libraryOf } from '../../parity/cases.ts';

const library = libraryOf({ axes: 3, length: 64 }, [{ transform: 'time_stats', params: {} }], {
  name: 'ccipca',
  params: { components: 4, inside: true },
});

const changed = (change: (copy: Record<string, unknown>) => void): unknown => {
  const copy = JSON.parse(JSON.stringify(library)) as Record<string, unknown>;
  change(copy);
  return copy;
};

describe('library.json', () => {
  test('comes back from its text as it was', () => {
    expect(parseLibrary(JSON.parse(JSON.stringify(library)))).toEqual(library);
  });

  test('has an id of 24 digits that depends on what it computes, not on how it was found or written', () => {
    expect(library.id).toMatch(/^[0-9a-f]{24}$/);
    const reordered = Object.fromEntries(Object.entries(library).reverse()) as Library;
    expect(libraryId(reordered)).toBe(library.id);
    expect(libraryId({ ...library, detectFloor: library.detectFloor + 1 })).not.toBe(library.id);
    const search = { seed: 1, evaluations: 1, budget: 1, files: [], seenLines: '', scores: {} };
    expect(createLibrary(functionalPart(), search).id).toBe(library.id);
  });

  test.each<[string, (copy: Record<string, unknown>) => void, RegExp]>([
    ['an unknown field', (copy) => Object.assign(copy, { colour: 'red' }), /colour/],
    ['axes of 0', (copy) => Object.assign(copy, { axes: 0 }), /axes/],
    ['a buffer size in text', (copy) => Object.assign(copy, { bufferSize: '64' }), /bufferSize/],
    [
      'an unknown transform',
      (copy) => Object.assign(copy, { pipeline: [{ transform: 'magic', params: {} }] }),
      /magic/,
    ],
    [
      'an unknown parameter',
      (copy) => Object.assign(copy, { pipeline: [{ transform: 'time_stats', params: { size: 1 } }] }),
      /time_stats/,
    ],
    [
      'a parameter out of range',
      (copy) => Object.assign(copy, { model: { name: 'ccipca', params: { components: 99, inside: true } } }),
      /ccipca/,
    ],
    [
      'a transform that does not apply',
      (copy) => Object.assign(copy, { pipeline: [{ transform: 'quadratic', params: {} }] }),
      /does not apply/,
    ],
    [
      'a model that does not apply',
      (copy) =>
        Object.assign(copy, {
          axes: 1,
          pipeline: [{ transform: 'pooled', params: { points: 2, removeMean: false } }],
        }),
      /do not apply/,
    ],
    [
      'a scale that is no float',
      (copy) => Object.assign(copy, { calibration: { scale: '1.5', width: '40000000' } }),
      /calibration\.scale/,
    ],
    [
      'a width of 1',
      (copy) => Object.assign(copy, { calibration: { scale: '3f800000', width: '3f800000' } }),
      /calibration\.width/,
    ],
    [
      'an infinite scale',
      (copy) => Object.assign(copy, { calibration: { scale: '7f800000', width: '40000000' } }),
      /calibration\.scale/,
    ],
    [
      'a scale that sensitivity 100 would carry to infinity',
      (copy) => Object.assign(copy, { calibration: { scale: '7f000000', width: '40000000' } }),
      /calibration\.scale/,
    ],
    ['a detect floor below the model’s', (copy) => Object.assign(copy, { detectFloor: 1 }), /detectFloor/],
    ['a detect floor above 20', (copy) => Object.assign(copy, { detectFloor: 21 }), /detectFloor/],
    ['an id of other content', (copy) => Object.assign(copy, { minimumLearningIterations: 21 }), /id/],
  ])('is refused with %s, naming the field', (_what, change, message) => {
    expect(() => parseLibrary(changed(change))).toThrow(message);
  });
});

function functionalPart() {
  const { id: _id, search: _search, ...functional } = library;
  return functional;
}
