import { type BlockPlace, RegisterBlock } from './register-block.ts';

interface FactoryFacts {
  readonly sizeBytes: number;
  /** Words by absolute address; everything else reads as erased. */
  readonly words: ReadonlyMap<number, number>;
  /** Address range of factory words that nobody has modelled: a read of one says so. */
  readonly calibration?: readonly [from: number, to: number];
}

/** Read-only words of system memory: unique id, flash size, option bytes as delivered. */
export class Factory extends RegisterBlock {
  readonly #facts: FactoryFacts;

  constructor(place: BlockPlace, facts: FactoryFacts) {
    super(place, facts.sizeBytes);
    this.#facts = facts;
  }

  reset(): void {}

  protected readWord(offset: number): number {
    const address = this.baseAddress + offset;
    const value = this.#facts.words.get(address);
    const [from, to] = this.#facts.calibration ?? [0, 0];
    if (value === undefined && address >= from && address < to)
      this.unmodelled('factory word (calibration values) read as erased', offset);
    return value ?? 0xffffffff;
  }

  protected writeWord(offset: number): void {
    this.violation('read-only memory written', offset);
  }
}

/** The words of a device's electronic signature: unique id, and flash size in the half word where the manual has it. */
export function signatureWords(
  uniqueId: readonly [number, number, number],
  { uniqueIdAt, flashSizeAt, flashBytes }: { uniqueIdAt: number; flashSizeAt: number; flashBytes: number },
): [address: number, word: number][] {
  const kilobytes = flashBytes / 1024;
  const word = flashSizeAt % 4 === 0 ? 0xffff0000 | kilobytes : (kilobytes << 16) | 0xffff;
  return [
    ...uniqueId.map((value, index): [number, number] => [uniqueIdAt + 4 * index, value]),
    [flashSizeAt & ~3, word >>> 0],
  ];
}
