import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { estimateRamBytes } from '../../../src/engine/codegen/layout.ts';
import { chainOutputLength, createChain } from '../../../src/engine/emulator/chain.ts';
import { TRANSFORMS, transformByName } from '../../../src/engine/transforms/registry.ts';
import type { Params, Pipeline, Shape } from '../../../src/engine/transforms/transform.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const random = seededRandom(3);
const noise = (shape: Shape): Float32Array =>
  Float32Array.from({ length: shape.axes * shape.length }, (_, i) => random.normal() + (i % shape.axes));

const axisOf = (signal: Float32Array, { axes }: Shape, axis: number): number[] =>
  Array.from(signal.filter((_, i) => i % axes === axis));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const power = (values: readonly number[], k: number): number => {
  const m = mean(values);
  return mean(values.map((v) => (v - m) ** k));
};

function run(name: string, params: Params, shape: Shape, signal: Float32Array): number[] {
  const chain = createChain([{ transform: name, params }], shape);
  const features = new Float32Array(chain.outputLength);
  chain.run(signal, features);
  return Array.from(features);
}

const expectClose = (got: readonly number[], expected: readonly number[], tolerance = 2e-4): void => {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance * (1 + Math.abs(expected[i]!)));
  });
};

describe('transforms compared with double-precision textbook forms', () => {
  test('time_stats gives mean, log spread, skewness, log kurtosis, log range, log step, crossings', () => {
    const shape = { axes: 2, length: 50 };
    const signal = noise(shape);
    const expected = [0, 1].flatMap((axis) => {
      const x = axisOf(signal, shape, axis);
      const m = mean(x);
      const variance = power(x, 2);
      const steps = x.slice(1).map((v, i) => Math.abs(v - x[i]!));
      const crossings = x.slice(1).filter((v, i) => v < m !== x[i]! < m).length;
      return [
        m,
        0.5 * Math.log2(variance),
        power(x, 3) / variance ** 1.5,
        Math.log2(power(x, 4) / variance ** 2),
        Math.log2(Math.max(...x) - Math.min(...x)),
        Math.log2(mean(steps)),
        crossings / 49,
      ];
    });
    expectClose(run('time_stats', {}, shape, signal), expected);
  });

  test.each([
    [64, 64, 0],
    [100, 64, 18],
  ])('fft_bands of %i samples takes the middle %i, from sample %i', (length, points, start) => {
    const shape = { axes: 1, length };
    const signal = noise(shape);
    const part = Array.from(signal).slice(start, start + points);
    const m = mean(part);
    const windowed = part.map((v, i) => (v - m) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / points)));
    const binPower = (k: number): number => {
      let re = 0;
      let im = 0;
      windowed.forEach((v, i) => {
        re += v * Math.cos((2 * Math.PI * k * i) / points);
        im -= v * Math.sin((2 * Math.PI * k * i) / points);
      });
      return re * re + im * im;
    };
    const edges = [1, 2, 4, 8, 16, 33];
    const energies = edges.slice(0, -1).map((from, band) => {
      let energy = 0;
      for (let k = from; k < edges[band + 1]!; k++) energy += binPower(k);
      return energy / points ** 2;
    });
    const total = energies.reduce((a, b) => a + b, 0);
    const octave = (relative: boolean): number[] =>
      run('fft_bands', { layout: 'octave', relative }, shape, signal);
    expectClose(octave(false), energies.map(Math.log2), 1e-3);
    expectClose(
      octave(true),
      energies.map((e) => Math.log2(e / total)),
      1e-3,
    );
  });

  test('linear fft_bands put a tone into its band and nowhere else', () => {
    const shape = { axes: 1, length: 128 };
    const tone = Float32Array.from({ length: 128 }, (_, i) => Math.sin((2 * Math.PI * 20 * i) / 128));
    const bands = run('fft_bands', { layout: 'linear', bands: 8, relative: true }, shape, tone);
    // 64 bins in 8 bands of 8: bin 20 lies in the third, bins 17 ... 24.
    expect(bands.indexOf(Math.max(...bands))).toBe(2);
    expect(bands[2]).toBeGreaterThan(-0.01);
    expect(bands.filter((_, i) => i !== 2).every((b) => b < -20)).toBe(true);
  });

  test('pooled gives means of neighbouring pieces, with or without the mean of all', () => {
    const shape = { axes: 2, length: 10 };
    const signal = noise(shape);
    const pieces = (axis: number): number[] => {
      const x = axisOf(signal, shape, axis);
      return [x.slice(0, 2), x.slice(2, 5), x.slice(5, 7), x.slice(7, 10)].map(mean);
    };
    expectClose(run('pooled', { points: 4, removeMean: false }, shape, signal), [...pieces(0), ...pieces(1)]);
    const without = [0, 1].flatMap((axis) => {
      const m = mean(axisOf(signal, shape, axis));
      return pieces(axis).map((p) => p - m);
    });
    expectClose(run('pooled', { points: 4, removeMean: true }, shape, signal), without);
  });

  test('quantiles give ranks of the sorted samples', () => {
    const shape = { axes: 1, length: 101 };
    const shuffled = Float32Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    expect(run('quantiles', {}, shape, shuffled)).toEqual([2, 10, 25, 50, 75, 90, 98]);
  });

  test('autocorr gives normalised products at each lag', () => {
    const shape = { axes: 1, length: 40 };
    const signal = noise(shape);
    const x = Array.from(signal);
    const m = mean(x);
    const c = x.map((v) => v - m);
    const product = (lag: number): number => c.slice(lag).reduce((sum, v, i) => sum + v * c[i]!, 0);
    expectClose(
      run('autocorr', { lags: 3 }, shape, signal),
      [1, 2, 3].map((lag) => product(lag) / product(0)),
    );
  });

  test('haar gives mean energies of the details at each level', () => {
    const signal = Float32Array.of(4, 2, 5, 5, 1, 3, 0, 8);
    const levels = [[1, 0, -1, -4], [(3 - 5) / 2, (2 - 4) / 2], [(4 - 3) / 2]].map((details) =>
      Math.log2(mean(details.map((d) => d * d))),
    );
    expectClose(run('haar', {}, { axes: 1, length: 8 }, signal), levels);
  });

  test('axis_cov gives log spreads, then correlations', () => {
    const shape = { axes: 3, length: 60 };
    const signal = noise(shape);
    const x = [0, 1, 2].map((axis) => axisOf(signal, shape, axis));
    const deviation = x.map((v) => Math.sqrt(power(v, 2)));
    const correlation = (a: number, b: number): number => {
      const [ma, mb] = [mean(x[a]!), mean(x[b]!)];
      return mean(x[a]!.map((v, i) => (v - ma) * (x[b]![i]! - mb))) / (deviation[a]! * deviation[b]!);
    };
    const expected = [...deviation.map(Math.log2), correlation(0, 1), correlation(0, 2), correlation(1, 2)];
    expectClose(run('axis_cov', {}, shape, signal), expected);
  });

  test('raw gives the values as they are', () => {
    const shape = { axes: 3, length: 2 };
    expect(run('raw', {}, shape, Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('quadratic, magnitude and difference are what their names say', () => {
    expect(run('quadratic', {}, { axes: 2, length: 1 }, Float32Array.of(2, 3))).toEqual([2, 3, 4, 6, 9]);
    const shape = { axes: 2, length: 4 };
    expect(run('magnitude', {}, shape, Float32Array.of(3, 4, 0, 1, 6, 8, 5, 12))).toEqual([5, 1, 10, 13]);
    const five = { axes: 1, length: 5 };
    expect(run('difference', {}, five, Float32Array.of(1, 4, 2, 2, 0))).toEqual([3, -2, 0, -2]);
  });
});

describe('fronts', () => {
  const shape = { axes: 2, length: 50 };
  const centred = (signal: Float32Array, axis: number): number[] => {
    const x = axisOf(signal, shape, axis);
    const m = mean(x);
    return x.map((v) => v - m);
  };
  /** A front's output is a signal: longer than what chains may give to models. */
  const front = (name: string, params: Params, signal: Float32Array): Float32Array => {
    const transform = transformByName(name);
    const output = new Float32Array(transform.outputLength(shape, params)!);
    transform.create(shape, params)(signal, output);
    return output;
  };

  test.each([0, 1, 2, 3])(
    'detrend of degree %i takes a polynomial of that degree away and nothing else',
    (degree) => {
      const wave = Float32Array.from({ length: 100 }, (_, k) => Math.sin(2.4 * Math.floor(k / 2) + (k % 2)));
      const trend = (t: number): number =>
        [7, 3 * t, -2 * t * t, 4 * t ** 3].slice(0, degree + 1).reduce((a, b) => a + b);
      const withTrend = wave.map((v, k) => v + trend((2 * Math.floor(k / 2)) / 50 - 1));
      const [plain, without] = [wave, withTrend].map((signal) => front('detrend', { degree }, signal));
      expectClose(Array.from(without!), Array.from(plain!), 1e-5);
      expect(mean(Array.from(plain!, (v, k) => (v - wave[k]!) ** 2))).toBeLessThan(0.01);
    },
  );

  test('standardise gives mean 0 and spread 1, and zeros for what is constant', () => {
    const signal = noise(shape).map((v, k) => (k % 2 === 0 ? 1000 + 5 * v : 0.1));
    const output = front('standardise', {}, signal);
    const x = axisOf(output, shape, 0);
    expect(mean(x)).toBeCloseTo(0, 5);
    expect(power(x, 2)).toBeCloseTo(1, 3);
    expect(axisOf(output, shape, 1).every((v) => v === 0)).toBe(true);
  });

  test('absolute gives magnitudes without the mean, decimate means of neighbours', () => {
    const signal = noise(shape);
    const output = front('absolute', {}, signal);
    for (const axis of [0, 1]) {
      expectClose(axisOf(output, shape, axis), centred(signal, axis).map(Math.abs), 1e-5);
    }
    const slower = front('decimate', { factor: 4 }, signal);
    const means = Array.from({ length: 12 }, (_, i) =>
      mean(axisOf(signal, shape, 1).slice(4 * i, 4 * i + 4)),
    );
    expectClose(axisOf(slower, shape, 1), means, 1e-5);
  });

  test('work in one buffer when one follows another', () => {
    const chain = (...names: string[]): Pipeline => [
      ...names.map((transform) => ({ transform, params: transform === 'detrend' ? { degree: 1 } : {} })),
      { transform: 'time_stats', params: {} },
    ];
    const model = { name: 'diag', params: {} };
    const one = estimateRamBytes(chain('detrend'), model, shape);
    expect(estimateRamBytes(chain('detrend', 'absolute', 'standardise'), model, shape)).toBe(one);
  });
});

describe('every transform', () => {
  test('is in the registry, once, under the name of its folder', () => {
    const folders = readdirSync(new URL('../../../src/engine/transforms/', import.meta.url), {
      withFileTypes: true,
    });
    const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(TRANSFORMS.map((transform) => transform.name).sort()).toEqual(names.sort());
  });

  const shapes = [1, 4, 7, 8, 60, 500].flatMap((length) => [1, 3, 5].map((axes) => ({ axes, length })));
  test.each(TRANSFORMS.map((transform) => [transform.name, transform] as const))(
    '%s: what its search space offers applies, gives finite numbers and leaves the signal alone',
    (name, transform) => {
      const offered = shapes.flatMap((shape) =>
        transform.searchSpace(shape).map((params) => ({ shape, params })),
      );
      expect(offered.length).toBeGreaterThan(0);
      for (const { shape, params } of offered) {
        const length = transform.outputLength(shape, params)!;
        expect(length).toBeGreaterThan(0);
        const step = transform.create(shape, params);
        const signal = noise(shape);
        const copy = signal.slice();
        const output = new Float32Array(length).fill(Number.NaN);
        step(signal, output);
        expect(signal, name).toEqual(copy);
        expect(output.every(Number.isFinite), `${name} ${JSON.stringify({ shape, params })}`).toBe(true);
      }
    },
  );

  test('refuses parameters that it does not know, naming the field', () => {
    expect(() => transformByName('pooled').outputLength({ axes: 1, length: 9 }, { points: 0 })).toThrow(
      /pooled/,
    );
    expect(() => transformByName('fourier')).toThrow(/fourier/);
  });
});

describe('a chain', () => {
  const shape = { axes: 3, length: 64 };
  const blocks: Pipeline = [
    { transform: 'time_stats', params: {} },
    { transform: 'axis_cov', params: {} },
  ];

  test('puts the blocks of a concat stage side by side', () => {
    const signal = noise(shape);
    const apart = blocks.flatMap(({ transform, params }) => run(transform, params, shape, signal));
    const chain = createChain([{ transform: 'concat', params: { blocks } }], shape);
    const features = new Float32Array(chain.outputLength);
    chain.run(signal, features);
    expect(Array.from(features)).toEqual(apart);
  });

  test('hands what a signal transform makes to the next stage as a signal', () => {
    const pipeline: Pipeline = [
      { transform: 'magnitude', params: {} },
      { transform: 'difference', params: {} },
      { transform: 'time_stats', params: {} },
    ];
    expect(chainOutputLength(pipeline, shape)).toBe(7);
  });

  test('does not apply when a stage does not, when it is empty, or when it makes more than 64 features', () => {
    expect(chainOutputLength([{ transform: 'quadratic', params: {} }], shape)).toBeNull();
    expect(chainOutputLength([], shape)).toBeNull();
    expect(chainOutputLength([{ transform: 'difference', params: {} }], shape)).toBeNull();
    expect(() => createChain([], shape)).toThrow(/does not apply/);
  });
});
