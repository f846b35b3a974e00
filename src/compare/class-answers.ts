/** Whether a board classifies as a reference that prints its probabilities with few digits. */
export interface ClassComparison {
  readonly verdict: 'PASS' | 'FAIL' | 'NOT SHOWN';
  /** Signals to which the two sides gave another class. */
  readonly flips: readonly ClassFlip[];
  /** Largest difference of a probability; null where the reference prints none. */
  readonly largest: number | null;
  /** What a probability may differ by: one unit of the last digit printed. */
  readonly tolerance: number | null;
  /** Signals of the same class with a probability further away than that. */
  readonly beyond: number;
}

export interface ClassFlip {
  /** Place of the signal. */
  readonly index: number;
  /** Class from 1, 0 for none. */
  readonly reference: number;
  /** Class from 1, or a code. */
  readonly target: number;
}

/** Binary fractions do not hit a unit of the last decimal digit exactly. */
const SLACK = 1e-6;

/**
 * Compares class by class; decisions first. Pure.
 * @param reference null where there is none: nothing is shown then
 * @param decimals digits behind the point of the reference's probabilities; null where it prints none
 */
export function compareClasses(
  reference: readonly { readonly classId: number; readonly probabilities: readonly number[] | null }[] | null,
  decimals: number | null,
  target: readonly { readonly code: number; readonly probabilities: ArrayLike<number> }[],
): ClassComparison {
  const tolerance = decimals === null ? null : 10 ** -decimals;
  if (reference === null || target.length === 0)
    return { verdict: 'NOT SHOWN', flips: [], largest: null, tolerance, beyond: 0 };
  const flips: ClassFlip[] = [];
  let beyond = 0;
  let largest: number | null = null;
  target.forEach(({ code, probabilities }, index) => {
    const said = reference[index]!;
    if (said.classId !== code) flips.push({ index, reference: said.classId, target: code });
    if (said.probabilities === null || tolerance === null) return;
    const apart = Math.max(...said.probabilities.map((value, c) => Math.abs(value - probabilities[c]!)));
    largest = Math.max(largest ?? 0, apart);
    if (said.classId === code && !(apart <= tolerance + SLACK)) beyond++;
  });
  const verdict = flips.length === 0 && beyond === 0 ? 'PASS' : 'FAIL';
  return { verdict, flips, largest, tolerance, beyond };
}
