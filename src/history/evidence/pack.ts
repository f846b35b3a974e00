import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { joinArchives, readArchive } from './archive.ts';
import { MANIFEST, type Manifest } from './manifest.ts';

/** One file of a bundle. */
export interface Member {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The first day that a zip can name, in its own local time: the same bytes on any day and anywhere. */
const NO_TIME = new Date(1980, 0, 1);
/** Of every run: 2 % larger than with level 6, in half the time. */
const LEVEL = 3;

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A bundle as one zip: the manifest first, then the members by path. The same members give the same bytes. */
export function packEvidence(
  facts: Pick<Manifest, 'runId' | 'data' | 'tools'>,
  members: readonly Member[],
): Uint8Array {
  const sorted = [...members].sort((a, b) => (a.path < b.path ? -1 : 1));
  // The manifest lies in front and holds the hashes of the packed bytes, so it is made when they are.
  const archive = zipOf(sorted);
  const { packed } = readArchive(archive);
  const manifest: Manifest = {
    format: 'neai-evidence',
    formatVersion: 1,
    runId: facts.runId,
    members: sorted.map(({ path, content }) => ({
      path,
      bytes: content.length,
      sha256: sha256Of(content),
      packedSha256: sha256Of(packed.get(path)!),
    })),
    data: facts.data,
    tools: facts.tools,
  };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  return joinArchives(zipOf([{ path: MANIFEST, content: text }]), archive);
}

const zipOf = (members: readonly Member[]): Uint8Array =>
  zipSync(
    Object.fromEntries(
      members.map(({ path, content }) => [
        path,
        [content, { mtime: NO_TIME, level: path === MANIFEST ? 0 : LEVEL }],
      ]),
    ),
  );
