import type { Operation } from '../record/calls.ts';
import type { ComparedField, FirstMismatch, Verdict } from '../record/primitives.ts';
import type { Comparison } from '../record/run-record.ts';
import type { Tolerance } from '../record/tolerance.ts';

const FIELD_WORDS: Record<ComparedField, string> = {
  returnCode: 'return code',
  similarity: 'similarity',
  learnCounter: 'learn counter',
  digest: 'knowledge digest',
  distance: 'distance',
};

/** The first difference as one sentence. */
function describeMismatch(mismatch: FirstMismatch, operation: Operation): string {
  const signal = mismatch.file === null ? '' : `, ${mismatch.file} line ${mismatch.line}`;
  const side = (value: number | string | null): string => (value === null ? 'none' : String(value));
  return (
    `first difference at call ${mismatch.call} (${operation}${signal}): ${FIELD_WORDS[mismatch.field]} is ` +
    `${side(mismatch.reference)} on the reference and ${side(mismatch.target)} on the target`
  );
}

/**
 * Target equals reference, or where it does not. A difference outside the tolerance is a FAIL even in a run that broke
 * off; a run that broke off without one, or compared no signal, has shown nothing. A run that broke off after the last
 * planned call has shown what it was to show. What passes by a tolerance says so, and how many calls differ.
 * @param operationAt operation of a call by its index, for the sentence about the first difference.
 * @param brokenOffBecause what ended the run early, null when it did not.
 * @param answered calls that both sides answered, initialize with them, for the sentence about how many differ.
 */
export function equivalenceVerdict(
  comparison: Comparison,
  tolerance: Tolerance,
  operationAt: (call: number) => Operation,
  brokenOffBecause: string | null,
  { answered }: { readonly answered?: number } = {},
): Verdict {
  const { firstOutside, mismatches, outsideTolerance, signals, unanswered } = comparison;
  const exact = tolerance.profile === 'bit-exact';
  if (firstOutside !== null) {
    const differ = `${mismatches} ${mismatches === 1 ? 'call differs' : 'calls differ'}`;
    const withInitialize =
      answered === undefined || answered <= signals ? '' : ` (${answered} calls with initialize)`;
    const outside = exact ? '' : `, ${outsideTolerance} by more than "${tolerance.profile}" allows`;
    const reasons = [
      describeMismatch(firstOutside, operationAt(firstOutside.call)),
      `${differ}${outside}, ${signals} signals compared${withInitialize}`,
    ];
    if (unanswered > 0) reasons.push(unansweredSentence(unanswered, brokenOffBecause));
    return { verdict: 'FAIL', reasons };
  }
  if (unanswered > 0)
    return { verdict: 'NOT SHOWN', reasons: [unansweredSentence(unanswered, brokenOffBecause)] };
  if (signals === 0) {
    const because = brokenOffBecause === null ? '' : ` (${brokenOffBecause})`;
    return { verdict: 'NOT SHOWN', reasons: [`no signal was compared${because}`] };
  }
  return { verdict: 'PASS', reasons: exact ? [] : [withinTolerance(comparison, tolerance)] };
}

function withinTolerance({ signals, mismatches }: Comparison, tolerance: Tolerance): string {
  const parts = [`similarity ±${tolerance.similarity}`];
  if (tolerance.ulp !== null) parts.push(`distance ±${tolerance.ulp} ULP`);
  if (tolerance.knowledge === 'not compared') parts.push('knowledge not compared');
  return (
    `within tolerance "${tolerance.profile}" (${parts.join(', ')}; ${tolerance.reason}): ` +
    `${mismatches} of ${signals} signals differ`
  );
}

function unansweredSentence(unanswered: number, because: string | null): string {
  const calls = unanswered === 1 ? '1 planned call was' : `${unanswered} planned calls were`;
  return `the run is incomplete: ${calls} not answered${because === null ? '' : ` (${because})`}`;
}
