import { createHash } from 'node:crypto';
import { NO_METADATA, type VendorMetadata } from './metadata.ts';

/** What came along with an archive, as far as it belongs to it, and a sentence where it does not. */
export interface Companion<T> {
  readonly value: T;
  readonly remark: string | null;
}

/**
 * The facts of metadata.json, unless it was written for another archive: downloads get mixed, and its limits and numbers
 * would be read as this library's. It holds the MD5 of its archive; a stripped archive has another one, but the same id.
 * @param headerId of NanoEdgeAI.h; null where that tells none
 */
export function metadataOfArchive(
  metadata: VendorMetadata,
  archive: Uint8Array,
  headerId: string | null,
): Companion<VendorMetadata> {
  const { archiveMd5, id } = metadata;
  if (archiveMd5 === null || archiveMd5 === createHash('md5').update(archive).digest('hex'))
    return { value: metadata, remark: null };
  if (headerId !== null && headerId === id)
    return { value: metadata, remark: 'libneai.a was changed after it was compiled (MD5 of metadata.json)' };
  return {
    value: NO_METADATA,
    remark: `metadata.json is of another archive (library ${id ?? 'without id'}): it is not used`,
  };
}

/** An id that stands alone: an id of the Studio is never a part of a longer run of letters and digits. */
const LONE_ID = /(?<![0-9a-zA-Z])[0-9a-f]{24}(?![0-9a-zA-Z])/g;

const idsIn = (bytes: Uint8Array): readonly string[] => [
  ...new Set(new TextDecoder('latin1').decode(bytes).match(LONE_ID) ?? []),
];
const names = (bytes: Uint8Array, id: string): boolean =>
  new TextDecoder('latin1').decode(bytes).includes(id);

/** The id that an archive names as its own, where that is not the header's. Half of the archives name none. */
export function otherIdIn(archive: Uint8Array, headerId: string | null): string | null {
  if (headerId === null || names(archive, headerId)) return null;
  return idsIn(archive)[0] ?? null;
}

/**
 * Every emulator carries the id of its library as text, but those that carry none at all. One with another id would be
 * compared with an archive that it knows nothing of.
 */
export function emulatorOfLibrary(
  emulator: { readonly path: string; readonly bytes: Uint8Array } | null,
  id: string | null,
): Companion<string | null> {
  if (emulator === null) return { value: null, remark: null };
  const { path, bytes } = emulator;
  const ids = idsIn(bytes);
  if (id === null || ids.length === 0 || names(bytes, id)) return { value: path, remark: null };
  return {
    value: null,
    remark: `${path} is the emulator of another library (${ids.slice(0, 3).join(', ')}): it is not used`,
  };
}
