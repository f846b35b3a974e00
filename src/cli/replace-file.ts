import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: beside it first, then renamed, so that an interrupted command leaves the old one as
 * it was. A link stays and its file is replaced; a device or a pipe is written into, for a rename would put a file in
 * its place.
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const there = await stat(file).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return writeFile(file, bytes);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, bytes);
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw cause;
  }
}
