import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const MEMRMP = 0x00;
const SCSR = 0x18;
const SKR = 0x24;
/** Reset values and writable bits; CFGR2 and SWPR can only be set. */
const REGISTERS: Record<
  number,
  { readonly reset: number; readonly writable: number; readonly setOnly?: true }
> = {
  0: { reset: 0, writable: 0x107 },
  4: { reset: 0x7c000001, writable: 0xfc7f0101 },
  8: { reset: 0, writable: 0x7777 },
  12: { reset: 0, writable: 0x7777 },
  16: { reset: 0, writable: 0x7777 },
  20: { reset: 0, writable: 0x7777 },
  24: { reset: 0, writable: 1 },
  28: { reset: 0, writable: 0xf, setOnly: true },
  32: { reset: 0, writable: 0xffffffff, setOnly: true },
  36: { reset: 0, writable: 0 },
};

/** SYSCFG of the STM32L43x: kept settings; remapping of memory and SRAM2 write protection are loud. */
export class Syscfg extends RegisterBlock {
  readonly #registers = new Map<number, number>();

  constructor(place: BlockPlace) {
    super(place, 0x400);
  }

  reset(): void {
    this.#registers.clear();
  }

  protected readWord(offset: number): number {
    const kind = REGISTERS[offset];
    if (!kind) this.violation('reserved register read', offset);
    return this.#registers.get(offset) ?? kind?.reset ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const kind = REGISTERS[offset];
    if (!kind) {
      this.violation('reserved register written', offset);
      return;
    }
    const old = this.#registers.get(offset) ?? kind.reset;
    const next = merge(old, value, lanes, kind.writable);
    this.#registers.set(offset, kind.setOnly ? (old | next) >>> 0 : next);
    if (offset === MEMRMP && next !== 0) this.unmodelled('remapping of memory at 0', offset);
    if ((offset === SCSR || offset === SKR) && value !== 0) this.unmodelled('SRAM2 erase', offset);
    if (kind.setOnly && value !== 0) this.unmodelled('kept, but without effect', offset);
  }
}
