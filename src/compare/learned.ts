import type { CallSequence } from '../record/calls.ts';

/** Return code of a learn that has stored its signal. */
const LEARNED = 1;

/**
 * By call, whether the target has learned its signal: it answered so, and its own learn counter moved. An answer alone
 * does not do: one that was given without the library leaves the counter where it was. A target that tells no counter
 * is believed.
 */
export function learnedCalls({ calls, target }: CallSequence): boolean[] {
  let before: number | null = null;
  return target.map(({ code, learnCounter }, index) => {
    const operation = calls[index]?.operation;
    const moved = learnCounter === null || learnCounter !== before;
    before = operation === 'initialize' ? (learnCounter ?? 0) : learnCounter;
    return operation === 'learn' && code === LEARNED && moved;
  });
}
