import type { CpuTraits } from '../core-models.ts';
import { EXC, type Nvic } from './nvic.ts';

export const CFSR = {
  MSTKERR: 1 << 4,
  IBUSERR: 1 << 8,
  PRECISERR: 1 << 9,
  UNSTKERR: 1 << 11,
  STKERR: 1 << 12,
  BFARVALID: 1 << 15,
  UNDEFINSTR: 1 << 16,
  INVSTATE: 1 << 17,
  INVPC: 1 << 18,
  NOCP: 1 << 19,
  STKOF: 1 << 20,
} as const;

export const HFSR = { VECTTBL: 1 << 1, FORCED: 1 << 30, DEBUGEVT: 0x80000000 } as const;
export const SCR = { SLEEPONEXIT: 2, SLEEPDEEP: 4, SEVONPEND: 16 } as const;

const AIRCR_KEY = 0x05fa;
const CPACR_FPU_FULL = 0xf << 20;

/** What a write to the system control block asks of the machine. */
export interface ScbRequests {
  systemReset(): void;
  /** Priorities, pending bits or enables changed: the running slice must end. */
  attention(): void;
  /** Exception number of the running handler, 0 in thread mode. */
  ipsr(): number;
}

/** The system control block, 0xE000ED00-0xE000EF4C (ARMv7-M ARM, B3.2); v6-M has the first part of it only. */
export class Scb {
  /** What VTOR is after a reset: where the chip boots from. */
  bootAddress = 0;
  vtor = 0;
  scr = 0;
  cfsr = 0;
  hfsr = 0;
  dfsr = 0;
  mmfar = 0;
  bfar = 0;
  #ccr = 0;
  #cpacr = 0;
  #fpccr = 0;
  #fpcar = 0;
  #fpdscr = 0;
  readonly #traits: CpuTraits;
  readonly #nvic: Nvic;
  readonly #requests: ScbRequests;

  constructor(traits: CpuTraits, nvic: Nvic, requests: ScbRequests) {
    this.#traits = traits;
    this.#nvic = nvic;
    this.#requests = requests;
    this.reset();
  }

  reset(): void {
    this.vtor = this.bootAddress;
    this.scr = 0;
    this.cfsr = 0;
    this.hfsr = 0;
    this.dfsr = 0;
    this.#ccr = 0x200;
    this.#cpacr = 0;
    this.#fpccr = 0xc0000000;
    this.#fpcar = 0;
    this.#fpdscr = 0;
  }

