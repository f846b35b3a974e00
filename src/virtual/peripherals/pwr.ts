import type { ResetKind } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const CR1 = 0x00;
const CR3 = 0x08;
const SR1 = 0x10;
const SR2 = 0x14;
const SCR = 0x18;
const DBP = 1 << 8;
const LPR = 1 << 14;

/** Registers that only keep what was written: CR2, CR4 and the pull-up and pull-down controls of ports A, B, C and H. */
const STORED: Record<number, number> = {
  4: 0x4ff,
  12: 0x31f,
  32: 0xbfff,
  36: 0xdfff,
  40: 0xffff,
  44: 0xffef,
  48: 0xffff,
  52: 0xffff,
  88: 0xb,
  92: 0xb,
};

/** PWR of the STM32L43x: voltage range, backup domain access, low-power settings (kept, not acted upon). */
export class Pwr extends RegisterBlock {
  readonly #stored = new Map<number, number>();
  readonly #onRangeChange: () => void;
  #cr1 = 0x200;
  #cr3 = 0x8000;

  constructor(place: BlockPlace, onRangeChange: () => void) {
    super(place, 0x400);
    this.#onRangeChange = onRangeChange;
  }

  /** Voltage range of the main regulator. */
  get voltageRange(): 1 | 2 {
    return ((this.#cr1 >>> 9) & 3) === 2 ? 2 : 1;
  }

  get backupUnlocked(): boolean {
    return (this.#cr1 & DBP) !== 0;
  }

  reset(_kind: ResetKind): void {
    this.#cr1 = 0x200;
    this.#cr3 = 0x8000;
    this.#stored.clear();
  }

  protected readWord(offset: number): number {
    if (offset === CR1) return this.#cr1;
    if (offset === CR3) return this.#cr3;
    if (offset === SR1 || offset === SR2 || offset === SCR) return 0;
    if (!(offset in STORED)) this.violation('reserved register read', offset);
    return this.#stored.get(offset) ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (offset === CR1) this.#writeCr1(merge(this.#cr1, value, lanes, 0x4707));
    else if (offset === CR3) this.#cr3 = merge(this.#cr3, value, lanes, 0x851f);
    else if (offset === SCR)
      return; // no wake-up or standby flag is ever set here
    else if (offset in STORED) {
      const next = merge(this.#stored.get(offset) ?? 0, value, lanes, STORED[offset]);
      if (next !== 0) this.unmodelled('kept, but without effect', offset);
      this.#stored.set(offset, next);
    } else this.violation('reserved or read-only register written', offset);
  }

  #writeCr1(wanted: number): void {
    let next = wanted;
    const vos = (next >>> 9) & 3;
    if (vos === 0 || vos === 3) {
      this.violation(`VOS = ${vos} is forbidden and not taken`, CR1);
      next = (next & ~0x600) | (this.#cr1 & 0x600);
    }
    if (next & LPR && !(this.#cr1 & LPR)) this.unmodelled('low-power run mode', CR1);
    const changed = ((next ^ this.#cr1) & 0x600) !== 0;
    this.#cr1 = next;
    if (changed) this.#onRangeChange();
  }
}
