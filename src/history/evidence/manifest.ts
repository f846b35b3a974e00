import { z } from 'zod';
import { sha256Schema } from '../../record/primitives.ts';

export const MANIFEST = 'manifest.json';

/** What a bundle of evidence holds, with the hash of everything. It is the first member of the archive, and not packed. */
export const manifestSchema = z.strictObject({
  format: z.literal('neai-evidence'),
  formatVersion: z.literal(1),
  runId: z.string().min(1),
  /** Every other member, by path. */
  members: z.array(
    z.strictObject({
      path: z.string().min(1),
      bytes: z.int().min(0),
      sha256: sha256Schema,
      /** Of the bytes as they lie in the archive: other packed bytes can unpack to the same content. */
      packedSha256: sha256Schema,
    }),
  ),
  /** Files of signals in the order of the record: where their bytes are, or why they are not here. */
  data: z.array(
    z.strictObject({
      path: z.string().min(1),
      sha256: sha256Schema,
      member: z.string().nullable(),
      /** Null exactly when the file is a member. */
      absent: z.string().nullable(),
    }),
  ),
  tools: z.record(z.string(), z.string().nullable()),
});
export type Manifest = z.infer<typeof manifestSchema>;
