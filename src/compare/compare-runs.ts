import type { Answer, CallSequence, Operation } from '../record/calls.ts';
import type { ComparedField, FirstMismatch } from '../record/primitives.ts';
import type { Comparison } from '../record/run-record.ts';
import type { Tolerance } from '../record/tolerance.ts';
import { ulpBetween } from './ulp.ts';

/** Largest similarity; greater answers of detect are return codes. */
const LARGEST_SIMILARITY = 100;

/** Whether a call's answer is a similarity and not a return code. */
export function isSimilarity(operation: Operation, code: number): boolean {
  return operation === 'detect' && code <= LARGEST_SIMILARITY;
}

/**
 * The fields, in the order of `ComparedField`, in which two answers to one call differ.
 * A field that both sides leave out (counter and digest of initialize) is not compared; one that only one side
 * leaves out differs, unless the run does not compare knowledge. A distance is compared where both sides have taps.
 */
function differingFields(
  operation: Operation,
  reference: Answer,
  target: Answer,
  tolerance: Tolerance,
): ComparedField[] {
  const fields: ComparedField[] = [];
  if (reference.code !== target.code) {
    const bothSimilar = isSimilarity(operation, reference.code) && isSimilarity(operation, target.code);
    fields.push(bothSimilar ? 'similarity' : 'returnCode');
  }
  const tells = (field: 'learnCounter' | 'digest'): boolean =>
    tolerance.knowledge === 'equal' || (reference[field] !== null && target[field] !== null);
  for (const field of ['learnCounter', 'digest'] as const) {
    if (tells(field) && reference[field] !== target[field]) fields.push(field);
  }
  if (bothTell(reference, target) && reference.distance !== target.distance) fields.push('distance');
  return fields;
}

const bothTell = (reference: Answer, target: Answer): boolean =>
  typeof reference.distance === 'number' && typeof target.distance === 'number';

/** Whether a field that differs does so by more than the profile allows. */
function isOutside(field: ComparedField, reference: Answer, target: Answer, tolerance: Tolerance): boolean {
  switch (field) {
    case 'returnCode':
      return true;
    case 'similarity':
      return Math.abs(reference.code - target.code) > tolerance.similarity;
    case 'learnCounter':
    case 'digest':
      return tolerance.knowledge === 'equal';
    case 'distance': {
      if (tolerance.ulp === null) return false;
      const apart = ulpBetween(reference.distance!, target.distance!);
      return apart === null || apart > tolerance.ulp;
    }
  }
}

const word = (value: number | null): string | null =>
  value === null ? null : value.toString(16).padStart(8, '0');

/** A field's value as a person reads it: words as eight hexadecimal digits, the rest as numbers. */
function fieldValue(field: ComparedField, answer: Answer): number | string | null {
  if (field === 'learnCounter') return answer.learnCounter;
  if (field === 'distance') return word(answer.distance ?? null);
  return field === 'digest' ? word(answer.digest) : answer.code;
}

/**
 * Compares two sides after every call: return code, similarity, learn counter, knowledge digest, and the distance
 * where both tell it. `identical` means every bit; what the tolerance forgives is counted as a mismatch all the same.
 * @param sequence what was called and what each side answered, in call order; a side may be shorter.
 * @param files names of the record's dataset files, for naming the first difference.
 */
export function compareRuns(
  sequence: CallSequence,
  files: readonly string[],
  tolerance: Tolerance,
): Comparison {
  const { calls, reference, target } = sequence;
  const answered = Math.min(calls.length, reference.length, target.length);
  let signals = 0;
  let mismatches = 0;
  let outsideTolerance = 0;
  let firstMismatch: FirstMismatch | null = null;
  let firstOutside: FirstMismatch | null = null;
  for (let index = 0; index < answered; index++) {
    const call = calls[index]!;
    const [ours, theirs] = [reference[index]!, target[index]!];
    if (call.operation !== 'initialize') signals++;
    const fields = differingFields(call.operation, ours, theirs, tolerance);
    if (fields.length === 0) continue;
    const named = (field: ComparedField): FirstMismatch => ({
      call: index,
      file: call.file === null ? null : files[call.file]!,
      line: call.line,
      field,
      reference: fieldValue(field, ours),
      target: fieldValue(field, theirs),
    });
    mismatches++;
    firstMismatch ??= named(fields[0]!);
    const outside = fields.find((field) => isOutside(field, ours, theirs, tolerance));
    if (outside === undefined) continue;
    outsideTolerance++;
    firstOutside ??= named(outside);
  }
  const unanswered = calls.length - answered;
  return {
    identical: mismatches === 0 && unanswered === 0 && signals > 0,
    signals,
    mismatches,
    outsideTolerance,
    unanswered,
    firstMismatch,
    firstOutside,
  };
}
