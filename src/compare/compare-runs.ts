import type { Answer, CallSequence, Operation } from '../record/calls.ts';
import type { ComparedField, FirstMismatch } from '../record/primitives.ts';
import type { Comparison } from '../record/run-record.ts';

/** Largest similarity; greater answers of detect are return codes. */
const LARGEST_SIMILARITY = 100;

/** Whether a call's answer is a similarity and not a return code. */
export function isSimilarity(operation: Operation, code: number): boolean {
  return operation === 'detect' && code <= LARGEST_SIMILARITY;
}

/**
 * The first field, in the order of `ComparedField`, in which two answers to one call differ; null when none does.
 * A field that both sides leave out (counter and digest of initialize) is not compared; one that only one side
 * leaves out differs.
 */
function differingField(operation: Operation, reference: Answer, target: Answer): ComparedField | null {
  if (reference.code !== target.code) {
    const bothSimilar = isSimilarity(operation, reference.code) && isSimilarity(operation, target.code);
    return bothSimilar ? 'similarity' : 'returnCode';
  }
  if (reference.learnCounter !== target.learnCounter) return 'learnCounter';
  if (reference.digest !== target.digest) return 'digest';
  return null;
}

/** A field's value as a person reads it: digests as eight hexadecimal digits, the rest as numbers. */
function fieldValue(field: ComparedField, answer: Answer): number | string | null {
  if (field === 'learnCounter') return answer.learnCounter;
  if (field !== 'digest') return answer.code;
  return answer.digest === null ? null : answer.digest.toString(16).padStart(8, '0');
}

/**
 * Compares two sides after every call: return code, similarity, learn counter, knowledge digest.
 * @param sequence what was called and what each side answered, in call order; a side may be shorter.
 * @param files names of the record's dataset files, for naming the first difference.
 */
export function compareRuns(sequence: CallSequence, files: readonly string[]): Comparison {
  const { calls, reference, target } = sequence;
  const answered = Math.min(calls.length, reference.length, target.length);
  let signals = 0;
  let mismatches = 0;
  let firstMismatch: FirstMismatch | null = null;
  for (let index = 0; index < answered; index++) {
    const call = calls[index]!;
    if (call.operation !== 'initialize') signals++;
    const field = differingField(call.operation, reference[index]!, target[index]!);
    if (field === null) continue;
    mismatches++;
    firstMismatch ??= {
      call: index,
      file: call.file === null ? null : files[call.file]!,
      line: call.line,
      field,
      reference: fieldValue(field, reference[index]!),
      target: fieldValue(field, target[index]!),
    };
  }
  const unanswered = calls.length - answered;
  return {
    identical: mismatches === 0 && unanswered === 0 && signals > 0,
    signals,
    mismatches,
    unanswered,
    firstMismatch,
  };
}
