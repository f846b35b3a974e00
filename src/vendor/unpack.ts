import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { NeaiError } from '../shared/errors.ts';

/** Files of a download by their path inside it, forward slashes, none leaving it. */
export type VendorFiles = ReadonlyMap<string, Uint8Array>;

const MEBI = 1024 * 1024;
/** Far above any download seen (below 1 MiB unpacked), far below what would fill a computer. */
export const LIMITS = { files: 20_000, fileBytes: 32 * MEBI, totalBytes: 128 * MEBI, depth: 12 } as const;
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];
const EMPTY_ZIP_MARK = [0x50, 0x4b, 0x05, 0x06];
const FLAGS_AT = 6;
const ENCRYPTED = 1;
const UNPACK = 'Unpack it, and import the folder.';
const ARCHIVE = /(^|\/)libneai[^/]*\.a$/i;
/** Whatever else a project holds is not read. */
const WANTED =
  /(^|\/)(libneai[^/]*\.(a|so)|[^/]*neai[^/]*\.h|[^/]*nanoedge[^/]*\.h|knowledge[^/]*\.(h|dat)|[^/]*metadata\.json|licen[cs]e[^/]*|nanoedgeai_studio_emulator\.py|[^/]*emulator|emulator\.mjs)$/i;
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules', '__MACOSX', '.svn']);

/**
 * Reads what matters of a zip or a folder. Nothing is written, and links in folders are not followed.
 * @throws VENDOR_NOT_FOUND, VENDOR_ZIP_INVALID
 */
export async function readVendorFiles(path: string): Promise<VendorFiles> {
  const unreadable = (cause: NodeJS.ErrnoException): never => {
    throw new NeaiError('VENDOR_NOT_FOUND', 'nothing can be read there', { file: path, got: cause.message });
  };
  const found = await stat(path).catch(unreadable);
  if (found.isDirectory()) return readFolder(path).catch(asRefusal(unreadable));
  if (!found.isFile())
    throw new NeaiError('VENDOR_NOT_FOUND', 'this is neither a file nor a folder', { file: path });
  if (found.size > LIMITS.totalBytes) return tooLarge(path, `${found.size} bytes`);
  const bytes = await readFile(path).catch(unreadable);
  const begins = (mark: readonly number[]): boolean => mark.every((byte, index) => bytes[index] === byte);
  if (!begins(ZIP_MARK)) {
    throw new NeaiError(
      'VENDOR_ZIP_INVALID',
      begins(EMPTY_ZIP_MARK) ? 'the zip is empty' : 'the file is no zip',
      {
        file: path,
        asked: 'a zip of NanoEdge AI Studio, or the folder it was unpacked into',
        got: begins(EMPTY_ZIP_MARK) ? 'no file' : `${bytes.length} bytes that do not begin like a zip`,
      },
    );
  }
  if ((bytes[FLAGS_AT]! & ENCRYPTED) !== 0)
    throw new NeaiError('VENDOR_ZIP_INVALID', 'the zip is encrypted', { file: path, remedy: UNPACK });
  return readZip(bytes, path);
}

/** What the file system says is told; what is told already stays. */
const asRefusal =
  (refuse: (cause: NodeJS.ErrnoException) => never) =>
  (cause: Error): never => {
    if (cause instanceof NeaiError) throw cause;
    return refuse(cause);
  };

/** Downloads are packed again with others: the library then lies one zip deeper. */
function refuseZips(files: VendorFiles, zips: readonly string[], from: string): VendorFiles {
  if (zips.length === 0 || [...files.keys()].some((path) => ARCHIVE.test(path))) return files;
  throw new NeaiError(
    'VENDOR_INCOMPLETE',
    'there is no library archive libneai.a, but a zip that may hold it',
    {
      file: from,
      got: zips.slice(0, 8).join(', '),
      remedy: 'Import that zip; if it lies inside another one, unpack the outer one first.',
    },
  );
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
  const zips: string[] = [];
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
    if (path.endsWith('/') || path.split('/').some((part) => SKIPPED_FOLDERS.has(part))) return false;
    if (isZip(path)) zips.push(path);
    return isWanted(path);
  };
  try {
    const entries = unzipSync(bytes, { filter: take });
    const files = new Map(Object.entries(entries).map(([name, content]) => [place(name), content]));
    return refuseZips(files, zips, file);
  } catch (cause) {
    if (cause instanceof NeaiError) throw cause;
    const { message } = cause as Error;
    const isOther = /compression/.test(message);
    const what = isOther ? 'the zip is compressed in a way that is not read here' : 'the zip is damaged';
    throw new NeaiError('VENDOR_ZIP_INVALID', what, {
      ...(isOther && { remedy: UNPACK }),
      file,
      got: message,
      cause,
    });
  }
}

/** Shadow files of macOS have the names of the real ones behind `._`. */
const isWanted = (path: string): boolean => WANTED.test(path) && !/(^|\/)\._[^/]*$/.test(path);
const isZip = (path: string): boolean => /(^|\/)[^./][^/]*\.zip$/i.test(path);

async function readFolder(root: string): Promise<VendorFiles> {
  const files = new Map<string, Uint8Array>();
  const zips: string[] = [];
  let seen = 0;
  let total = 0;
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (++seen > LIMITS.files) tooLarge(root, `more than ${LIMITS.files} files`);
      if (entry.isDirectory()) {
        if (depth < LIMITS.depth && !SKIPPED_FOLDERS.has(entry.name)) await walk(path, depth + 1);
      } else if (entry.isFile() && isZip(path)) zips.push(path);
      else if (entry.isFile() && isWanted(path)) {
        const { size } = await lstat(join(root, path));
        total += size;
        if (size > LIMITS.fileBytes || total > LIMITS.totalBytes) tooLarge(root, `${path}: ${size} bytes`);
        files.set(path, new Uint8Array(await readFile(join(root, path))));
      }
    }
  };
  await walk('', 0);
  return refuseZips(files, zips, root);
}
