/** Similarity at and above which a signal is nominal, unless the user says otherwise. */
export const DEFAULT_THRESHOLD = 90;

/** Similarities (0-100) of lines whose label is known. */
export interface LabelledScores {
  readonly regular: ArrayLike<number>;
  readonly abnormal: ArrayLike<number>;
}

/** Counts by label and verdict. */
export interface Confusion {
  readonly regularNominal: number;
  readonly regularAnomaly: number;
  readonly abnormalNominal: number;
  readonly abnormalAnomaly: number;
}

export function confusion(scores: LabelledScores, threshold = DEFAULT_THRESHOLD): Confusion {
  const nominal = (similarities: ArrayLike<number>): number => {
    let count = 0;
    for (let i = 0; i < similarities.length; i++) if (similarities[i]! >= threshold) count++;
    return count;
  };
  const regularNominal = nominal(scores.regular);
  const abnormalNominal = nominal(scores.abnormal);
  return {
    regularNominal,
    regularAnomaly: scores.regular.length - regularNominal,
    abnormalNominal,
    abnormalAnomaly: scores.abnormal.length - abnormalNominal,
  };
}

/** Mean of the shares of regular and abnormal lines judged rightly, 0…1; null when a label has no line. */
export function balancedAccuracy(scores: LabelledScores, threshold = DEFAULT_THRESHOLD): number | null {
  if (scores.regular.length === 0 || scores.abnormal.length === 0) return null;
  const { regularNominal, abnormalAnomaly } = confusion(scores, threshold);
  return (regularNominal / scores.regular.length + abnormalAnomaly / scores.abnormal.length) / 2;
}

/**
 * Confidence (functional margin), 0…1; null when a label has no line:
 * max(0, ½ (mean over regular of clip((S − T)/(100 − T), −1, 1) + mean over abnormal of clip((T − S)/T, −1, 1))).
 */
export function confidence(scores: LabelledScores, threshold = DEFAULT_THRESHOLD): number | null {
  if (scores.regular.length === 0 || scores.abnormal.length === 0) return null;
  const above = meanOf(scores.regular, (s) => clip(divide(s - threshold, 100 - threshold)));
  const below = meanOf(scores.abnormal, (s) => clip(divide(threshold - s, threshold)));
  return Math.max(0, (above + below) / 2);
}

/**
 * Area under the ROC curve of similarity as the sign of regularity: the chance that a regular line scores above an
 * abnormal one, ties counting half (Mann and Whitney 1947); null when a label has no line.
 */
export function areaUnderCurve(scores: LabelledScores): number | null {
  const regular = Float64Array.from(scores.regular).sort();
  const abnormal = Float64Array.from(scores.abnormal).sort();
  if (regular.length === 0 || abnormal.length === 0) return null;
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const score of regular) {
    while (below < abnormal.length && abnormal[below]! < score) below++;
    while (upTo < abnormal.length && abnormal[upTo]! <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (regular.length * abnormal.length);
}

const clip = (x: number): number => Math.max(-1, Math.min(1, x));

/** At the ends of the scale (T = 0 or 100) one side has no room: any distance there is a whole one. */
const divide = (distance: number, room: number): number =>
  room === 0 ? Math.sign(distance) : distance / room;

function meanOf(figures: ArrayLike<number>, of: (figure: number) => number): number {
  let sum = 0;
  for (let i = 0; i < figures.length; i++) sum += of(figures[i]!);
  return sum / figures.length;
}
