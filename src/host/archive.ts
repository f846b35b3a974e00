import { NeaiError } from '../shared/errors.ts';
import { readElf, SECTION_ALLOCATED, SECTION_NOBITS, SECTION_WRITABLE } from './elf.ts';

/** What a library costs before a linker drops unused parts: sums over its objects, in bytes. */
export interface LibrarySizes {
  /** Code and constants. */
  readonly text: number;
  /** Variables with an initial value: they cost flash and RAM. */
  readonly data: number;
  readonly bss: number;
  /** Knowledge. */
  readonly neai: number;
}

const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;

/** Sizes of a static library in the System V archive form. @throws ELF_INVALID */
export function archiveSizes(bytes: Uint8Array, name: string): LibrarySizes {
  const text = (at: number, length: number): string =>
    new TextDecoder('latin1').decode(bytes.subarray(at, at + length)).trimEnd();
  if (text(0, MAGIC.length) !== MAGIC.trimEnd()) {
    throw new NeaiError('ELF_INVALID', 'not a static library', { file: name });
  }
  const sizes = { text: 0, data: 0, bss: 0, neai: 0 };
  for (let at = MAGIC.length; at < bytes.length; ) {
    const member = text(at, 16);
    const length = Number(text(at + 48, 10));
    const start = at + HEADER_BYTES;
    // "/" is the table of symbols and "//" the table of long names; every other member is an object.
    if (member !== '/' && member !== '//') addObject(sizes, bytes.subarray(start, start + length), name);
    at = start + length + (length % 2);
  }
  return sizes;
}

/** Adds what one object file takes. @throws ELF_INVALID */
export function addObject(
  sizes: { -readonly [K in keyof LibrarySizes]: number },
  object: Uint8Array,
  name: string,
): void {
  for (const section of readElf(object, name).sections) {
    if (!(section.flags & SECTION_ALLOCATED)) continue;
    if (/^\.neai(\.|$)/.test(section.name)) sizes.neai += section.bytes;
    else if (section.type === SECTION_NOBITS) sizes.bss += section.bytes;
    else if (section.flags & SECTION_WRITABLE) sizes.data += section.bytes;
    else sizes.text += section.bytes;
  }
}
