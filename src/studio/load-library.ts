import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { type ClassificationLibrary, parseClassificationLibrary } from '../engine/classification/library.ts';
import { type Library, parseLibrary } from '../engine/library.ts';
import { NeaiError } from '../shared/errors.ts';

const LIBRARY_FILE = 'library.json';
const FORMAT = 'neai-library';
const FORMAT_VERSION = 1;
const CLASSIFICATION = 'classification';
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];

/** A library of any kind. */
export type AnyLibrary = Library | ClassificationLibrary;

/** Reads a library from a folder with library.json, from that file, or from a bundle zip. */
export async function loadLibrary(path: string): Promise<Library> {
  const { file, text } = await textAt(path);
  return libraryFromText(file, text, (document) => {
    if (kindOf(document) === CLASSIFICATION) {
      throw new NeaiError('LIBRARY_INVALID', 'this is a library of the kind classification', {
        asked: 'a library that learns and detects',
        got: `"kind": "${CLASSIFICATION}"`,
        remedy: 'neai emulate LIB classify and neai build take it.',
      });
    }
    return parseLibrary(document);
  });
}

/** As loadLibrary, for every kind. */
export async function loadAnyLibrary(path: string): Promise<AnyLibrary> {
  const { file, text } = await textAt(path);
  return libraryFromText(file, text, (document) =>
    kindOf(document) === CLASSIFICATION ? parseClassificationLibrary(document) : parseLibrary(document),
  );
}

const kindOf = (document: unknown): unknown => (document as { readonly kind?: unknown }).kind;

async function textAt(path: string): Promise<{ file: string; text: string }> {
  const { file, bytes } = await bytesAt(path);
  const isZip = ZIP_MARK.every((byte, i) => bytes[i] === byte);
  return isZip
    ? { file: `${file}:${LIBRARY_FILE}`, text: libraryInZip(file, bytes) }
    : { file, text: new TextDecoder().decode(bytes) };
}

/** Boards that a built library is limited to, as the metadata.json of its bundle tells; none where there is no bundle. */
export async function loadLimits(path: string): Promise<readonly string[]> {
  const text = await bundleText(path, 'metadata.json').catch(() => undefined);
  if (text === undefined) return [];
  try {
    const { limited_to: boards } = JSON.parse(text) as { limited_to?: unknown };
    return Array.isArray(boards) ? boards.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** A file of a bundle: in the zip, or beside library.json. */
async function bundleText(path: string, name: string): Promise<string | undefined> {
  const { file, bytes } = await bytesAt(path);
  if (!ZIP_MARK.every((byte, i) => bytes[i] === byte)) return readFile(join(dirname(file), name), 'utf8');
  const entry = unzipSync(bytes, { filter: (one) => one.name === name })[name];
  return entry && new TextDecoder().decode(entry);
}

async function bytesAt(path: string): Promise<{ file: string; bytes: Uint8Array }> {
  const notFound = (file: string, cause: unknown): never => {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`;
    const isImported = file !== path && existsSync(join(path, 'vendor.json'));
    if (!isImported) throw new NeaiError('LIBRARY_NOT_FOUND', why, { file, cause });
    throw new NeaiError('LIBRARY_NOT_FOUND', "this is an imported library of a vendor, and none of neai's", {
      ...{ file: path, cause },
      remedy:
        'neai build, flash, compare (without --matrix), compare-classes and duel take it; the rest needs a library of neai search.',
    });
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
function libraryFromText<T>(file: string, text: string, parse: (document: unknown) => T): T {
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
    return parse(document);
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    throw new NeaiError(error.code, error.message, { ...error.details, file });
  }
}
