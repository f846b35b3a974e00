import { seededRandom } from '../../shared/random.ts';
import type { FlashArrayListener } from '../interfaces.ts';

const WORD_BYTES = 8;
const ERASED_WORD = 0xffff_ffff_ffff_ffffn;

/** Erase and program operations done on one page since the process started. */
interface PageCount {
  readonly page: number;
  readonly erases: number;
  readonly programs: number;
}

/** How the array is divided, and whether it has check bits. */
export interface FlashGeometry {
  /** Size of every page (sector), in address order. */
  readonly pageBytes: readonly number[];
  /** With ECC a double word that a cut of power has left half done cannot be read without an error. */
  readonly ecc: boolean;
}

/**
 * The cells of the main flash, which can be erased, programmed, or left half done by a cut of power: a mixture of old and
 * new bits. With ECC such a double word is torn: it cannot be corrected until its page is erased (or the double word is
 * programmed to all zeros). Without ECC it just reads as it is.
 */
export class FlashArray {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #listener: FlashArrayListener;
  readonly #torn: Set<number>;
  readonly #dirtyPages = new Set<number>();
  readonly #erases: Uint32Array;
  readonly #programs: Uint32Array;
  readonly #geometry: FlashGeometry;
  /** Array offset of every page. */
  readonly #starts: readonly number[];

  #dirtied: () => void = () => {};

