const { fround } = Math;
const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = fround(3.4028234663852886e38);
/** Bits of the square root of two, rounded down: mantissas above it are halved so that the series stays short. */
const ROOT_TWO_MANTISSA = 0x3504f3;

/** 2 / (k ln 2) for k = 1, 3, 5, 7: log2(m) = sum of these times s^k with s = (m - 1) / (m + 1), |s| < 0.172. */
const C1 = fround(2 / Math.LN2);
const C3 = fround(2 / (3 * Math.LN2));
const C5 = fround(2 / (5 * Math.LN2));
const C7 = fround(2 / (7 * Math.LN2));

/**
 * Base-two logarithm of a binary32 value, in binary32; the pair of neai_log2 (log2.c), bit for bit.
 * Values below the smallest normal number, negative values and NaN count as 2^-126, infinity as the largest number.
 * Absolute error below 1.5e-6 near zero and half a unit in the last place of the exponent part elsewhere.
 */
export function log2f(value: number): number {
  let x = value;
  if (!(x >= SMALLEST_NORMAL)) x = SMALLEST_NORMAL;
  if (x > LARGEST) x = LARGEST;
  floats[0] = x;
  const bits = words[0]!;
  let exponent = (bits >>> 23) - 127;
  const fraction = bits & 0x7fffff;
  if (fraction > ROOT_TWO_MANTISSA) {
    exponent++;
    words[0] = fraction | 0x3f000000;
  } else {
    words[0] = fraction | 0x3f800000;
  }
  const mantissa = floats[0]!;
  const s = fround(fround(mantissa - 1) / fround(mantissa + 1));
  const z = fround(s * s);
  let sum = fround(fround(C7 * z) + C5);
  sum = fround(fround(sum * z) + C3);
  sum = fround(fround(sum * z) + C1);
  return fround(fround(s * sum) + exponent);
}

const LOG_FLOOR = 2 ** -40;

/** log2(x + 2^-40): a logarithm of an energy or a spread that stays finite for a silent sensor. Pair: neai_log2_floored. */
export function log2Floored(value: number): number {
  return log2f(fround(value + LOG_FLOOR));
}

/** Largest power of two not above a positive 32-bit integer, as its exponent. */
export function floorLog2(integer: number): number {
  return 31 - Math.clz32(integer);
}
