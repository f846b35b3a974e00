/** Slots when full grown: 12 bytes each, 12 MB. */
const MOST_SLOTS = 1 << 20;
const FULL_SHARE = 0.7;

/** Two words of 32 bits that stand for a line's content. */
export interface Digest {
  high: number;
  low: number;
}

/**
 * Digest of a signal's values, 64 bits (the mixing steps of MurmurHash3 and xxHash, both public domain and BSD): two
 * lines of a million have the same with a chance of 3e-8. -0 counts as 0, for it is equal to it.
 */
export function digestOf(signal: Float32Array, into: Digest): Digest {
  const words = new Uint32Array(signal.buffer, signal.byteOffset, signal.length);
  let high = 0x9747b28c;
  let low = 0x165667b1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] === 0x80000000 ? 0 : words[i]!;
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    high ^= mixed;
    high = (Math.imul((high << 13) | (high >>> 19), 5) + 0xe6546b64) | 0;
    low = (low + Math.imul(word, 0x85ebca77)) | 0;
    low = Math.imul((low << 13) | (low >>> 19), 0x9e3779b1);
  }
  into.high = finish(high ^ words.length);
  into.low = finish(low + words.length);
  return into;
}

function finish(word: number): number {
  let h = word;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Remembers at which line a content was first seen, in bounded memory: when the table is full, contents whose digest
 * ends in another zero bit are kept and the others forgotten, so that what is counted then stands for
 * `sampledOneIn` times as much, wherever in the file it lies.
 */
export class DigestTable {
  readonly #mostSlots: number;
  #high: Uint32Array;
  #low: Uint32Array;
  /** 0: a free slot. */
  #lines: Uint32Array;
  #used = 0;
  sampledOneIn = 1;

  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
    const slots = Math.min(1024, mostSlots);
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#lines = new Uint32Array(slots);
  }

  /**
   * @param line 1-based
   * @returns the line at which this content was seen before; 0: it is new, or not among those that are looked at
   */
  meet({ high, low }: Digest, line: number): number {
    if (low % this.sampledOneIn !== 0) return 0;
    const slot = this.#find(high, low);
    if (this.#lines[slot] !== 0) return this.#lines[slot]!;
    this.#set(slot, high, low, line);
    if (this.#used > FULL_SHARE * this.#lines.length) this.#makeRoom();
    return 0;
  }

  #find(high: number, low: number): number {
    const mask = this.#lines.length - 1;
    let slot = high & mask;
    while (this.#lines[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #set(slot: number, high: number, low: number, line: number): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#lines[slot] = line;
    this.#used++;
  }

  #makeRoom(): void {
    const [high, low, lines] = [this.#high, this.#low, this.#lines];
    const grown = 2 * lines.length <= this.#mostSlots;
    const slots = grown ? 2 * lines.length : lines.length;
    if (!grown) this.sampledOneIn *= 2;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#lines = new Uint32Array(slots);
    this.#used = 0;
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] === 0 || low[i]! % this.sampledOneIn !== 0) continue;
      this.#set(this.#find(high[i]!, low[i]!), high[i]!, low[i]!, lines[i]!);
    }
  }
}
