/** What a metadata.json tells; null where it does not. Names of people in it are not read. */
export interface VendorMetadata {
  readonly id: string | null;
  /** A library of the free Studio runs on boards of its vendor only. */
  readonly limited: boolean | null;
  /** Part or board that it was compiled for, in the Studio's words. */
  readonly target: string | null;
  readonly minimumIterations: number | null;
  readonly studio: string | null;
  readonly toolchain: string | null;
  /** MD5 of the archive that it was written for, 32 hexadecimal digits. */
  readonly archiveMd5: string | null;
  /** Names of classes in the order of their ids; empty where it has none. */
  readonly classNames: readonly string[];
}

export const NO_METADATA: VendorMetadata = {
  id: null,
  limited: null,
  target: null,
  minimumIterations: null,
  studio: null,
  toolchain: null,
  archiveMd5: null,
  classNames: [],
};

/** Reads what there is; a file that is no JSON tells nothing, for the library does not hang on it. */
export function readVendorMetadata(text: string | undefined): VendorMetadata {
  if (text === undefined) return NO_METADATA;
  let document: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return NO_METADATA;
    document = parsed as Record<string, unknown>;
  } catch {
    return NO_METADATA;
  }
  const word = (...names: string[]): string | null => {
    const found = names
      .map((name) => document[name])
      .find((value) => typeof value === 'string' && value !== '');
    return (found as string | undefined) ?? null;
  };
  const id = word('library_id')?.toLowerCase() ?? null;
  const md5 = word('library_md5sum')?.toLowerCase() ?? '';
  const names = document['class_names'];
  const lines = document['learning_min_lines'];
  const studio = (document['studio_info'] as { studio?: unknown } | undefined)?.studio;
  return {
    id: id !== null && /^[0-9a-f]{24}$/.test(id) ? id : null,
    limited: typeof document['lib_limited'] === 'boolean' ? document['lib_limited'] : null,
    target: word('mcu_display_name', 'mcu', 'mcu_name', 'mcu_type'),
    minimumIterations: typeof lines === 'number' && Number.isInteger(lines) && lines >= 0 ? lines : null,
    studio: typeof studio === 'string' ? studio : null,
    toolchain: word('toolchain_version', 'gcc_version'),
    archiveMd5: /^[0-9a-f]{32}$/.test(md5) ? md5 : null,
    classNames: Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : [],
  };
}
