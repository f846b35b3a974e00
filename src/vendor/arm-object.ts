import { NeaiError } from '../shared/errors.ts';
import { type ArmAttributes, readArmAttributes } from './arm-attributes.ts';

/** A section of an object that takes memory on the target. */
export interface ObjectSection {
  readonly name: string;
  readonly bytes: number;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Has no content in the file: zeros at start. */
  readonly zeroed: boolean;
}

/** What linking needs to know of one object. */
export interface ArmObject {
  readonly sections: readonly ObjectSection[];
  readonly defined: readonly string[];
  readonly undefined: readonly string[];
  /** Null where the object carries no attributes. */
  readonly attributes: ArmAttributes | null;
}

const CLASS_32 = 1;
const LITTLE_ENDIAN = 1;
const EM_ARM = 40;
const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  94: 'Xtensa',
};
const TYPE_RELOCATABLE = 1;
const SECTION_SYMBOLS = 2;
const SECTION_NOBITS = 8;
const SECTION_ARM_ATTRIBUTES = 0x70000003;
const FLAG_WRITE = 1;
const FLAG_ALLOC = 2;
const FLAG_EXECUTE = 4;
const SYMBOL_BYTES = 16;
const BINDING_LOCAL = 0;

/**
 * Reads a relocatable 32-bit Arm object (ELF for the Arm architecture, IHI 0044).
 * @param file name for errors, as `libneai.a(NanoEdgeAI.o)`
 * @throws VENDOR_ARCHIVE_INVALID for objects of other machines and for damaged ones
 */
export function readArmObject(bytes: Uint8Array, file: string): ArmObject {
  const refuse = (message: string, got: string): never => {
    throw new NeaiError('VENDOR_ARCHIVE_INVALID', message, {
      file,
      got,
      asked: '32-bit little-endian Arm object',
    });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 52 || view.getUint32(0) !== 0x7f454c46) {
    const bitcode = bytes.length >= 4 && view.getUint32(0) === 0x4243c0de;
    refuse('a member of the archive is no ELF object', bitcode ? 'LLVM bitcode' : `${bytes.length} bytes`);
  }
  const isLittle = bytes[5] === LITTLE_ENDIAN;
  const machine = view.getUint16(18, isLittle);
  const name = machine === EM_ARM ? 'Arm' : (MACHINES[machine] ?? `machine ${machine}`);
  if (bytes[4] !== CLASS_32 || !isLittle || machine !== EM_ARM)
    refuse('the archive is for another machine', `${name}${isLittle ? '' : ', big-endian'}`);
  if (view.getUint16(16, true) !== TYPE_RELOCATABLE)
    refuse('a member of the archive is no object to link', `ELF type ${view.getUint16(16, true)}`);
  try {
    return read(bytes, view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return refuse('an object of the archive is damaged', cause.message);
  }
}

function read(bytes: Uint8Array, view: DataView): ArmObject {
  const table = view.getUint32(32, true);
  const [rowBytes, count, namesIndex] = [46, 48, 50].map((at) => view.getUint16(at, true)) as [
    number,
    number,
    number,
  ];
  const rows = Array.from({ length: count }, (_, index) => {
    const word = (at: number): number => view.getUint32(table + index * rowBytes + at, true);
    const [nameAt, type, flags] = [word(0), word(4), word(8)];
    const [offset, size, link] = [word(16), word(20), word(24)];
    if (type !== SECTION_NOBITS && offset + size > bytes.length)
      throw new RangeError(`section ${index} ends behind the object`);
    return { nameAt, type, flags, offset, size, link };
  });
  const rowAt = (index: number): (typeof rows)[number] => {
    const row = rows[index];
    if (row === undefined) throw new RangeError(`there is no section ${index}`);
    return row;
  };
  const text = (index: number, at: number): string => {
    const start = rowAt(index).offset + at;
    const end = bytes.indexOf(0, start);
    if (end < 0) throw new RangeError('a name does not end');
    return new TextDecoder('latin1').decode(bytes.subarray(start, end));
  };
  const sections = rows
    .filter(({ flags, size }) => flags & FLAG_ALLOC && size > 0)
    .map(({ nameAt, type, flags, size }) => ({
      name: text(namesIndex, nameAt),
      bytes: size,
      writable: (flags & FLAG_WRITE) !== 0,
      executable: (flags & FLAG_EXECUTE) !== 0,
      zeroed: type === SECTION_NOBITS,
    }));
  const defined: string[] = [];
  const undefined_: string[] = [];
  for (const { type, offset, size, link } of rows) {
    if (type !== SECTION_SYMBOLS) continue;
    for (let at = offset; at < offset + size; at += SYMBOL_BYTES) {
      if (view.getUint8(at + 12) >> 4 === BINDING_LOCAL) continue;
      (view.getUint16(at + 14, true) === 0 ? undefined_ : defined).push(text(link, view.getUint32(at, true)));
    }
  }
  const place = rows.find(({ type }) => type === SECTION_ARM_ATTRIBUTES);
  const attributes =
    place === undefined ? null : readArmAttributes(bytes.subarray(place.offset, place.offset + place.size));
  return { sections, defined, undefined: undefined_.filter((name) => name !== ''), attributes };
}
