import { z } from 'zod';
import { NeaiError } from '../../shared/errors.ts';
import { type Archive, type Damage, readArchive } from './archive.ts';
import { MANIFEST, type Manifest, manifestSchema } from './manifest.ts';
import { sha256Of } from './pack.ts';

export interface CheckedBundle {
  /** Null when it cannot be read: then no content is proven. */
  readonly manifest: Manifest | null;
  readonly members: Archive['members'];
  /** By member; empty when every byte is as it was written. */
  readonly damages: readonly Damage[];
}

/**
 * Checks every byte of a bundle: the archive's structure, each member against the manifest, nothing missing, nothing
 * more. @param file name for messages only
 * @throws NeaiError BUNDLE_INVALID for something that is no bundle
 */
export function checkBundle(zip: Uint8Array, file: string): CheckedBundle {
  const { members, packed, damages: found } = readArchive(zip);
  const damages = [...found];
  const isNone = members.size === 0 || (members.get(MANIFEST) === undefined && found.length === 0);
  if (isNone) {
    throw new NeaiError('BUNDLE_INVALID', `there is no ${MANIFEST} in it`, {
      file,
      got: members.size === 0 ? 'nothing that can be read' : [...members.keys()].join(', '),
    });
  }
  const manifest = readManifest(members.get(MANIFEST), damages);
  if (manifest === null) return { manifest, members, damages };
  const known = new Set([MANIFEST, ...manifest.members.map(({ path }) => path)]);
  const isDamaged = (path: string): boolean => damages.some(({ member }) => member.startsWith(path));
  for (const { path, bytes, sha256, packedSha256 } of manifest.members) {
    const content = members.get(path);
    if (isDamaged(path)) continue;
    if (content === undefined) damages.push({ member: path, why: 'it is missing' });
    else if (content.length !== bytes || sha256Of(content) !== sha256) {
      damages.push({ member: path, why: 'its SHA-256 is not that of the manifest' });
    } else if (sha256Of(packed.get(path)!) !== packedSha256) {
      damages.push({ member: path, why: 'its packed bytes are not those of the manifest' });
    }
  }
  for (const path of members.keys()) {
    if (!known.has(path) && !isDamaged(path)) {
      damages.push({ member: path, why: 'the manifest does not know it' });
    }
  }
  return { manifest, members, damages };
}

function readManifest(content: Uint8Array | undefined, damages: Damage[]): Manifest | null {
  if (content === undefined) return null;
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(content)));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    damages.push({ member: MANIFEST, why });
    return null;
  }
}
