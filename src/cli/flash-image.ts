import { open } from 'node:fs/promises';
import { loadBoard } from '../boards/load.ts';
import { NeaiError } from '../shared/errors.ts';
import { loadAnyLibrary } from '../studio/load-library.ts';
import { loadVendorSource } from '../vendor/folder.ts';
import { buildBoardFirmware } from './build.ts';
import { buildClassifierFirmware } from './bundle/classifier-bundle.ts';
import { buildVendorFirmware } from './vendor/firmware.ts';

const ELF_MAGIC = '7f454c46';

/** Whether a path is an image to flash as it is; everything else is a library, and built first. */
export async function isElf(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead).toString('hex') === ELF_MAGIC;
  } catch {
    return false; // a folder
  } finally {
    await file.close();
  }
}

/**
 * The image of a board around a library, built into a folder: one of ours, or one of NanoEdge AI Studio as its zip, its
 * folder, or what neai import wrote.
 * @throws what reading the library and building throw; of the reasons why it is no library, that of the likelier kind
 */
export async function imageOfLibrary(
  path: string,
  boardId: string,
  outDir: string,
  signal: AbortSignal,
): Promise<{ readonly elf: string; readonly isVendors: boolean }> {
  let library: Awaited<ReturnType<typeof loadAnyLibrary>>;
  try {
    library = await loadAnyLibrary(path);
  } catch (notOurs) {
    if (!(notOurs instanceof NeaiError)) throw notOurs;
    const imported = await loadVendorSource(path).catch((notTheirs: NeaiError) => {
      throw notTheirs.code === 'VENDOR_NOT_FOUND' || notTheirs.code === 'VENDOR_ZIP_INVALID'
        ? notOurs
        : notTheirs;
    });
    const { elf } = await buildVendorFirmware(imported, loadBoard(boardId), outDir, signal);
    return { elf, isVendors: true };
  }
  const { elf } =
    library.kind === 'classification'
      ? await buildClassifierFirmware(library, boardId, outDir, signal)
      : await buildBoardFirmware(library, boardId, outDir, signal);
  return { elf, isVendors: false };
}