  /** Whether firmware has switched the FPU on. */
  get fpuEnabled(): boolean {
    return (this.#cpacr & CPACR_FPU_FULL) !== 0;
  }

  /** @returns undefined for a word that is not in this block. */
  read(word: number): number | undefined {
    const { hasFaultStatus, hasFpu, mvfr } = this.#traits;
    if (word === 0xd00) return this.#traits.cpuid;
    if (word === 0xd04) return this.#readIcsr();
    if (word === 0xd08) return this.vtor;
    if (word === 0xd0c) return ((0xfa05 << 16) | (this.#nvic.priorityGroup << 8)) >>> 0;
    if (word === 0xd10) return this.scr;
    if (word === 0xd14) return this.#ccr;
    if (word === 0xd24) return this.#readShcsr();
    if (word === 0xd30) return this.dfsr;
    if (hasFaultStatus) {
      if (word === 0xd28) return this.cfsr;
      if (word === 0xd2c) return this.hfsr >>> 0;
      if (word === 0xd34) return this.mmfar;
      if (word === 0xd38) return this.bfar;
    }
    if (hasFpu) {
      if (word === 0xd88) return this.#cpacr;
      if (word === 0xf34) return this.#fpccr;
      if (word === 0xf38) return this.#fpcar;
      if (word === 0xf3c) return this.#fpdscr;
    }
    if (word >= 0xf40 && word <= 0xf48) return mvfr[(word - 0xf40) / 4];
    return undefined;
  }

  /** @returns whether the word is in this block. */
  write(word: number, value: number): boolean {
    if (word === 0xd04) this.#writeIcsr(value);
    else if (word === 0xd08) this.vtor = (value & 0xffffff80) >>> 0;
    else if (word === 0xd0c) this.#writeAircr(value);
    else if (word === 0xd10) this.scr = value & 0x1e;
    else if (word === 0xd14) this.#ccr = value & 0x7031b;
    else if (word === 0xd24) this.#writeShcsr(value);
    else if (word === 0xd28) this.cfsr = (this.cfsr & ~value) >>> 0;
    else if (word === 0xd2c) this.hfsr = (this.hfsr & ~value) >>> 0;
    else if (word === 0xd30) this.dfsr = (this.dfsr & ~value) >>> 0;
    else if (word === 0xd34) this.mmfar = value;
    else if (word === 0xd38) this.bfar = value;
    else if (word === 0xd88) this.#cpacr = value & 0x00f00000;
    else if (word === 0xf34) this.#fpccr = value;
    else if (word === 0xf38) this.#fpcar = (value & ~7) >>> 0;
    else if (word === 0xf3c) this.#fpdscr = value & 0x07c00000;
    else return false;
    this.#requests.attention();
    return true;
  }

  #readIcsr(): number {
    const pending = this.#nvic.mostUrgent() ?? 0;
    const active = this.#requests.ipsr();
    const bit = (exception: number, at: number) => (this.#nvic.isPending(exception) ? 2 ** at : 0);
    const base = this.#nvic.activeCount() <= 1 ? 1 << 11 : 0;
    const irq = pending >= 16 ? 1 << 22 : 0;
    const flags = bit(EXC.nmi, 31) + bit(EXC.pendSv, 28) + bit(EXC.sysTick, 26);
    return flags + irq + (pending << 12) + base + active;
  }

  #writeIcsr(value: number): void {
    if ((value & 0x80000000) !== 0) this.#nvic.pend(EXC.nmi);
    if ((value & (1 << 28)) !== 0) this.#nvic.pend(EXC.pendSv);
    else if ((value & (1 << 27)) !== 0) this.#nvic.clearPending(EXC.pendSv);
    if ((value & (1 << 26)) !== 0) this.#nvic.pend(EXC.sysTick);
    else if ((value & (1 << 25)) !== 0) this.#nvic.clearPending(EXC.sysTick);
  }

  #writeAircr(value: number): void {
    if (value >>> 16 !== AIRCR_KEY) return;
    if (this.#traits.hasFaultStatus) this.#nvic.priorityGroup = (value >>> 8) & 7;
    if ((value & 4) !== 0) this.#requests.systemReset();
  }

  #readShcsr(): number {
    const active = (exception: number, at: number) => (this.#nvic.isActive(exception) ? 2 ** at : 0);
    const pending = (exception: number, at: number) => (this.#nvic.isPending(exception) ? 2 ** at : 0);
    const enabled = (exception: number, at: number) => (this.#nvic.isEnabled(exception) ? 2 ** at : 0);
    const svCall = pending(EXC.svCall, 15);
    if (!this.#traits.hasFaultStatus) return svCall;
    return (
      active(EXC.memManage, 0) +
      active(EXC.busFault, 1) +
      active(EXC.usageFault, 3) +
      active(EXC.svCall, 7) +
      active(EXC.pendSv, 10) +
      active(EXC.sysTick, 11) +
      pending(EXC.usageFault, 12) +
      pending(EXC.memManage, 13) +
      pending(EXC.busFault, 14) +
      svCall +
      enabled(EXC.memManage, 16) +
      enabled(EXC.busFault, 17) +
      enabled(EXC.usageFault, 18)
    );
  }

  #writeShcsr(value: number): void {
    if (!this.#traits.hasFaultStatus) return;
    this.#nvic.setEnabled(EXC.memManage, (value & (1 << 16)) !== 0);
    this.#nvic.setEnabled(EXC.busFault, (value & (1 << 17)) !== 0);
    this.#nvic.setEnabled(EXC.usageFault, (value & (1 << 18)) !== 0);
  }
}
