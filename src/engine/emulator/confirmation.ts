/**
 * How single detections are confirmed before they count (seed "FAQ", I.B.1: counters, averages): the mean of the last n
 * similarities against the threshold, or k anomalies among the last m.
 */
export type ConfirmationRule =
  | { readonly kind: 'mean'; readonly of: number }
  | { readonly kind: 'votes'; readonly needed: number; readonly of: number };

/** Longest memory of a rule, in signals. */
const MOST_SIGNALS = 1000;

/** Reads `mean:5` or `3of5`; null when the text is neither, or asks for more votes than there are. */
export function parseConfirmation(text: string): ConfirmationRule | null {
  const mean = /^mean:(\d+)$/.exec(text);
  const votes = /^(\d+)of(\d+)$/.exec(text);
  const of = Number(mean?.[1] ?? votes?.[2] ?? 0);
  const needed = votes === null ? 1 : Number(votes[1]);
  if (of < 1 || of > MOST_SIGNALS || needed < 1 || needed > of) return null;
  return mean === null ? { kind: 'votes', needed, of } : { kind: 'mean', of };
}

export type Confirmed = 'nominal' | 'anomaly';

/**
 * Begins a row of detections. Each similarity handed in is answered by the verdict over the last `of` ones, or by null
 * while there are fewer. A mean is compared as it is, not rounded.
 */
export function startConfirmation(
  rule: ConfirmationRule,
  threshold: number,
): (similarity: number) => Confirmed | null {
  const last: number[] = [];
  return (similarity) => {
    last.push(similarity);
    if (last.length > rule.of) last.shift();
    if (last.length < rule.of) return null;
    const isAnomaly =
      rule.kind === 'mean'
        ? last.reduce((sum, value) => sum + value, 0) / rule.of < threshold
        : last.filter((value) => value < threshold).length >= rule.needed;
    return isAnomaly ? 'anomaly' : 'nominal';
  };
}
