import type { ResetKind } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const WRITABLE: Record<number, number> = { 4: 0xe7, 8: 0x82a01c33, 12: 0x23, 16: 0x00030800 };

/** DBGMCU of the STM32L43x: identity of the chip; freeze bits, which survive a system reset. */
export class Dbgmcu extends RegisterBlock {
  readonly #idcode: number;
  readonly #registers = new Map<number, number>();

  /** @param idcode REV_ID in the upper, DEV_ID in the lower half. */
  constructor(place: BlockPlace, idcode: number) {
    super(place, 0x400);
    this.#idcode = idcode;
  }

  reset(kind: ResetKind): void {
    if (kind === 'power-on') this.#registers.clear();
  }

  protected readWord(offset: number): number {
    if (offset === 0) return this.#idcode;
    if (!(offset in WRITABLE)) this.violation('reserved register read', offset);
    return this.#registers.get(offset) ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const writable = WRITABLE[offset];
    if (writable === undefined) this.violation('reserved or read-only register written', offset);
    else this.#registers.set(offset, merge(this.#registers.get(offset) ?? 0, value, lanes, writable));
  }
}
