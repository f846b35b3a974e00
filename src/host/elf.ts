import { NeaiError } from '../shared/errors.ts';

/** What this project reads of the Executable and Linkable Format (System V ABI, chapters 4 and 5). */
export interface ElfImage {
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  readonly symbols: readonly ElfSymbol[];
}

interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** A load segment. `fileBytes` of it travel to `loadAddress`; the rest is memory that is not loaded. */
interface ElfSegment {
  readonly address: number;
  readonly loadAddress: number;
  readonly offsetBytes: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly kind: 'function' | 'object' | 'other';
}

export const SECTION_NOBITS = 8;
export const SECTION_ALLOCATED = 2;
export const SECTION_WRITABLE = 1;
const SECTION_SYMBOLS = 2;
const SEGMENT_LOAD = 1;

/** Where the fields of one ELF class lie; 64-bit values are read as numbers, which holds below 2^53. */
interface Layout {
  readonly word: 4 | 8;
  readonly header: { segments: number; sections: number; counts: number };
  readonly section: { flags: number; address: number; offset: number; bytes: number; link: number };
  readonly segment: { offset: number; address: number; load: number; file: number; memory: number };
  readonly symbol: { length: number; info: number; address: number; bytes: number };
}

const LAYOUTS: Record<number, Layout> = {
  1: {
    word: 4,
    header: { segments: 28, sections: 32, counts: 42 },
    section: { flags: 8, address: 12, offset: 16, bytes: 20, link: 24 },
    segment: { offset: 4, address: 8, load: 12, file: 16, memory: 20 },
    symbol: { length: 16, info: 12, address: 4, bytes: 8 },
  },
  2: {
    word: 8,
    header: { segments: 32, sections: 40, counts: 54 },
    section: { flags: 8, address: 16, offset: 24, bytes: 32, link: 40 },
    segment: { offset: 8, address: 16, load: 24, file: 32, memory: 40 },
    symbol: { length: 24, info: 4, address: 8, bytes: 16 },
  },
};

/** @param name of the file, for errors. @throws ELF_INVALID for anything but a little-endian ELF file */
export function readElf(bytes: Uint8Array, name: string): ElfImage {
  try {
    return read(bytes);
  } catch (cause) {
    throw new NeaiError('ELF_INVALID', `not an ELF file: ${(cause as Error).message}`, { file: name, cause });
  }
}

function read(bytes: Uint8Array): ElfImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = LAYOUTS[view.getUint8(4)];
  if (view.getUint32(0) !== 0x7f454c46 || layout === undefined || view.getUint8(5) !== 1) {
    throw new RangeError('the first bytes are not those of a little-endian ELF file');
  }
  const word = (at: number): number =>
    layout.word === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
  const { header, section: place, segment: part } = layout;
  const half = (index: number): number => view.getUint16(header.counts + 2 * index, true);
  const [segmentBytes, segmentCount, sectionBytes, sectionCount, namesIndex] = [0, 1, 2, 3, 4].map(half);

  const rows = Array.from({ length: sectionCount! }, (_, index) => {
    const at = word(header.sections) + index * sectionBytes!;
    return {
      nameAt: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      flags: word(at + place.flags),
      address: word(at + place.address),
      offsetBytes: word(at + place.offset),
      bytes: word(at + place.bytes),
      link: view.getUint32(at + place.link, true),
    };
  });
  const text = (table: number, at: number): string => {
    const start = rows[table]!.offsetBytes + at;
    return new TextDecoder('latin1').decode(bytes.subarray(start, bytes.indexOf(0, start)));
  };
  const segments: ElfSegment[] = [];
  for (let index = 0; index < segmentCount!; index++) {
    const at = word(header.segments) + index * segmentBytes!;
    if (view.getUint32(at, true) !== SEGMENT_LOAD) continue;
    segments.push({
      address: word(at + part.address),
      loadAddress: word(at + part.load),
      offsetBytes: word(at + part.offset),
      fileBytes: word(at + part.file),
      memoryBytes: word(at + part.memory),
    });
  }
  const symbols: ElfSymbol[] = [];
  for (const table of rows.filter((row) => row.type === SECTION_SYMBOLS)) {
    const { length, info, address, bytes: size } = layout.symbol;
    for (let at = table.offsetBytes; at < table.offsetBytes + table.bytes; at += length) {
      const name = text(table.link, view.getUint32(at, true));
      if (name === '') continue;
      const kind = (['other', 'object', 'function'] as const)[view.getUint8(at + info) & 15] ?? 'other';
      symbols.push({ name, address: word(at + address), bytes: word(at + size), kind });
    }
  }
  return {
    sections: rows.map(({ nameAt, link: _link, ...row }) => ({ name: text(namesIndex!, nameAt), ...row })),
    segments,
    symbols,
  };
}

/** Address of a symbol of the linker script or the program. @throws ELF_INVALID when there is none */
export function symbolAddress(elf: ElfImage, name: string): number {
  const symbol = elf.symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new NeaiError('ELF_INVALID', `the image has no symbol '${name}'`);
  return symbol.address;
}
