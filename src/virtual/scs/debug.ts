/** Debug registers of the core (ARMv7-M ARM, C1.6): DHCSR, DCRSR, DCRDR, DEMCR. */

const DHCSR_KEY = 0xa05f;
export const DHCSR = {
  C_DEBUGEN: 1 << 0,
  C_HALT: 1 << 1,
  C_STEP: 1 << 2,
  C_MASKINTS: 1 << 3,
  S_REGRDY: 1 << 16,
  S_HALT: 1 << 17,
  S_SLEEP: 1 << 18,
  S_LOCKUP: 1 << 19,
  S_RETIRE_ST: 1 << 24,
  S_RESET_ST: 1 << 25,
} as const;

export const DFSR = { HALTED: 1, BKPT: 2, DWTTRAP: 4, VCATCH: 8, EXTERNAL: 16 } as const;

export const DEMCR = {
  VC_CORERESET: 1 << 0,
  VC_NOCPERR: 1 << 5,
  VC_STATERR: 1 << 7,
  VC_BUSERR: 1 << 8,
  VC_INTERR: 1 << 9,
  VC_HARDERR: 1 << 10,
  TRCENA: 1 << 24,
} as const;

const DEMCR_WRITABLE = 0x010f07f1;
const REGISTER_WRITE = 1 << 16;

/** The machine behind the debug registers. */
export interface DebugRequests {
  readonly halted: boolean;
  readonly asleep: boolean;
  readonly lockedUp: boolean;
  /** Debug halt; effective after the current instruction. */
  halt(): void;
  /** Leaves the halt: to run, or to execute one instruction. */
  resume(options: { step: boolean; maskInterrupts: boolean }): void;
  readCoreRegister(selector: number): number;
  writeCoreRegister(selector: number, value: number): void;
}

/** Halting debug: survives every reset but power-on. */
export class DebugRegisters {
  #control = 0;
  demcr = 0;
  #dcrdr = 0;
  #resetStatus = true;
  #retired = false;
  readonly #requests: DebugRequests;

  constructor(requests: DebugRequests) {
    this.#requests = requests;
  }

  powerOn(): void {
    this.#control = 0;
    this.demcr = 0;
    this.#dcrdr = 0;
    this.#resetStatus = true;
  }

  /** A reset happened: S_RESET_ST until read; a halt request does not outlive it (vector catch does). */
  noteReset(): void {
    this.#resetStatus = true;
    this.#control &= ~(DHCSR.C_HALT | DHCSR.C_STEP);
  }

  noteRetired(): void {
    this.#retired = true;
  }

  get enabled(): boolean {
    return (this.#control & DHCSR.C_DEBUGEN) !== 0;
  }

  get maskInterrupts(): boolean {
    return this.enabled && (this.#control & DHCSR.C_MASKINTS) !== 0;
  }

  /** Halts when the catch bit is set and a debugger is attached: reset and fault vectors. */
  catches(demcrBit: number): boolean {
    return this.enabled && (this.demcr & demcrBit) !== 0;
  }

  /** The core halted by itself (breakpoint, vector catch, end of a step). */
  noteHalted(): void {
    this.#control |= DHCSR.C_HALT;
  }

  readDhcsr(): number {
    const { halted, asleep, lockedUp } = this.#requests;
    const status =
      DHCSR.S_REGRDY |
      (halted ? DHCSR.S_HALT : 0) |
      (asleep ? DHCSR.S_SLEEP : 0) |
      (lockedUp ? DHCSR.S_LOCKUP : 0) |
      (this.#retired ? DHCSR.S_RETIRE_ST : 0) |
      (this.#resetStatus ? DHCSR.S_RESET_ST : 0);
    this.#retired = false;
    this.#resetStatus = false;
    return (status | this.#control) >>> 0;
  }

  writeDhcsr(value: number): void {
    if (value >>> 16 !== DHCSR_KEY) return;
    this.#control = value & 0xf;
    if (!this.enabled) {
      this.#control = 0;
      if (this.#requests.halted) this.#requests.resume({ step: false, maskInterrupts: false });
      return;
    }
    if ((value & DHCSR.C_HALT) !== 0) {
      if (!this.#requests.halted) this.#requests.halt();
    } else if (this.#requests.halted) {
      this.#requests.resume({
        step: (value & DHCSR.C_STEP) !== 0,
        maskInterrupts: (value & DHCSR.C_MASKINTS) !== 0,
      });
    }
  }

  get dcrdr(): number {
    return this.#dcrdr;
  }

  set dcrdr(value: number) {
    this.#dcrdr = value;
  }

  writeDcrsr(value: number): void {
    const selector = value & 0x7f;
    if ((value & REGISTER_WRITE) !== 0) this.#requests.writeCoreRegister(selector, this.#dcrdr);
    else this.#dcrdr = this.#requests.readCoreRegister(selector);
  }

  writeDemcr(value: number): void {
    this.demcr = value & DEMCR_WRITABLE;
  }
}
