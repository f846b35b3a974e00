import { seededRandom } from '../../shared/random.ts';
import type { FlashArrayListener } from '../interfaces.ts';

export const FLASH_PAGE_BYTES = 2048;
const WORD_BYTES = 8;
const ERASED_WORD = 0xffff_ffff_ffff_ffffn;

/** Erase and program operations done on one page since the process started. */
interface PageCount {
  readonly page: number;
  readonly erases: number;
  readonly programs: number;
}

/**
 * The cells of the main flash: double words that can be erased, programmed, or left torn by a cut of power. A torn double
 * word holds a mixture of old and new bits, and its ECC cannot be corrected until its page is erased (or the double word
 * is programmed to all zeros).
 */
export class FlashArray {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #listener: FlashArrayListener;
  readonly #torn: Set<number>;
  readonly #dirtyPages = new Set<number>();
  readonly #erases: Uint32Array;
  readonly #programs: Uint32Array;

  #dirtied: () => void = () => {};

  constructor(bytes: Uint8Array, torn: Iterable<number>, listener: FlashArrayListener) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#torn = new Set(torn);
    this.#listener = listener;
    this.#erases = new Uint32Array(this.pages);
    this.#programs = new Uint32Array(this.pages);
  }

  get pages(): number {
    return this.bytes.length / FLASH_PAGE_BYTES;
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

  program(offsetBytes: number, value: bigint): void {
    this.#view.setBigUint64(offsetBytes, value, true);
    this.#programs[Math.floor(offsetBytes / FLASH_PAGE_BYTES)]!++;
    this.#heal([offsetBytes]);
    this.#changed(offsetBytes, WORD_BYTES);
  }

  erasePage(page: number): void {
    const offsetBytes = page * FLASH_PAGE_BYTES;
    this.bytes.fill(0xff, offsetBytes, offsetBytes + FLASH_PAGE_BYTES);
    this.#erases[page]!++;
    this.#heal(wordsOf(page));
    this.#changed(offsetBytes, FLASH_PAGE_BYTES);
  }

  /** Power failed while a double word was programmed: a seeded part of the bits to be cleared is cleared. */
  tearProgram(offsetBytes: number, value: bigint, seed: number): void {
    const random = seededRandom(seed);
    const old = this.word(offsetBytes);
    const toClear = onesOf(old & ~value);
    if (toClear.length < 2) {
      // One bit is either there or not; ECC would correct it.
      if (random.unit() < 0.5) this.program(offsetBytes, value);
      return;
    }
    const cleared = 1 + random.below(toClear.length - 1);
    let now = old;
    for (let done = 0; done < cleared; done++) {
      const [bit] = toClear.splice(random.below(toClear.length), 1);
      now &= ~(1n << bit!);
    }
    this.#view.setBigUint64(offsetBytes, now, true);
    this.#programs[Math.floor(offsetBytes / FLASH_PAGE_BYTES)]!++;
    this.#tear([offsetBytes]);
    this.#changed(offsetBytes, WORD_BYTES);
  }

  /** Power failed while a page was erased: every 0 has become a 1 with a seeded chance. */
  tearErase(page: number, seed: number): void {
    const random = seededRandom(seed);
    const chance = 0.1 + 0.8 * random.unit();
    const tornWords: number[] = [];
    for (const offsetBytes of wordsOf(page)) {
      const old = this.word(offsetBytes);
      if (old === ERASED_WORD && !this.#torn.has(offsetBytes)) continue;
      let now = old;
      for (const bit of onesOf(~old & ERASED_WORD)) if (random.unit() < chance) now |= 1n << bit;
      this.#view.setBigUint64(offsetBytes, now, true);
      tornWords.push(offsetBytes); // even if its data bits all survived, its check bits are half erased
    }
    this.#erases[page]!++;
    this.#tear(tornWords);
    this.#changed(page * FLASH_PAGE_BYTES, FLASH_PAGE_BYTES);
  }

  #tear(offsetsBytes: readonly number[]): void {
    if (offsetsBytes.length === 0) return;
    for (const offset of offsetsBytes) this.#torn.add(offset);
    this.#listener.tornWordsChanged(this.#torn);
  }

  #heal(offsetsBytes: readonly number[]): void {
    let healed = false;
    if (this.#torn.size > 0) for (const offset of offsetsBytes) healed = this.#torn.delete(offset) || healed;
    if (healed) this.#listener.tornWordsChanged(this.#torn);
  }

  #changed(offsetBytes: number, lengthBytes: number): void {
    this.#dirtyPages.add(Math.floor(offsetBytes / FLASH_PAGE_BYTES));
    this.#listener.changed(offsetBytes, lengthBytes);
    this.#dirtied();
  }
}

const wordsOf = (page: number): number[] =>
  Array.from(
    { length: FLASH_PAGE_BYTES / WORD_BYTES },
    (_, index) => page * FLASH_PAGE_BYTES + index * WORD_BYTES,
  );

function onesOf(word: bigint): bigint[] {
  const bits: bigint[] = [];
  for (let bit = 0n; bit < 64n; bit++) if ((word >> bit) & 1n) bits.push(bit);
  return bits;
}
