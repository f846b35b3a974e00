import type { ResetKind } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const CR1 = 0x00;
const CR3 = 0x08;
const SR1 = 0x10;
const SR2 = 0x14;
const SCR = 0x18;
const DBP = 1 << 8;
const LPR = 1 << 14;
const IOSV = 1 << 9;

/** Registers that only keep what was written: CR2, CR4 and the pull-up and pull-down controls of the ports. */
const STORED: Record<number, number> = {
  4: 0x6ff,
  12: 0x31f,
  ...Object.fromEntries(Array.from({ length: 16 }, (_, index) => [32 + 4 * index, 0xffff])),
};

/** What tells the voltage scaling of L4 and L5 apart. */
interface PwrVariant {
  /** VOS = 0 is range 0, and reset is range 2 (L5); forbidden on the L4, whose reset is range 1. */
  readonly hasRange0: boolean;
  /** Bits of CR2 that have their effect outside this model: IOSV and USV say that VDDIO2 and VDDUSB are there. */
  readonly supplyBits: number;
}
export const L4_PWR: PwrVariant = { hasRange0: false, supplyBits: 0x600 };
export const L5_PWR: PwrVariant = { hasRange0: true, supplyBits: 0x600 };

/** PWR of L4 and L5: voltage range, backup domain access, low-power settings (kept, not acted upon). */
export class Pwr extends RegisterBlock {
  readonly #stored = new Map<number, number>();
  readonly #onRangeChange: () => void;
  readonly #variant: PwrVariant;
  #cr1 = 0;
  #cr3 = 0x8000;

  constructor(place: BlockPlace, variant: PwrVariant, onRangeChange: () => void) {
    super(place, 0x400);
    this.#variant = variant;
    this.#onRangeChange = onRangeChange;
    this.reset('power-on');
  }

  /** Voltage range of the main regulator. */
  get voltageRange(): 0 | 1 | 2 {
    const vos = (this.#cr1 >>> 9) & 3;
    return vos === 2 ? 2 : vos === 0 ? 0 : 1;
  }

  /** CR2.IOSV: the pins of port G that VDDIO2 feeds work. */
  get independentSupplyOn(): boolean {
    return ((this.#stored.get(4) ?? 0) & IOSV) !== 0;
  }

  get backupUnlocked(): boolean {
    return (this.#cr1 & DBP) !== 0;
  }

  reset(_kind: ResetKind): void {
    this.#cr1 = this.#variant.hasRange0 ? 0x400 : 0x200;
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
      if (next & ~(offset === 4 ? this.#variant.supplyBits : 0))
        this.unmodelled('kept, but without effect', offset);
      this.#stored.set(offset, next);
    } else this.violation('reserved or read-only register written', offset);
  }

  #writeCr1(wanted: number): void {
    let next = wanted;
    const vos = (next >>> 9) & 3;
    if (vos === 3 || (vos === 0 && !this.#variant.hasRange0)) {
      this.violation(`VOS = ${vos} is forbidden and not taken`, CR1);
      next = (next & ~0x600) | (this.#cr1 & 0x600);
    }
    if (next & LPR && !(this.#cr1 & LPR)) this.unmodelled('low-power run mode', CR1);
    const changed = ((next ^ this.#cr1) & 0x600) !== 0;
    this.#cr1 = next;
    if (changed) this.#onRangeChange();
  }
}
