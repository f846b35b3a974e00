/**
 * Exact two-sided interval (Clopper and Pearson 1934) for a rate seen k times in n trials: the p at which k or more, and
 * k or fewer, are seen with probability α/2 each.
 * @param level of the interval, 0.95 for α = 0.05.
 * @returns both ends as fractions 0…1; null without trials.
 */
export function clopperPearson(k: number, n: number, level = 0.95): readonly [number, number] | null {
  const upper = clopperPearsonUpper(k, n, level);
  // A hit is a miss of the opposite: the lower end is the mirror image of the upper one.
  return upper === null ? null : [1 - clopperPearsonUpper(n - k, n, level)!, upper];
}

/**
 * Upper end of the two-sided Clopper-Pearson interval (Clopper and Pearson 1934) for a rate seen k times in n trials:
 * the p at which k or fewer are seen with probability α/2, so the quantile 1 − α/2 of Beta(k + 1, n − k).
 * @param level of the two-sided interval, 0.95 for α = 0.05.
 * @returns a fraction 0…1; 1 when every trial hit; null without trials.
 */
export function clopperPearsonUpper(k: number, n: number, level = 0.95): number | null {
  if (n === 0) return null;
  if (k >= n) return 1;
  const wanted = 1 - (1 - level) / 2;
  let [low, high] = [0, 1];
  // Bisection of a monotone function: sixty halvings are finer than the numbers between 0 and 1.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (regularisedBeta(middle, k + 1, n - k) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b) for a, b > 0 by its continued fraction (DLMF 8.17.22). */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast left of the mean; the other tail is the mirror image (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * continuedFraction(x, a, b)) / a;
}

const MOST_TERMS = 10_000;
const SMALLEST = 1e-300;

/** 1/(1 + d1/(1 + d2/(1 + …))) by the modified Lentz method (Thompson and Barnett 1986). */
function continuedFraction(x: number, a: number, b: number): number {
  let denominator = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term < MOST_TERMS; term++) {
    const numerator = coefficient(term, x, a, b);
    d = 1 / awayFromZero(1 + numerator * d);
    c = awayFromZero(1 + numerator / c);
    denominator *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return 1 / denominator;
}

/** d_1, d_2, … of DLMF 8.17.23. */
function coefficient(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  return term % 2 === 0
    ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

const awayFromZero = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);

/** Bernoulli terms of Stirling's series (DLMF 5.11.1). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];
/** From here on five terms are exact to double precision. */
const STIRLING_FROM = 15;

/** Logarithm of the gamma function for z > 0. */
function logGamma(z: number): number {
  let shift = 0;
  let at = z;
  for (; at < STIRLING_FROM; at++) shift += Math.log(at);
  let series = 0;
  for (let index = STIRLING.length - 1; index >= 0; index--) series = series / at ** 2 + STIRLING[index]!;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series / at - shift;
}
