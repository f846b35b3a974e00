import type { ComparedField } from '../../src/record/primitives.ts';

/** What a field of an answer is called in a sentence. */
export const FIELD_WORDS: Record<ComparedField, string> = {
  returnCode: 'return code',
  similarity: 'similarity',
  learnCounter: 'learn counter',
  digest: 'knowledge digest',
  distance: 'distance',
};
