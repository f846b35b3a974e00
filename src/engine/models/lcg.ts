/** The C half of this file. */
export const LCG_SOURCES = ['models/neai_lcg.h'] as const;

/** The linear congruential generator of Numerical Recipes (Press et al. 1992). Pair: neai_lcg_next. */
export const lcgNext = (state: number): number => (Math.imul(state, 1664525) + 1013904223) >>> 0;

/** Uniform in [-1, 1): the upper 24 bits, exact in binary32. Pair: neai_lcg_uniform. */
export const lcgUniform = (state: number): number => ((state >>> 8) - 0x800000) * 2 ** -23;

/** Index below `bound` <= 65536, out of the upper 16 bits. Pair: neai_lcg_below. */
export const lcgBelow = (state: number, bound: number): number => ((state >>> 16) * bound) >>> 16;
