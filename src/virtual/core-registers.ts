import type { CpuTraits } from './core-models.ts';
import type { Exceptions } from './exceptions.ts';
import { REG, type UnicornEngine } from './unicorn.ts';

/** DCRSR selectors (ARMv7-M ARM, C1.6.3). */
export const SELECTOR = { pc: 15, xpsr: 16, msp: 17, psp: 18, special: 0x14, fpscr: 0x21, s0: 0x40 } as const;

/** Core registers as a debugger numbers them. */
export class DebugCoreRegisters {
  readonly #engine: UnicornEngine;
  readonly #traits: CpuTraits;
  readonly #exceptions: Exceptions;

  constructor(engine: UnicornEngine, traits: CpuTraits, exceptions: Exceptions) {
    this.#engine = engine;
    this.#traits = traits;
    this.#exceptions = exceptions;
  }

  read(selector: number): number {
    const engine = this.#engine;
    const id = this.#plain(selector);
    if (id !== undefined) return engine.readRegister(id);
    if (selector === SELECTOR.xpsr) {
      return ((engine.readRegister(REG.xpsr) & ~0x1ff) | this.#exceptions.ipsr) >>> 0;
    }
    if (selector === SELECTOR.special) return this.#readSpecial();
    return 0;
  }

  write(selector: number, value: number): void {
    const engine = this.#engine;
    const id = this.#plain(selector);
    if (selector === SELECTOR.pc) engine.writeRegister(REG.pc, (value | 1) >>> 0);
    else if (id !== undefined) engine.writeRegister(id, value);
    else if (selector === SELECTOR.xpsr) {
      this.#exceptions.ipsr = value & 0x1ff;
      // A debugger that sets T makes up for a reset vector without it (flash that holds no program).
      this.#exceptions.thumb = (value & (1 << 24)) !== 0;
      engine.writeRegister(REG.xpsr, (value | (1 << 24)) >>> 0);
    } else if (selector === SELECTOR.special) this.#writeSpecial(value);
  }

  #plain(selector: number): number | undefined {
    if (selector <= 12) return REG.r0 + selector;
    if (selector === 13) return REG.sp;
    if (selector === 14) return REG.lr;
    if (selector === SELECTOR.pc) return REG.pc;
    if (selector === SELECTOR.msp) return REG.msp;
    if (selector === SELECTOR.psp) return REG.psp;
    if (!this.#traits.hasFpu) return undefined;
    if (selector === SELECTOR.fpscr) return REG.fpscr;
    return selector >= SELECTOR.s0 && selector < SELECTOR.s0 + 32
      ? REG.s0 + selector - SELECTOR.s0
      : undefined;
  }

  /** CONTROL, FAULTMASK, BASEPRI, PRIMASK in one word, from the top. SFPA of a secure M33 is not ours. */
  #readSpecial(): number {
    const { primask, basepri, faultmask } = this.#exceptions.masks();
    const control = this.#engine.readRegister(REG.control) & 7;
    return ((control << 24) | (faultmask << 16) | (basepri << 8) | primask) >>> 0;
  }

  #writeSpecial(value: number): void {
    const engine = this.#engine;
    engine.writeRegister(REG.primask, value & 1);
    if (this.#traits.hasFaultStatus) {
      engine.writeRegister(REG.basepri, (value >>> 8) & 0xff);
      engine.writeRegister(REG.faultmask, (value >>> 16) & 1);
    }
    engine.writeRegister(REG.control, (value >>> 24) & 7);
  }
}
