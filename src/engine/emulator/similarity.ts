const { fround } = Math;

/**
 * Similarity 0 ... 100 of a distance ratio: u = scale * sensitivity * ratio; 100 - floor(10 u) up to u = 1, which is
 * the threshold 90 and inside; above, 89 falls to 0 at u = width. Pair: neai_similarity.
 * @param width u at which similarity reaches 0, > 1.
 */
export function similarity(ratio: number, scale: number, width: number, sensitivity: number): number {
  const u = fround(fround(scale * sensitivity) * ratio);
  if (u <= 1) return 100 - (u > 0 ? Math.floor(fround(10 * u)) : 0);
  const fall = fround(fround(89 * fround(u - 1)) / fround(width - 1));
  return fall < 89 ? 89 - Math.floor(fall) : 0;
}
