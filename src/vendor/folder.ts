import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { readVendorLibrary, type VendorLibrary } from './library.ts';
import { readVendorFiles, type VendorFiles } from './unpack.ts';

/** Marks a folder as an imported library and says which archive was looked at. */
export const VENDOR_FILE = 'vendor.json';

const vendorFileSchema = z.strictObject({
  format: z.literal('neai-vendor-library'),
  formatVersion: z.literal(1),
  libraryId: z.string().regex(/^[0-9a-f]{24}$/),
  archiveSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Zip or folder that it came from. */
  importedFrom: z.string(),
});

/** An imported library and its files. */
export interface ImportedLibrary {
  readonly folder: string;
  readonly library: VendorLibrary;
  readonly files: VendorFiles;
}

/** The folder that an import writes: what the library needs, at its own names, and vendor.json. */
export function planVendorFolder(library: VendorLibrary, files: VendorFiles, from: string): FilePlan {
  const { archive, header, knowledge, emulator } = library.paths;
  const kept = [
    { path: 'libneai.a', content: files.get(archive)! },
    { path: 'NanoEdgeAI.h', content: files.get(header)! },
    ...(knowledge === null ? [] : [{ path: 'knowledge.h', content: files.get(knowledge)! }]),
    ...(emulator === null ? [] : emulatorFiles(files, emulator)),
    ...[...new Set(library.licences.map(({ file }) => file))]
      .filter((file) => file !== header)
      .map((file, index) => ({ path: `LICENCE-${index + 1}`, content: files.get(file)! })),
  ];
  const mark = {
    format: 'neai-vendor-library',
    formatVersion: 1,
    libraryId: library.id,
    archiveSha256: library.archiveSha256,
    importedFrom: from,
  } satisfies z.infer<typeof vendorFileSchema>;
  return [...kept, metadataOf(library), { path: VENDOR_FILE, content: `${JSON.stringify(mark, null, 2)}\n` }];
}

/** Emulators find their knowledge and their script beside themselves. */
function emulatorFiles(files: VendorFiles, emulator: string): FilePlan {
  const folder = emulator.slice(0, emulator.lastIndexOf('/') + 1);
  return [...files]
    .filter(([path]) => path === emulator || (path.startsWith(folder) && /\.(dat|py)$/.test(path)))
    .map(([path, content]) => ({ path: `emulators/${path.slice(folder.length)}`, content }));
}

/** What was read of metadata.json, without the people in it. */
function metadataOf({ metadata }: VendorLibrary): FilePlan[number] {
  const kept = {
    library_id: metadata.id,
    lib_limited: metadata.limited,
    mcu: metadata.target,
    learning_min_lines: metadata.minimumIterations,
    ...(metadata.classNames.length > 0 && { class_names: metadata.classNames }),
    toolchain_version: metadata.toolchain,
    studio_info: { studio: metadata.studio },
  };
  return { path: 'metadata.json', content: `${JSON.stringify(kept, null, 2)}\n` };
}

/** Whether a path is a folder that `neai import` wrote. */
export async function isVendorFolder(path: string): Promise<boolean> {
  return (await stat(join(path, VENDOR_FILE)).catch(() => null))?.isFile() ?? false;
}

/** @throws VENDOR_FOLDER_INVALID, and what readVendorLibrary throws */
export async function loadVendorFolder(folder: string): Promise<ImportedLibrary> {
  const file = join(folder, VENDOR_FILE);
  const mark = vendorFileSchema.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!mark.success)
    throw new NeaiError('VENDOR_FOLDER_INVALID', 'vendor.json is not what an import writes', {
      file,
      got: z.prettifyError(mark.error),
    });
  const files = await readVendorFiles(folder);
  const library = readVendorLibrary(files, folder);
  if (library.archiveSha256 !== mark.data.archiveSha256)
    throw new NeaiError('VENDOR_FOLDER_INVALID', 'libneai.a is not the one that was imported', {
      file,
      asked: `SHA-256 ${mark.data.archiveSha256}`,
      got: library.archiveSha256,
    });
  return { folder, library, files };
}

/** A library from what an import wrote, or straight from a zip or folder of the Studio. @throws as loadVendorFolder */
export async function loadVendorSource(path: string): Promise<ImportedLibrary> {
  if (await isVendorFolder(path)) return loadVendorFolder(path);
  const files = await readVendorFiles(path);
  return { folder: path, library: readVendorLibrary(files, path), files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
