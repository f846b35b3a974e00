import { exp2f } from '../numeric/exp2.ts';

const { fround } = Math;

/** A probability is a whole number of these parts: sums of them are exact in binary32, in any order. */
export const PROBABILITY_PARTS = 65536;
const USED_UP = -1;

/** The first class with the largest value. */
function placeOfLargest(values: Float32Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c]! > values[best]!) best = c;
  return best;
}

/**
 * Turns scores (overwritten) into probabilities that add up to exactly 1: 2^(score times sharpness) over the sum of all,
 * cut to whole 65536ths; the parts then missing go one each to the largest remainders; among equal ones the most probable
 * class comes first, then the first class. Never are too many given out: the roundings of a hundred classes together stay
 * below one part (101 · 2^-24 of 65536). Pair: neai_class_probabilities.
 * @returns place of the most probable class: the first with the largest score
 */
export function probabilitiesOf(
  scores: Float32Array,
  sharpness: number,
  probabilities: Float32Array,
): number {
  const classes = scores.length;
  const best = placeOfLargest(scores);
  const top = scores[best]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const distance = fround(top - scores[c]!);
    scores[c] = fround(1 / exp2f(fround(distance * sharpness)));
    sum = fround(sum + scores[c]!);
  }
  let given = 0;
  for (let c = 0; c < classes; c++) {
    const parts = fround(fround(scores[c]! / sum) * PROBABILITY_PARTS);
    const whole = Math.trunc(parts);
    probabilities[c] = whole;
    scores[c] = fround(parts - whole);
    given += whole;
  }
  for (; given < PROBABILITY_PARTS; given++) {
    const largest = placeOfLargest(scores);
    const next = scores[best]! >= scores[largest]! ? best : largest;
    probabilities[next]! += 1;
    scores[next] = USED_UP;
  }
  for (let c = 0; c < classes; c++) probabilities[c] = fround(probabilities[c]! / PROBABILITY_PARTS);
  return best;
}
