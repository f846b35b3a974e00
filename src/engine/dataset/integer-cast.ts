/** Integer types whose buffers are handed over as if they were float. */
export type CastInteger = 'int16' | 'int32';

/** Exponents of binary32 that no sensor's values have: below 2^-60 (with zero and denormals) or above 2^60, NaN included. */
const LOW_EXPONENT = 127 - 60;
const HIGH_EXPONENT = 127 + 60;
/** Share of such values from which there is no other explanation. */
const STRANGE_SHARE = 0.5;

/**
 * The most common mistake in the field: `learn((float *)samples)` with a buffer of integers. Nothing fails, the library
 * learns noise. Small integers, read as the bits of a float, have exponents that no measured value has: positive ones
 * are denormal or next to nothing, negative ones NaN or near the largest float. Of 16-bit pairs that is true for
 * samples below about 8,000 in magnitude, of 32-bit ones below about 500 million.
 * @returns the type that the buffer seems to have had, or null for values as sensors give them
 */
export function suspectedCast(signal: Float32Array): CastInteger | null {
  const words = new Uint32Array(signal.buffer, signal.byteOffset, signal.length);
  let strange = 0;
  let whole = 0;
  let other = 0;
  for (const word of words) {
    if (word === 0) continue;
    other++;
    const exponent = (word >>> 23) & 0xff;
    if (exponent < LOW_EXPONENT || exponent > HIGH_EXPONENT) strange++;
    // The upper half of a small 32-bit integer is all zeros or all ones.
    const upper = word >>> 16;
    if (upper === 0 || upper === 0xffff) whole++;
  }
  if (other < 2 || strange < STRANGE_SHARE * other || new Set(words).size < 3) return null;
  return whole > 0.9 * other ? 'int32' : 'int16';
}

/** What to say to the person who sees such values. */
export function castAdvice(type: CastInteger): string {
  return (
    `The values look like the bits of ${type} read as float: a cast such as (float *)samples. ` +
    'Convert each sample instead: data_input[i] = (float)samples[i].'
  );
}
