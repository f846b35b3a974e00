import { NeaiError } from '../shared/errors.ts';

/** One file of an archive. */
export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MAGIC = '!<arch>\n';
const THIN_MAGIC = '!<thin>\n';
const HEADER_BYTES = 60;

const refuse = (message: string, file: string, got: string): never => {
  throw new NeaiError('VENDOR_ARCHIVE_INVALID', message, { file, got });
};

/**
 * Members of a Unix archive as GNU and BSD tools write it: long names in either way, symbol tables left out.
 * @param file name for errors
 * @throws VENDOR_ARCHIVE_INVALID for anything damaged, cut short, thin or empty
 */
export function readArchive(bytes: Uint8Array, file: string): ArchiveMember[] {
  const text = (from: number, to: number): string =>
    new TextDecoder('latin1').decode(bytes.subarray(from, to));
  const magic = text(0, MAGIC.length);
  if (magic === THIN_MAGIC) refuse('the archive is thin: it names its objects and holds none', file, magic);
  if (magic !== MAGIC) refuse('the file is no archive', file, JSON.stringify(magic));
  const members: ArchiveMember[] = [];
  let longNames = '';
  for (let at = MAGIC.length; at < bytes.length; ) {
    if (at + HEADER_BYTES > bytes.length)
      refuse('the archive is cut short', file, `${bytes.length - at} bytes where a header of 60 belongs`);
    const rawName = text(at, at + 16).trimEnd();
    const size = text(at + 48, at + 58).trim();
    if (text(at + 58, at + 60) !== '`\n' || !/^\d+$/.test(size))
      refuse(
        'a member of the archive has no valid header',
        file,
        `at byte ${at}: ${JSON.stringify(rawName)}`,
      );
    const start = at + HEADER_BYTES;
    const end = start + Number(size);
    if (end > bytes.length)
      refuse('the archive is cut short', file, `${rawName} of ${size} bytes, ${bytes.length - start} there`);
    const content = bytes.subarray(start, end);
    if (rawName === '//') longNames = text(start, end);
    else if (!isSymbolTable(rawName)) members.push(memberOf(rawName, content, longNames));
    at = end + (end % 2);
  }
  const files = members.filter(({ name }) => !isSymbolTable(name));
  if (files.length === 0) refuse('the archive is empty', file, 'no object');
  return files;
}

const isSymbolTable = (name: string): boolean => /^(\/|\/SYM64\/|__\.SYMDEF.*)$/.test(name);

function memberOf(rawName: string, content: Uint8Array, longNames: string): ArchiveMember {
  const bsd = /^#1\/(\d+)$/.exec(rawName);
  if (bsd !== null) {
    const length = Number(bsd[1]);
    const name = new TextDecoder('latin1').decode(content.subarray(0, length)).replace(/\0+$/, '');
    return { name, bytes: content.subarray(length) };
  }
  const gnu = /^\/(\d+)$/.exec(rawName);
  if (gnu !== null) {
    const from = Number(gnu[1]);
    const end = longNames.indexOf('\n', from);
    const name = longNames.slice(from, end < 0 ? undefined : end).replace(/\/$/, '');
    return { name, bytes: content };
  }
  return { name: rawName.replace(/\/$/, ''), bytes: content };
}
