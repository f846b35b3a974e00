import { bitsToFloat } from './f32.ts';

const { fround } = Math;

/** ln(2)^k / k! for k = 1 ... 6: the series of 2^x, to 1.5e-7 for |x| <= 1/2. */
const term = (k: number, factorial: number): number => fround(Math.LN2 ** k / factorial);
const T1 = term(1, 1);
const T2 = term(2, 2);
const T3 = term(3, 6);
const T4 = term(4, 24);
const T5 = term(5, 120);
const T6 = term(6, 720);
const LARGEST = 50;

/**
 * 2^x for x >= 0 in binary32, at most 2^50; the pair of neai_exp2 (exp2.c), bit for bit. Exactly 1 for 0, for negative
 * values and for NaN.
 */
export function exp2f(value: number): number {
  let x = value;
  if (!(x >= 0)) x = 0;
  if (x > LARGEST) x = LARGEST;
  const whole = Math.trunc(fround(x + 0.5));
  const part = fround(x - whole);
  let sum = fround(fround(T6 * part) + T5);
  sum = fround(fround(sum * part) + T4);
  sum = fround(fround(sum * part) + T3);
  sum = fround(fround(sum * part) + T2);
  sum = fround(fround(sum * part) + T1);
  sum = fround(fround(sum * part) + 1);
  return fround(sum * bitsToFloat((whole + 127) << 23));
}
