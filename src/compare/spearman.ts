/**
 * Rank correlation of pairs (Spearman 1904): Pearson's correlation of their ranks, ties sharing the mean of theirs.
 * @returns −1…1; null for fewer than two pairs or when one side never varies.
 */
export function spearman(first: readonly number[], second: readonly number[]): number | null {
  if (first.length < 2) return null;
  const [a, b] = [ranks(first), ranks(second)];
  // The mean rank is the same with and without ties.
  const mean = (first.length + 1) / 2;
  let [both, ofA, ofB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index]! - mean, b[index]! - mean];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  if (ofA === 0 || ofB === 0) return null;
  return Math.max(-1, Math.min(1, both / Math.sqrt(ofA * ofB)));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let next = first + 1;
    while (next < order.length && values[order[next]!] === values[order[first]!]) next++;
    for (let at = first; at < next; at++) result[order[at]!] = (first + 1 + next) / 2;
    first = next;
  }
  return result;
}
