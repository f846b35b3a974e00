import type { BusMaster, ResetKind } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

interface DbgmcuFacts {
  /** REV_ID in the upper, DEV_ID in the lower half. */
  readonly idcode: number;
  /** Writable bits of the control and freeze registers, by offset. */
  readonly writable: Readonly<Record<number, number>>;
  /** Whether a program can read the identity now; always when absent. */
  readonly shownToCore?: () => boolean;
}

/** DBGMCU (DBG on the G0): identity of the chip; freeze bits, which survive a system reset. */
export class Dbgmcu extends RegisterBlock {
  readonly #facts: DbgmcuFacts;
  readonly #registers = new Map<number, number>();

  constructor(place: BlockPlace, facts: DbgmcuFacts) {
    super(place, 0x400);
    this.#facts = facts;
  }

  reset(kind: ResetKind): void {
    if (kind === 'power-on') this.#registers.clear();
  }

  protected readWord(offset: number, by: BusMaster): number {
    if (offset === 0) {
      const shown = by === 'debugger' || (this.#facts.shownToCore?.() ?? true);
      return shown ? this.#facts.idcode : 0;
    }
    if (!(offset in this.#facts.writable)) this.violation('reserved register read', offset);
    return this.#registers.get(offset) ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const writable = this.#facts.writable[offset];
    if (writable === undefined) this.violation('reserved or read-only register written', offset);
    else this.#registers.set(offset, merge(this.#registers.get(offset) ?? 0, value, lanes, writable));
  }
}
