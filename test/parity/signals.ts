import type { Random } from '../../src/shared/random.ts';

/** One kind of signal: values for `axes` axes and `length` samples, interleaved. */
type Generator = (random: Random, axes: number, length: number) => Float32Array;

const filled = (axes: number, length: number, value: (i: number, axis: number) => number): Float32Array =>
  Float32Array.from({ length: axes * length }, (_, k) => value(Math.floor(k / axes), k % axes));

/** A turning machine: two tones and noise, a little different every time. */
const smooth: Generator = (random, axes, length) => {
  const phase = 2 * Math.PI * random.unit();
  const level = 1 + 0.05 * random.normal();
  return filled(
    axes,
    length,
    (i, axis) =>
      level * Math.sin(0.4 * i + phase + axis) + 0.3 * Math.sin(1.7 * i) + 0.05 * random.normal() + axis,
  );
};

export const SIGNAL_KINDS: Readonly<Record<string, Generator>> = {
  smooth,
  spiky: (random, axes, length) =>
    filled(axes, length, () => (random.below(9) === 0 ? 50 * random.normal() : 0.01 * random.normal())),
  constant: (random, axes, length) => {
    const value = random.normal();
    return filled(axes, length, () => value);
  },
  counts: (random, axes, length) => filled(axes, length, () => 2048 + random.below(200)),
  tiny: (random, axes, length) => filled(axes, length, () => 1e-25 * random.normal()),
  denormal: (random, axes, length) => filled(axes, length, () => 1e-40 * random.normal()),
  huge: (random, axes, length) => filled(axes, length, () => 1e25 * random.normal()),
  largest: (random, axes, length) =>
    filled(axes, length, () => (random.below(2) === 0 ? 3.4e38 : -3.4e38) * random.unit()),
  zeros: (random, axes, length) => filled(axes, length, () => (random.below(2) === 0 ? 0 : -0)),
  bits: (random, axes, length) => {
    const words = Uint32Array.from({ length: axes * length }, () => {
      const word = random.uint32();
      return (word & 0x7f800000) === 0x7f800000 ? word & 0xbfffffff : word;
    });
    return new Float32Array(words.buffer);
  },
};

/** A signal that must be refused: one value is NaN or infinite. */
export function refusedSignal(random: Random, axes: number, length: number): Float32Array {
  const signal = smooth(random, axes, length);
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  signal[random.below(signal.length)] = bad[random.below(bad.length)]!;
  return signal;
}
