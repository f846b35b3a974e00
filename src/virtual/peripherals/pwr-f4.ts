import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const CR = 0x00;
const CSR = 0x04;
const DBP = 1 << 8;
const VOS_READY = 1 << 14;
const OVER_DRIVE = 1 << 16;
const OVER_DRIVE_SWITCH = 1 << 17;

interface PwrF4Facts {
  readonly reset: number;
  readonly writable: number;
  /** Has the over-drive of the F7, whose enable and ready bits stand at the same places of CR1 and CSR1. */
  readonly hasOverDrive: boolean;
  readonly isPllOn: () => boolean;
  readonly onScaleChange: () => void;
}

/** PWR of the F4 and F7 (RM0368, RM0383, RM0385): voltage scale, over-drive; its ready flags come at once. */
export class PwrF4 extends RegisterBlock {
  readonly #facts: PwrF4Facts;
  #cr = 0;
  #csr2 = 0;

  constructor(place: BlockPlace, facts: PwrF4Facts) {
    super(place, 0x400);
    this.#facts = facts;
    this.reset();
  }

  /** The field VOS: 3 is scale 1, 2 is scale 2, 1 is scale 3. */
  get voltageScale(): number {
    return (this.#cr >>> 14) & 3;
  }

  /** Whether the regulator has been switched to over-drive. */
  get overDriven(): boolean {
    const both = OVER_DRIVE | OVER_DRIVE_SWITCH;
    return (this.#cr & both) === both;
  }

  reset(): void {
    this.#cr = this.#facts.reset;
    this.#csr2 = 0;
  }

  protected readWord(offset: number): number {
    if (offset === CR) return this.#cr;
    if (offset === CSR)
      return VOS_READY | (this.#facts.hasOverDrive ? this.#cr & (OVER_DRIVE | OVER_DRIVE_SWITCH) : 0);
    if (this.#facts.hasOverDrive && (offset === 8 || offset === 12)) return this.#csr2;
    this.violation('reserved register read', offset);
    return 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (offset !== CR) {
      this.unmodelled('wake-up pins and standby flags', offset);
      return;
    }
    let next = merge(this.#cr, value, lanes, this.#facts.writable);
    if ((next ^ this.#cr) & 0xc000 && this.#facts.isPllOn()) {
      this.violation('VOS written while the PLL is on', CR);
      next = (next & ~0xc000) | (this.#cr & 0xc000);
    }
    if (((next >>> 14) & 3) === 0) {
      this.violation('VOS = 0 is reserved and not taken', CR);
      next |= this.#cr & 0xc000;
    }
    if (next & OVER_DRIVE_SWITCH && !(next & OVER_DRIVE)) {
      this.violation('ODSWEN set before the over-drive is ready', CR);
      next &= ~OVER_DRIVE_SWITCH;
    }
    if (next & ~(this.#facts.reset | 0xc000 | DBP | OVER_DRIVE | OVER_DRIVE_SWITCH) & ~this.#cr)
      this.unmodelled('low-power settings and voltage detector: kept, but without effect', CR);
    this.#cr = next >>> 0;
    this.#facts.onScaleChange();
  }
}
