import { z } from 'zod';
import { sideSchema } from './sides.ts';

const count = z.int().min(0);

/** The same signals detected where knowledge was learned and where it was restored. */
const scoresSchema = z.strictObject({
  signals: count,
  /** Signals with another answer than on the side that had learned. */
  differing: count,
  /** Largest difference of two similarities. */
  largest: z.int().min(0).max(100),
});
export type TravelScores = z.infer<typeof scoresSchema>;

/** Knowledge learned on one side and restored on another; sides by their index. */
const pairSchema = z.strictObject({
  learnedOn: count,
  restoredOn: count,
  verdict: z.enum(['PASS', 'FAIL', 'NOT RUN']),
  /** Null exactly when the verdict is PASS. */
  reason: z.string().nullable(),
  /** Digest of the knowledge after the restore equals that before the backup; null when it was not restored. */
  sameKnowledge: z.boolean().nullable(),
  /** Scores right after the restore, and after both sides have learned the same further signals in place. */
  before: scoresSchema.nullable(),
  after: scoresSchema.nullable(),
  /** Learn counter and digest were equal after each further learn; null when none was made. */
  learnedAlike: z.boolean().nullable(),
});
export type TravelPair = z.infer<typeof pairSchema>;

/** The certificate matrix: every pair of sides, also those that did not run, with why. */
export const travelSchema = z
  .strictObject({
    sides: z.array(sideSchema).min(2),
    /** Signals learned before the backup, and in place after the restore. */
    learned: count,
    furtherLearns: count,
    /** One entry for each ordered pair of different sides. */
    pairs: z.array(pairSchema),
  })
  .superRefine(({ sides, pairs }, context) => {
    const expected = sides.length * (sides.length - 1);
    const distinct = new Set(pairs.map(({ learnedOn, restoredOn }) => `${learnedOn} ${restoredOn}`));
    const inside = pairs.every(
      ({ learnedOn, restoredOn }) =>
        learnedOn !== restoredOn && learnedOn < sides.length && restoredOn < sides.length,
    );
    if (!inside || distinct.size !== expected || pairs.length !== expected) {
      context.addIssue({ code: 'custom', path: ['pairs'], message: 'not one entry for each ordered pair' });
    }
    if (pairs.some(({ verdict, reason }) => (verdict === 'PASS') !== (reason === null))) {
      context.addIssue({
        code: 'custom',
        path: ['pairs'],
        message: 'a reason for each pair but those passed',
      });
    }
  });
export type Travel = z.infer<typeof travelSchema>;
