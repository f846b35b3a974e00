import type { ShownValue } from '../../record/divergence.ts';

const floatOf = (word: number): number => new Float32Array(Uint32Array.of(word).buffer)[0]!;

/** A word as the binary32 value it stands for: nine significant digits tell every value from its neighbours. */
export const shownFloat = (word: number): ShownValue => ({
  decimal: decimalOf(floatOf(word)),
  hex: hexOf(word),
});

/** A word that is a count or a pattern of bits. */
export const shownWord = (word: number): ShownValue => ({ decimal: String(word), hex: hexOf(word) });

/** A code or a similarity. */
export const shownCode = (code: number): ShownValue => ({ decimal: String(code), hex: null });

export const asFloats = (words: Uint32Array): Float32Array => new Float32Array(words.slice().buffer);

function decimalOf(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) && value !== 0 ? String(Number(value.toPrecision(9))) : String(value);
}

const hexOf = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
