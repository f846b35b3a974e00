/**
 * Probability of a split at least as lopsided as this one where both outcomes are equally likely: the exact two-sided
 * sign test. @returns null where there is nothing to split
 */
export function signTest(a: number, b: number): number | null {
  const trials = a + b;
  if (trials === 0) return null;
  const fewer = Math.min(a, b);
  // binomial coefficients by logarithms: 2^-n underflows for large n
  let logTerm = -trials * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((trials - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
