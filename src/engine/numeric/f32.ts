/**
 * Binary32 arithmetic for the emulator. Every step elsewhere reads `fround(a op b)`: rounding a double result of
 * + - * / or sqrt to single gives the correctly rounded single result (Figueroa 1995: 53 >= 2 * 24 + 2).
 */
const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The 32 bits of a binary32 value, unsigned. */
export function floatToBits(value: number): number {
  floats[0] = value;
  return words[0]!;
}

/** The binary32 value with these 32 bits. */
export function bitsToFloat(bits: number): number {
  words[0] = bits;
  return floats[0]!;
}

/** Eight lower-case hexadecimal digits of a binary32 value: the only text form a coefficient travels in. */
export function floatToHex(value: number): string {
  return floatToBits(value).toString(16).padStart(8, '0');
}

/** The binary32 value of eight hexadecimal digits. */
export function hexToFloat(hex: string): number {
  return bitsToFloat(Number.parseInt(hex, 16));
}

/** Square root, correctly rounded; 0 for zero, negative values and NaN, so that no NaN is born here. Pair: neai_sqrt. */
export function sqrt32(value: number): number {
  return value > 0 ? Math.fround(Math.sqrt(value)) : 0;
}

/** Largest magnitude a feature or a distance may have: its square, times a dimension, stays far inside binary32. */
export const FEATURE_LIMIT = 2 ** 50;

/** Clamps to +-2^50; NaN becomes -2^50, so that no NaN, whose bits differ between cores, reaches the knowledge. Pair: neai_clamp. */
export function clampFeature(value: number): number {
  if (!(value >= -FEATURE_LIMIT)) return -FEATURE_LIMIT;
  if (value > FEATURE_LIMIT) return FEATURE_LIMIT;
  return value;
}

/** The value, or the floor when it is not above it; NaN gives the floor (Math.max would give NaN). Pair: neai_at_least. */
export function atLeast(value: number, floor: number): number {
  if (value > floor) return value;
  return floor;
}

/** True when no value is NaN or infinite. Pair: neai_all_finite, which looks at exponent bits. */
export function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
