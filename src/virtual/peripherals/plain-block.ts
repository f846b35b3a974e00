import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

export interface PlainRegister {
  readonly reset: number;
  readonly writable: number;
  /** Bits that have no effect here although they would on the chip: setting one is said. */
  readonly loud?: number;
}

/** Registers that keep what is written; for blocks of which nothing else matters here. */
export class PlainBlock extends RegisterBlock {
  readonly #registers: Readonly<Record<number, PlainRegister>>;
  readonly #values = new Map<number, number>();

  constructor(place: BlockPlace, registers: Readonly<Record<number, PlainRegister>>, sizeBytes = 0x400) {
    super(place, sizeBytes);
    this.#registers = registers;
  }

  /** A register as it stands. */
  value(offset: number): number {
    return this.#values.get(offset) ?? this.#registers[offset]?.reset ?? 0;
  }

  reset(): void {
    this.#values.clear();
  }

  protected readWord(offset: number): number {
    if (!this.#registers[offset]) this.violation('reserved register read', offset);
    return this.value(offset);
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const kind = this.#registers[offset];
    if (!kind) {
      this.violation('reserved register written', offset);
      return;
    }
    const old = this.value(offset);
    const next = merge(old, value, lanes, kind.writable);
    if ((next & ~old & (kind.loud ?? 0)) !== 0) this.unmodelled('kept, but without effect', offset);
    this.#values.set(offset, next);
  }
}
