import { z } from 'zod';

/**
 * How far the target may be from the reference before equivalence fails. Only `bit-exact` may lead to the word
 * "identical"; whatever is looser leads to "within tolerance" and carries its reason.
 */
export const toleranceSchema = z
  .strictObject({
    /** Name of the profile. */
    profile: z.string().min(1),
    /** Most points by which two similarities of one call may differ. */
    similarity: z.int().min(0).max(100),
    /** Most units in the last place by which two distances may differ; null: distances are not judged. */
    ulp: z.int().min(0).nullable(),
    /** Whether learn counter and knowledge digest must be equal. */
    knowledge: z.enum(['equal', 'not compared']),
    /** Why this much is right for these two sides; a person reads it beside every verdict. */
    reason: z.string().min(1),
  })
  .refine(
    ({ profile, similarity, ulp, knowledge }) =>
      (profile === 'bit-exact') === (similarity === 0 && ulp === 0 && knowledge === 'equal'),
    { message: 'exactly the profile that allows nothing is called bit-exact' },
  );
export type Tolerance = z.infer<typeof toleranceSchema>;

/** The default: every code, similarity, counter, digest, and distance where both sides tell it, to the bit. */
export const BIT_EXACT: Tolerance = {
  profile: 'bit-exact',
  similarity: 0,
  ulp: 0,
  knowledge: 'equal',
  reason: 'emulator and generated library are written to give the same bits on every core',
};
