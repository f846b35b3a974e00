import { createHash } from 'node:crypto';
import { MANIFEST, type Manifest } from './manifest.ts';
import { packed, writeArchive } from './write-archive.ts';

/** One file of a bundle. */
export interface Member {
  readonly path: string;
  readonly content: Uint8Array;
}

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A bundle as one zip: the manifest first, then the members by path. The same members give the same bytes. */
export function packEvidence(
  facts: Pick<Manifest, 'runId' | 'data' | 'tools'>,
  members: readonly Member[],
): Uint8Array {
  const sorted = [...members].sort((a, b) => (a.path < b.path ? -1 : 1));
  const all = sorted.map((member) => ({ ...member, packed: packed(member.content) }));
  const manifest: Manifest = {
    format: 'neai-evidence',
    formatVersion: 1,
    runId: facts.runId,
    members: all.map(({ path, content, packed: bytes }) => ({
      path,
      bytes: content.length,
      sha256: sha256Of(content),
      packedSha256: sha256Of(bytes),
    })),
    data: facts.data,
    tools: facts.tools,
  };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  return writeArchive([{ path: MANIFEST, content: text, packed: null }, ...all]);
}
