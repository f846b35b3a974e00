import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { type Library, parseLibrary } from '../engine/library.ts';
import { NeaiError } from '../shared/errors.ts';

const LIBRARY_FILE = 'library.json';
const FORMAT = 'neai-library';
const FORMAT_VERSION = 1;
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];

/** Reads a library from a folder with library.json, from that file, or from a bundle zip. */
export async function loadLibrary(path: string): Promise<Library> {
  const { file, bytes } = await bytesAt(path);
  const isZip = ZIP_MARK.every((byte, i) => bytes[i] === byte);
  return isZip
    ? libraryFromText(`${file}:${LIBRARY_FILE}`, libraryInZip(file, bytes))
    : libraryFromText(file, new TextDecoder().decode(bytes));
}

async function bytesAt(path: string): Promise<{ file: string; bytes: Uint8Array }> {
  const notFound = (file: string, cause: unknown): never => {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`;
    throw new NeaiError('LIBRARY_NOT_FOUND', why, { file, cause });
  };
  const found = await stat(path).catch((error: unknown) => notFound(path, error));
  const file = found.isDirectory() ? join(path, LIBRARY_FILE) : path;
  return { file, bytes: await readFile(file).catch((error: unknown) => notFound(file, error)) };
}

function libraryInZip(file: string, bytes: Uint8Array): string {
  const isLibrary = (name: string): boolean => name === LIBRARY_FILE || name.endsWith(`/${LIBRARY_FILE}`);
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, { filter: ({ name }) => isLibrary(name) });
  } catch (cause) {
    throw new NeaiError('LIBRARY_INVALID', 'the zip is damaged', { file, cause });
  }
  const [name] = Object.keys(entries).sort((a, b) => a.length - b.length);
  if (name === undefined) throw new NeaiError('LIBRARY_NOT_FOUND', `no ${LIBRARY_FILE} in the zip`, { file });
  return new TextDecoder().decode(entries[name]);
}

/** Checks the text of a library.json; the error names the file and the field. */
function libraryFromText(file: string, text: string): Library {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new NeaiError('LIBRARY_INVALID', 'the file is not JSON', { file, got: String(cause), cause });
  }
  const { format, formatVersion } = (document ?? {}) as Record<string, unknown>;
  if (format !== FORMAT) {
    throw new NeaiError('LIBRARY_INVALID', 'the file is JSON, but not a library', {
      file,
      asked: `"format": "${FORMAT}"`,
      got: `"format": ${JSON.stringify(format)}`,
    });
  }
  if (formatVersion !== FORMAT_VERSION) {
    throw new NeaiError(
      'LIBRARY_VERSION',
      `format version ${JSON.stringify(formatVersion)} is not supported`,
      {
        file,
        asked: `"formatVersion": ${FORMAT_VERSION}`,
        got: JSON.stringify(formatVersion),
      },
    );
  }
  try {
    return parseLibrary(document);
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    throw new NeaiError(error.code, error.message, { ...error.details, file });
  }
}
