import type { Random } from '../../shared/random.ts';

/** Words that each stored signal has at most: longer signals repeat them. A prime, so that axes and periods mix. */
const MOST_WORDS = 509;
/** Largest weight: with values up to 1000 every sum is a whole number below 2^24, exact under any compiler flags. */
export const MOST_WEIGHT = 15;
const LARGEST_VALUE = 1000;
const WORDS_PER_LINE = 8;

/** Two waves of whole numbers with noise on them, of a signal's length or shorter: what test signals are made of. */
export function storedSignals(axes: number, values: number, random: Random): [Float32Array, Float32Array] {
  const wave = (period: number): Float32Array =>
    Float32Array.from({ length: Math.min(values, MOST_WORDS) }, (_, i) => {
      const triangle = Math.abs(((i / axes) % period) / period - 0.5) * 4 - 1;
      return Math.round(0.6 * LARGEST_VALUE * triangle + 0.4 * LARGEST_VALUE * (2 * random.unit() - 1));
    });
  return [wave(16), wave(5.3)];
}

/** Words as lines of C. */
export const hexWords = (words: readonly number[]): string => {
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_LINE) {
    const line = words.slice(at, at + WORDS_PER_LINE);
    lines.push(`    ${line.map((word) => `0x${(word >>> 0).toString(16).padStart(8, '0')}u`).join(', ')},`);
  }
  return lines.join('\n');
};
