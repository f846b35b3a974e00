const SIGN = 0x80000000;
const EXPONENT = 0x7f800000;

/** Whether the word is a number of binary32: neither infinite nor NaN. */
const isFinite32 = (bits: number): boolean => (bits & EXPONENT) >>> 0 !== EXPONENT;

/** Words of binary32 on one line, in the order of their values; both zeros are one point. */
const onLine = (bits: number): number => (bits >>> 0 >= SIGN ? SIGN - bits : bits);

/**
 * Units in the last place between two words of binary32: how many numbers lie from one to the other. 0 for both zeros.
 * @returns null when one of them is infinite or NaN and the words differ.
 */
export function ulpBetween(first: number, second: number): number | null {
  if (first === second) return 0;
  if (!isFinite32(first) || !isFinite32(second)) return null;
  return Math.abs(onLine(first >>> 0) - onLine(second >>> 0));
}
