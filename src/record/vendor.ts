import { z } from 'zod';

const count = z.int().min(0);

/** What a run tells beyond its calls when the library is somebody else's; null where it was not looked at. */
export const vendorSchema = z.strictObject({
  /** Generations of NanoEdge AI Studio whose interface it has. */
  interface: z.enum(['v1/v2', 'v3/v4', 'v5']),
  /** Licence texts that came with it, in one line each; empty when none was found. */
  licences: z.array(z.string()),
  /** Image of .neai after the last call, on the board and in the file that the emulator keeps. */
  knowledge: z
    .strictObject({
      bytes: count,
      differing: count,
      /** Offset of the first byte that differs; null when none does. */
      firstDifference: count.nullable(),
    })
    .nullable(),
  /** The same signals before and after: backup of .neai, initialize, restore. */
  restore: z
    .strictObject({
      verdict: z.enum(['KEPT', 'HIDDEN STATE', 'NOT SHOWN']),
      signals: count,
      differing: count,
      /** Largest difference of two similarities. */
      largest: z.int().min(0).max(255),
      /** In a sentence what this says of the library. */
      reason: z.string().min(1),
    })
    .nullable(),
});
export type VendorFacts = z.infer<typeof vendorSchema>;
