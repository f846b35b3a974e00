import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = {
  MODER: 0x00,
  OTYPER: 0x04,
  OSPEEDR: 0x08,
  PUPDR: 0x0c,
  IDR: 0x10,
  ODR: 0x14,
  BSRR: 0x18,
  LCKR: 0x1c,
  AFRL: 0x20,
  AFRH: 0x24,
  BRR: 0x28,
} as const;

const MODE_INPUT = 0;
const MODE_OUTPUT = 1;
const MODE_ALTERNATE = 2;
const LOCK_KEY = 1 << 16;

/** Reset values that differ between ports: A and B carry the debug pins. */
export interface GpioReset {
  readonly moder: number;
  readonly ospeedr: number;
  readonly pupdr: number;
}

/** Reset values of a port without debug pins whose pins are analog (L4, L5, G0) or digital inputs. */
export const ANALOG_PORT: GpioReset = { moder: 0xffffffff, ospeedr: 0, pupdr: 0 };
export const INPUT_PORT: GpioReset = { moder: 0, ospeedr: 0, pupdr: 0 };

/** One GPIO port: modes, alternate functions, levels of outputs and pulled inputs, configuration lock. */
export class Gpio extends RegisterBlock {
  readonly #resetValues: GpioReset;
  #moder = 0;
  #otyper = 0;
  #ospeedr = 0;
  #pupdr = 0;
  #odr = 0;
  #afr: [number, number] = [0, 0];
  #lock = 0;
  #lockStep = 0;
  #lockPins = 0;

  readonly #hasBrr: boolean;

  /** @param hasBrr whether the port has the bit reset register (F4 and F7 have not) */
  constructor(place: BlockPlace, resetValues: GpioReset, hasBrr = true) {
    super(place, 0x400);
    this.#hasBrr = hasBrr;
    this.#resetValues = resetValues;
    this.reset();
  }

  /** Number of the alternate function a pin is switched to, undefined when it is in another mode. */
  alternateFunction(pin: number): number | undefined {
    if (((this.#moder >>> (2 * pin)) & 3) !== MODE_ALTERNATE) return undefined;
    return (this.#afr[pin >> 3]! >>> (4 * (pin & 7))) & 15;
  }

  reset(): void {
    this.#moder = this.#resetValues.moder;
    this.#ospeedr = this.#resetValues.ospeedr;
    this.#pupdr = this.#resetValues.pupdr;
    this.#otyper = 0;
    this.#odr = 0;
    this.#afr = [0, 0];
    this.#lock = 0;
    this.#lockStep = 0;
  }

  protected readWord(offset: number): number {
    switch (offset) {
      case OFFSET.MODER:
        return this.#moder;
      case OFFSET.OTYPER:
        return this.#otyper;
      case OFFSET.OSPEEDR:
        return this.#ospeedr;
      case OFFSET.PUPDR:
        return this.#pupdr;
      case OFFSET.IDR:
        return this.#levels();
      case OFFSET.ODR:
        return this.#odr;
      case OFFSET.BSRR:
        return 0;
      case OFFSET.BRR:
        if (!this.#hasBrr) this.violation('reserved register read', offset);
        return 0;
      case OFFSET.LCKR:
        if (this.#lockStep === 3) this.#finishLock();
        return this.#lock;
      case OFFSET.AFRL:
        return this.#afr[0];
      case OFFSET.AFRH:
        return this.#afr[1];
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (offset !== OFFSET.LCKR) this.#lockStep = 0;
    switch (offset) {
      case OFFSET.MODER:
        this.#moder = merge(this.#moder, value, lanes, this.#unlocked(2));
        break;
      case OFFSET.OTYPER:
        this.#otyper = merge(this.#otyper, value, lanes, this.#unlocked(1) & 0xffff);
        break;
      case OFFSET.OSPEEDR:
        this.#ospeedr = merge(this.#ospeedr, value, lanes, this.#unlocked(2));
        break;
      case OFFSET.PUPDR:
        this.#pupdr = merge(this.#pupdr, value, lanes, this.#unlocked(2));
        break;
      case OFFSET.ODR:
        this.#odr = merge(this.#odr, value, lanes, 0xffff);
        break;
      case OFFSET.BSRR:
        // A pin both set and reset is set.
        this.#odr = (this.#odr & ~(value >>> 16)) | (value & 0xffff);
        break;
      case OFFSET.BRR:
        if (this.#hasBrr) this.#odr &= ~(value & 0xffff);
        else this.violation('reserved register written', offset);
        break;
      case OFFSET.AFRL:
        this.#afr[0] = merge(this.#afr[0], value, lanes, this.#unlocked(4, 0));
        break;
      case OFFSET.AFRH:
        this.#afr[1] = merge(this.#afr[1], value, lanes, this.#unlocked(4, 8));
        break;
      case OFFSET.LCKR:
        this.#writeLock(value, lanes);
        break;
      default:
        this.violation('reserved or read-only register written', offset);
    }
  }

  /** Lock sequence: key with 1, 0, 1 and the same pins, then a read. */
  #writeLock(value: number, lanes: number): void {
    if (this.#lock & LOCK_KEY) return;
    const pins = value & 0xffff;
    const key = (value & LOCK_KEY) !== 0;
    const expected = [true, false, true][this.#lockStep];
    const fits =
      lanes === 0xffffffff && key === expected && (this.#lockStep === 0 || pins === this.#lockPins);
    this.#lockStep = fits ? this.#lockStep + 1 : 0;
    this.#lockPins = pins;
    if (!fits && !key) this.#lock = pins;
  }

  #finishLock(): void {
    this.#lock = LOCK_KEY | this.#lockPins;
    this.#lockStep = 0;
  }

  /** Mask of the configuration bits whose pin is not locked, for fields of some width from a first pin on. */
  #unlocked(fieldBits: 1 | 2 | 4, firstPin = 0): number {
    if (!(this.#lock & LOCK_KEY)) return 0xffffffff;
    let mask = 0;
    for (let field = 0; field < 32 / fieldBits; field++) {
      const locked = (this.#lock >>> (firstPin + field)) & 1;
      if (!locked) mask |= (2 ** fieldBits - 1) << (field * fieldBits);
    }
    return mask >>> 0;
  }

  /** Pins read as driven or pulled; a serial pin's idle line is high; analog pins read 0. */
  #levels(): number {
    let levels = 0;
    for (let pin = 0; pin < 16; pin++) {
      const mode = (this.#moder >>> (2 * pin)) & 3;
      const pull = (this.#pupdr >>> (2 * pin)) & 3;
      const driven = mode === MODE_OUTPUT && ((this.#odr >>> pin) & 1) === 1;
      const pulled = mode === MODE_INPUT && pull === 1;
      if (driven || pulled || mode === MODE_ALTERNATE) levels |= 1 << pin;
    }
    return levels;
  }
}
