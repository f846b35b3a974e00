import { describe, expect, it } from 'vitest';
import { chainOutputLength } from '../../../src/engine/emulator/chain.ts';
import { MODELS } from '../../../src/engine/models/registry.ts';
import { SINGLE_MODELS } from '../../../src/engine/models/singles.ts';
import { type Rung, typescriptRung } from '../../../src/engine/search/rung.ts';
import { TRANSFORMS } from '../../../src/engine/transforms/registry.ts';
import type { Pipeline, Shape } from '../../../src/engine/transforms/transform.ts';
import { type KernelLists, refuseStale } from '../../../src/engine/wasm/instance.ts';
import { webassemblyRung } from '../../../src/engine/wasm/kernels.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const LINES = 60;
const SHAPES: readonly Shape[] = [
  { axes: 3, length: 32 },
  { axes: 1, length: 60 },
  { axes: 5, length: 1 },
];

function signalsOf({ axes, length }: Shape): Float32Array {
  const random = seededRandom(length);
  // some lines tiny, some huge, some constant
  return Float32Array.from({ length: LINES * axes * length }, (_, i) => {
    const line = Math.floor(i / (axes * length));
    const gain = [1, 1, 1e-20, 1e12, 0][line % 7] ?? 1;
    return gain * (Math.sin(i / 5) + 0.2 * random.normal());
  });
}

const bits = (values: Float32Array): number[] => [...new Uint32Array(values.slice().buffer)];

describe('the kernels as WebAssembly', () => {
  it('make the same features as the emulator, bit for bit, of every transform', () => {
    for (const shape of SHAPES) {
      const signals = signalsOf(shape);
      for (const transform of TRANSFORMS) {
        for (const params of transform.searchSpace(shape).slice(0, 3)) {
          const pipeline: Pipeline = [{ transform: transform.name, params }];
          if (chainOutputLength(pipeline, shape) === null) continue;
          const features = (rung: Rung) => bits(rung.features(pipeline, shape, signals));
          expect(features(webassemblyRung), JSON.stringify(pipeline)).toEqual(features(typescriptRung));
        }
      }
    }
  });

  it('learn and score as the emulator does, bit for bit, with every model, and go back to what was kept', () => {
    for (const dimension of [1, 2, 9, 33]) {
      const random = seededRandom(dimension);
      // features that stand still, tiny and huge ones, rows far out, rows that repeat
      const scale = Array.from({ length: dimension }, (_, j) => [1, 1e-12, 1e9, 0][j % 4]!);
      const values = (): Float32Array =>
        Float32Array.from({ length: LINES * dimension }, (_, i) => {
          const far = Math.floor(i / dimension) % 11 === 10 ? 1e6 : 1;
          return Math.fround(far * (1 + random.normal()) * scale[i % dimension]!);
        });
      const rows = { dimension, regular: values(), abnormal: values() };
      rows.regular.copyWithin(7 * dimension, 0, 3 * dimension);
      for (const model of MODELS) {
        for (const params of model.searchSpace(dimension).slice(0, 4)) {
          const play = (rung: Rung): number[] => {
            const learner = rung.learner(rows, { name: model.name, params });
            learner.reset();
            learner.learn(0, 3);
            const early = learner.ratios('abnormal', 2, 2);
            learner.learn(3, 40);
            learner.save();
            learner.learn(40, LINES);
            const all = learner.ratios('abnormal', 0, LINES);
            learner.restore();
            // rows are scored sixteen at a time: fewer, and a rest
            const some = [learner.ratios('regular', 30, LINES), learner.ratios('regular', 59, 60)];
            return [early, all, ...some].flatMap(bits);
          };
          expect(play(webassemblyRung), `${model.name} ${dimension} ${JSON.stringify(params)}`).toEqual(
            play(typescriptRung),
          );
        }
      }
    }
  });

  it('score the members of an ensemble each on its own part of the features', () => {
    const dimension = 12;
    const random = seededRandom(9);
    const values = (): Float32Array =>
      Float32Array.from({ length: LINES * dimension }, () => random.normal());
    const rows = { dimension, regular: values(), abnormal: values() };
    for (const { name } of SINGLE_MODELS) {
      const params = SINGLE_MODELS.find((model) => model.name === name)!.searchSpace(5)[0]!;
      const members = [
        { name: 'diag', params: {}, features: [0, 7] },
        { name, params, features: [7, 5] },
      ];
      const play = (rung: Rung): number[] => {
        const learner = rung.learner(rows, { name: 'ensemble', params: { members } });
        learner.reset();
        learner.learn(0, LINES);
        return bits(learner.ratios('abnormal', 0, LINES - 1));
      };
      expect(play(webassemblyRung), name).toEqual(play(typescriptRung));
    }
  });

  it('go from one pipeline to a longer one and back without leaving anything behind', () => {
    const shape = SHAPES[0]!;
    const signals = signalsOf(shape);
    const short: Pipeline = [{ transform: 'time_stats', params: {} }];
    const long: Pipeline = [{ transform: 'difference', params: {} }, ...short];
    const before = bits(webassemblyRung.features(short, shape, signals));
    webassemblyRung.features(long, shape, signals);
    expect(bits(webassemblyRung.features(short, shape, signals))).toEqual(before);
  });

  it('are refused by name when they were made of other transforms or models, or of another order of them', () => {
    const made = { transforms: TRANSFORMS.map(({ name }) => name), models: MODELS.map(({ name }) => name) };
    expect(() => refuseStale(made)).not.toThrow();
    const [first, second, ...rest] = made.models as [string, string, ...string[]];
    const refusal = (stale: Partial<KernelLists>): unknown => {
      try {
        return refuseStale({ ...made, ...stale });
      } catch (error) {
        return error;
      }
    };
    expect(refusal({ models: [second, first, ...rest] })).toMatchObject({
      code: 'SEARCH_KERNELS_STALE',
      details: { asked: `${first} as number 1 of the models`, got: second },
    });
    const last = made.transforms.at(-1)!;
    expect(refusal({ transforms: made.transforms.slice(0, -1) })).toMatchObject({
      details: { asked: `${last} as number ${made.transforms.length} of the transforms`, got: 'none' },
    });
    expect(refusal({ transforms: [...made.transforms, 'gone'] })).toMatchObject({ details: { got: 'gone' } });
  });
});
