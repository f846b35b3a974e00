import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = { CRL: 0x00, CRH: 0x04, IDR: 0x08, ODR: 0x0c, BSRR: 0x10, BRR: 0x14, LCKR: 0x18 } as const;
/** Every pin a floating input. */
const RESET = 0x44444444;

/** One GPIO port of the F1 (RM0008): four configuration bits a pin, alternate functions without numbers. */
export class GpioF1 extends RegisterBlock {
  #control: [number, number] = [RESET, RESET];
  #odr = 0;

  constructor(place: BlockPlace) {
    super(place, 0x400);
  }

  /** Is the pin an output of whatever peripheral drives it? */
  isAlternateOutput(pin: number): boolean {
    const bits = this.#bits(pin);
    return (bits & 3) !== 0 && (bits & 8) !== 0;
  }

  /** Is the pin a digital input, floating or pulled? A peripheral hears any such pin. */
  isInput(pin: number): boolean {
    const bits = this.#bits(pin);
    return (bits & 3) === 0 && (bits >>> 2 === 1 || bits >>> 2 === 2);
  }

  reset(): void {
    this.#control = [RESET, RESET];
    this.#odr = 0;
  }

  #bits(pin: number): number {
    return (this.#control[pin >> 3]! >>> (4 * (pin & 7))) & 15;
  }

  protected readWord(offset: number): number {
    switch (offset) {
      case OFFSET.CRL:
        return this.#control[0];
      case OFFSET.CRH:
        return this.#control[1];
      case OFFSET.IDR:
        return this.#levels();
      case OFFSET.ODR:
        return this.#odr;
      case OFFSET.BSRR:
      case OFFSET.BRR:
      case OFFSET.LCKR:
        return 0;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (offset === OFFSET.CRL) this.#control[0] = merge(this.#control[0], value, lanes);
    else if (offset === OFFSET.CRH) this.#control[1] = merge(this.#control[1], value, lanes);
    else if (offset === OFFSET.ODR) this.#odr = merge(this.#odr, value, lanes, 0xffff);
    else if (offset === OFFSET.BSRR) this.#odr = (this.#odr & ~(value >>> 16)) | (value & 0xffff);
    else if (offset === OFFSET.BRR) this.#odr &= ~(value & 0xffff);
    else if (offset === OFFSET.LCKR) this.unmodelled('configuration lock', offset);
    else this.violation('reserved or read-only register written', offset);
  }

  /** Outputs as driven, pulled inputs as ODR pulls them; a peripheral's idle output is high. */
  #levels(): number {
    let levels = 0;
    for (let pin = 0; pin < 16; pin++) {
      const bits = this.#bits(pin);
      const own = (bits & 3) !== 0 && (bits & 8) === 0;
      const pulled = (bits & 3) === 0 && bits >>> 2 === 2;
      const high = own || pulled ? ((this.#odr >>> pin) & 1) === 1 : this.isAlternateOutput(pin);
      if (high) levels |= 1 << pin;
    }
    return levels;
  }
}
