/** Reads what a loader needs of an ELF32 little-endian file: load segments and symbols (System V ABI, chapters 4-5). */

export interface ElfSegment {
  /** Where a programmer writes the bytes (p_paddr). */
  readonly loadAddress: number;
  /** Where the program sees them (p_vaddr). */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Size in memory; what exceeds `bytes` is zeroed by the program itself. */
  readonly memoryBytes: number;
}

export interface ElfSymbol {
  readonly address: number;
  readonly sizeBytes: number;
}

export interface Elf32 {
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  /** Global and local symbols by name; of equal names the last. Thumb functions keep their bit 0. */
  readonly symbols: ReadonlyMap<string, ElfSymbol>;
}

const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SYMBOL_BYTES = 16;
const EM_ARM = 40;

/** @returns undefined-free description, or throws RangeError when `bytes` is no 32-bit little-endian ARM ELF. */
export function readElf32(bytes: Uint8Array): Elf32 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isElf = bytes.length >= 52 && view.getUint32(0, false) === 0x7f454c46;
  if (!isElf || bytes[4] !== 1 || bytes[5] !== 1 || view.getUint16(18, true) !== EM_ARM) {
    throw new RangeError('not a 32-bit little-endian ARM ELF file');
  }
  return {
    entry: view.getUint32(24, true),
    segments: readSegments(bytes, view),
    symbols: readSymbols(bytes, view),
  };
}

function readSegments(bytes: Uint8Array, view: DataView): ElfSegment[] {
  const table = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const segments: ElfSegment[] = [];
  for (let i = 0; i < view.getUint16(44, true); i += 1) {
    const at = table + i * entryBytes;
    const word = (index: number) => view.getUint32(at + 4 * index, true);
    const fileBytes = word(4);
    if (word(0) !== PT_LOAD || fileBytes === 0) continue;
    const start = word(1);
    segments.push({
      loadAddress: word(3),
      address: word(2),
      bytes: bytes.subarray(start, start + fileBytes),
      memoryBytes: word(5),
    });
  }
  return segments;
}

function readSymbols(bytes: Uint8Array, view: DataView): Map<string, ElfSymbol> {
  const table = view.getUint32(32, true);
  const entryBytes = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  const header = (index: number, word: number) => view.getUint32(table + index * entryBytes + 4 * word, true);
  const symbols = new Map<string, ElfSymbol>();
  for (let section = 0; section < count; section += 1) {
    if (header(section, 1) !== SHT_SYMTAB) continue;
    const names = header(header(section, 6), 4);
    const start = header(section, 4);
    for (let at = start; at < start + header(section, 5); at += SYMBOL_BYTES) {
      const name = cString(bytes, names + view.getUint32(at, true));
      if (name === '') continue;
      symbols.set(name, { address: view.getUint32(at + 4, true), sizeBytes: view.getUint32(at + 8, true) });
    }
  }
  return symbols;
}

function cString(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i < bytes.length && bytes[i] !== 0; i += 1) text += String.fromCharCode(bytes[i]!);
  return text;
}
