import { type BlockPlace, RegisterBlock } from './register-block.ts';

const BASE = 0x1fff7000;
const OTP_BYTES = 0x400;
const OPTIONS_AT = 0x800;

interface FactoryFacts {
  readonly flashSizeBytes: number;
  /** Three words: the 96-bit unique identifier. */
  readonly uniqueId: readonly [number, number, number];
  /** PACKAGE register: code of the package. */
  readonly packageCode: number;
}

/** The upper part of system memory (0x1FFF7000-0x1FFF7FFF): OTP area, factory words, option bytes; read only. */
export class Factory extends RegisterBlock {
  readonly #words: Map<number, number>;

  constructor(place: Omit<BlockPlace, 'baseAddress'>, facts: FactoryFacts) {
    super({ ...place, baseAddress: BASE }, 0x1000);
    const at = (address: number): number => address - BASE;
    this.#words = new Map([
      [at(0x1fff7500), facts.packageCode],
      [at(0x1fff7590), facts.uniqueId[0]],
      [at(0x1fff7594), facts.uniqueId[1]],
      [at(0x1fff7598), facts.uniqueId[2]],
      [at(0x1fff75e0), (0xffff0000 | (facts.flashSizeBytes / 1024)) >>> 0],
      // Option bytes as programmed: word and complement.
      [OPTIONS_AT, 0xffeff8aa],
      [OPTIONS_AT + 4, 0x00100755],
    ]);
  }

  reset(): void {}

  protected readWord(offset: number): number {
    const value = this.#words.get(offset);
    if (value === undefined && offset >= OTP_BYTES && offset < OPTIONS_AT)
      this.unmodelled('factory word (calibration values) read as erased', offset);
    return value ?? 0xffffffff;
  }

  protected writeWord(offset: number): void {
    this.violation('read-only memory written', offset);
  }
}
