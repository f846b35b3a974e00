import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { NeaiError } from '../shared/errors.ts';

/** Files of a download by their path inside it, forward slashes, none leaving it. */
export type VendorFiles = ReadonlyMap<string, Uint8Array>;

const MEBI = 1024 * 1024;
/** Far above any download seen (below 1 MiB unpacked), far below what would fill a computer. */
export const LIMITS = { files: 20_000, fileBytes: 32 * MEBI, totalBytes: 128 * MEBI, depth: 12 } as const;
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];
/** Whatever else a project holds is not read. */
const WANTED =
  /(^|\/)(libneai[^/]*\.(a|so)|[^/]*neai[^/]*\.h|[^/]*nanoedge[^/]*\.h|knowledge[^/]*\.(h|dat)|[^/]*metadata\.json|licen[cs]e[^/]*|nanoedgeai_studio_emulator\.py|[^/]*emulator)$/i;
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules', '__MACOSX', '.svn']);

/**
 * Reads what matters of a zip or a folder. Nothing is written, and links in folders are not followed.
 * @throws VENDOR_NOT_FOUND, VENDOR_ZIP_INVALID
 */
export async function readVendorFiles(path: string): Promise<VendorFiles> {
  const found = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new NeaiError('VENDOR_NOT_FOUND', 'nothing can be read there', { file: path, got: cause.message });
  });
  if (found.isDirectory()) return readFolder(path);
  if (found.size > LIMITS.totalBytes) return tooLarge(path, `${found.size} bytes`);
  const bytes = await readFile(path);
  if (!ZIP_MARK.every((byte, index) => bytes[index] === byte)) {
    throw new NeaiError('VENDOR_ZIP_INVALID', 'the file is no zip', {
      file: path,
      asked: 'a zip of NanoEdge AI Studio, or the folder it was unpacked into',
      got: `${bytes.length} bytes that do not begin like a zip`,
    });
  }
  return readZip(bytes, path);
}

function tooLarge(file: string, got: string): never {
  const { files, fileBytes, totalBytes } = LIMITS;
  throw new NeaiError('VENDOR_ZIP_INVALID', 'this is too large for a library', {
    file,
    asked: `at most ${files} files, ${fileBytes} bytes each, ${totalBytes} bytes together`,
    got,
  });
}

function readZip(bytes: Uint8Array, file: string): VendorFiles {
  let count = 0;
  let total = 0;
  const place = (name: string): string => name.replaceAll('\\', '/').replace(/^\.\//, '');
  const take = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    count++;
    total += originalSize;
    const path = place(name);
    if (
      path.startsWith('/') ||
      /^[a-z]:/i.test(path) ||
      path.split('/').includes('..') ||
      path.includes('\0')
    ) {
      throw new NeaiError('VENDOR_ZIP_INVALID', 'the zip would write outside its folder', {
        file,
        got: name,
      });
    }
    if (count > LIMITS.files || originalSize > LIMITS.fileBytes || total > LIMITS.totalBytes)
      tooLarge(file, `${name}: file ${count}, ${originalSize} bytes, ${total} bytes in all`);
    return (
      originalSize > 0 && WANTED.test(path) && !path.split('/').some((part) => SKIPPED_FOLDERS.has(part))
    );
  };
  try {
    const entries = unzipSync(bytes, { filter: take });
    return new Map(Object.entries(entries).map(([name, content]) => [place(name), content]));
  } catch (cause) {
    if (cause instanceof NeaiError) throw cause;
    throw new NeaiError('VENDOR_ZIP_INVALID', 'the zip is damaged', {
      file,
      got: (cause as Error).message,
      cause,
    });
  }
}

async function readFolder(root: string): Promise<VendorFiles> {
  const files = new Map<string, Uint8Array>();
  let seen = 0;
  let total = 0;
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (++seen > LIMITS.files) tooLarge(root, `more than ${LIMITS.files} files`);
      if (entry.isDirectory()) {
        if (depth < LIMITS.depth && !SKIPPED_FOLDERS.has(entry.name)) await walk(path, depth + 1);
      } else if (entry.isFile() && WANTED.test(path)) {
        const { size } = await lstat(join(root, path));
        total += size;
        if (size > LIMITS.fileBytes || total > LIMITS.totalBytes) tooLarge(root, `${path}: ${size} bytes`);
        files.set(path, new Uint8Array(await readFile(join(root, path))));
      }
    }
  };
  await walk('', 0);
  return files;
}