  constructor(
    bytes: Uint8Array,
    geometry: FlashGeometry,
    torn: Iterable<number>,
    listener: FlashArrayListener,
  ) {
    this.bytes = bytes;
    this.#geometry = geometry;
    let end = 0;
    this.#starts = geometry.pageBytes.map((pageBytes) => {
      end += pageBytes;
      return end - pageBytes;
    });
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#torn = new Set(torn);
    this.#listener = listener;
    this.#erases = new Uint32Array(this.pages);
    this.#programs = new Uint32Array(this.pages);
  }

  get pages(): number {
    return this.#starts.length;
  }

  /** Where a page lies: offset and size. */
  pageAt(page: number): { readonly offsetBytes: number; readonly sizeBytes: number } {
    return { offsetBytes: this.#starts[page]!, sizeBytes: this.#geometry.pageBytes[page]! };
  }

  /** The page that holds an offset. */
  pageOf(offsetBytes: number): number {
    let low = 0;
    for (let high = this.#starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offsetBytes) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Array offsets of double words with an uncorrectable error. */
  get torn(): ReadonlySet<number> {
    return this.#torn;
  }

  /** Tells the machine about torn words that were there from the start. */
  announceTorn(): void {
    if (this.#torn.size > 0) this.#listener.tornWordsChanged(this.#torn);
  }

  get counts(): { readonly erases: number; readonly programs: number; readonly perPage: PageCount[] } {
    const perPage: PageCount[] = [];
    for (let page = 0; page < this.pages; page++) {
      const erases = this.#erases[page]!;
      const programs = this.#programs[page]!;
      if (erases > 0 || programs > 0) perPage.push({ page, erases, programs });
    }
    const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
    return { erases: sum(this.#erases), programs: sum(this.#programs), perPage };
  }

  /** Calls back after every change of the cells. */
  onDirty(callback: () => void): void {
    this.#dirtied = callback;
  }

  /** Pages changed since the last call, for whoever keeps the image on a disk. */
  takeDirtyPages(): number[] {
    const pages = [...this.#dirtyPages];
    this.#dirtyPages.clear();
    return pages;
  }

  word(offsetBytes: number): bigint {
    return this.#view.getBigUint64(offsetBytes, true);
  }

  isErased(offsetBytes: number): boolean {
    return this.word(offsetBytes) === ERASED_WORD && !this.#torn.has(offsetBytes);
  }

  /** Bytes as a little-endian number: what a program operation of that size finds. */
  value(offsetBytes: number, sizeBytes: number): bigint {
    let value = 0n;
    for (let at = sizeBytes - 1; at >= 0; at--) value = (value << 8n) | BigInt(this.bytes[offsetBytes + at]!);
    return value;
  }

  #store(offsetBytes: number, sizeBytes: number, value: bigint): void {
    for (let at = 0; at < sizeBytes; at++)
      this.bytes[offsetBytes + at] = Number((value >> BigInt(8 * at)) & 0xffn);
    this.#programs[this.pageOf(offsetBytes)]!++;
  }

  program(offsetBytes: number, value: bigint, sizeBytes = WORD_BYTES): void {
    this.#store(offsetBytes, sizeBytes, value);
    this.#heal([offsetBytes]);
    this.#changed(offsetBytes, sizeBytes);
  }

  erasePage(page: number): void {
    const { offsetBytes, sizeBytes } = this.pageAt(page);
    this.bytes.fill(0xff, offsetBytes, offsetBytes + sizeBytes);
    this.#erases[page]!++;
    if (this.#torn.size > 0) this.#heal(this.#wordsOf(page));
    this.#changed(offsetBytes, sizeBytes);
  }

  /** Power failed during a program operation: a seeded part of the bits to be cleared is cleared. */
  tearProgram(offsetBytes: number, value: bigint, seed: number, sizeBytes = WORD_BYTES): void {
    const random = seededRandom(seed);
    const old = this.value(offsetBytes, sizeBytes);
    const toClear = onesOf(old & ~value);
    if (toClear.length < 2) {
      // One bit is either there or not; ECC would correct it.
      if (random.unit() < 0.5) this.program(offsetBytes, value, sizeBytes);
      return;
    }
    const cleared = 1 + random.below(toClear.length - 1);
    let now = old;
    for (let done = 0; done < cleared; done++) {
      const [bit] = toClear.splice(random.below(toClear.length), 1);
      now &= ~(1n << bit!);
    }
    this.#store(offsetBytes, sizeBytes, now);
    this.#tear([offsetBytes]);
    this.#changed(offsetBytes, sizeBytes);
  }

  /** Power failed while a page was erased: every 0 has become a 1 with a seeded chance. */
  tearErase(page: number, seed: number): void {
    const random = seededRandom(seed);
    const chance = 0.1 + 0.8 * random.unit();
    const { offsetBytes: start, sizeBytes } = this.pageAt(page);
    const tornWords: number[] = [];
    for (const offsetBytes of this.#wordsOf(page)) {
      if (this.isErased(offsetBytes)) continue;
      for (let at = offsetBytes; at < offsetBytes + WORD_BYTES; at++) {
        let byte = this.bytes[at]!;
        for (let bit = 1; bit < 256; bit <<= 1) if (!(byte & bit) && random.unit() < chance) byte |= bit;
        this.bytes[at] = byte;
      }
      tornWords.push(offsetBytes); // even if its data bits all survived, its check bits are half erased
    }
    this.#erases[page]!++;
    this.#tear(tornWords);
    this.#changed(start, sizeBytes);
  }

  #tear(offsetsBytes: readonly number[]): void {
    if (offsetsBytes.length === 0 || !this.#geometry.ecc) return;
    for (const offset of offsetsBytes) this.#torn.add(offset);
    this.#listener.tornWordsChanged(this.#torn);
  }

  #heal(offsetsBytes: readonly number[]): void {
    let healed = false;
    if (this.#torn.size > 0) for (const offset of offsetsBytes) healed = this.#torn.delete(offset) || healed;
    if (healed) this.#listener.tornWordsChanged(this.#torn);
  }

  #wordsOf(page: number): number[] {
    const { offsetBytes, sizeBytes } = this.pageAt(page);
    return Array.from({ length: sizeBytes / WORD_BYTES }, (_, index) => offsetBytes + index * WORD_BYTES);
  }

  #changed(offsetBytes: number, lengthBytes: number): void {
    this.#dirtyPages.add(this.pageOf(offsetBytes));
    this.#listener.changed(offsetBytes, lengthBytes);
    this.#dirtied();
  }
}

function onesOf(word: bigint): bigint[] {
  const bits: bigint[] = [];
  for (let bit = 0n; bit < 64n; bit++) if ((word >> bit) & 1n) bits.push(bit);
  return bits;
}
