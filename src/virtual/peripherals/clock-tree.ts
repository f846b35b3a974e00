import type { BusMaster, CoreSignals, EventHandle, ResetKind, VirtualClock } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

/** A source of clock with its enable and ready bits. */
interface Oscillator {
  readonly register: number;
  readonly on: number;
  readonly ready: number;
  readonly startNs: number;
  /** 0 when it cannot run as its registers stand (a crystal that is not there): its ready flag never comes. */
  readonly hz: (registers: Registers) => number;
}

/** A register's value by offset. */
type Registers = (offset: number) => number;

/** What a PLL would do with the registers as they stand. */
export interface PllPlan {
  readonly outputHz: number;
  /** Why it cannot lock, in the manual's terms. */
  readonly refusal?: string;
}

interface BusClocks {
  readonly hclkHz: number;
  readonly pclk1Hz: number;
  readonly pclk2Hz: number;
  /** Kernel clock of the timers on APB1. */
  readonly timer1Hz: number;
}

/** A family's RCC in facts (register offsets and bits as in its reference manual). */
export interface ClockTreeFacts {
  /** Every register but CSR: value after reset and writable bits. */
  readonly registers: Readonly<Record<number, { readonly reset: number; readonly writable: number }>>;
  readonly oscillators: Readonly<Record<string, Oscillator>>;
  readonly pll: {
    readonly register: number;
    readonly on: number;
    readonly ready: number;
    readonly startNs: number;
    /** Bits that may change only while the PLL is off. */
    readonly frozen: readonly (readonly [offset: number, mask: number])[];
    readonly plan: (registers: Registers, hz: (source: string) => number) => PllPlan;
  };
  /** System clock switch: register, mask of SW, shift of SWS, and the sources by code (`pll` or an oscillator). */
  readonly switch: {
    readonly register: number;
    readonly mask: number;
    readonly statusShift: number;
    readonly sources: Readonly<Record<number, string>>;
  };
  readonly buses: (registers: Registers, sysclkHz: number) => BusClocks;
  readonly csr: {
    readonly offset: number;
    readonly writable: number;
    readonly remove: number;
    readonly flags: {
      readonly pin: number;
      readonly powerOn: number;
      readonly software: number;
      readonly watchdog: number;
    };
  };
  /** Enable register that mirrors a reset register, bit for bit. */
  readonly resets: Readonly<Record<number, number>>;
  /** Bits of plain registers that this board does not act upon: setting one is said. */
  readonly loud: readonly (readonly [offset: number, mask: number, what: string])[];
}

interface ClockTreeWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  /** What the chip forbids at these clocks: wait states, voltage scale, bus limits; nothing when all is well. */
  readonly forbidden: (clocks: BusClocks) => readonly string[];
  readonly resetPeripheral: (enableOffset: number, bit: number) => void;
}

/** RCC by facts (F0, F1, F4, F7, G0): oscillators, one PLL, switch, prescalers, enables, resets, reset cause. */
export class ClockTree extends RegisterBlock {
  readonly #facts: ClockTreeFacts;
  readonly #wiring: ClockTreeWiring;
  readonly #values = new Map<number, number>();
  readonly #starting = new Map<string, EventHandle>();
  readonly #listeners: (() => void)[] = [];
  #flags = 0;
  /** Code of the source in use. */
  #inUse = 0;
  #lastHclkHz = 0;

  constructor(place: BlockPlace, facts: ClockTreeFacts, wiring: ClockTreeWiring) {
    super(place, 0x400);
    this.#facts = facts;
    this.#wiring = wiring;
    this.#load();
  }

  onClockChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  isEnabled(registerOffset: number, bit: number): boolean {
    return ((this.register(registerOffset) >>> bit) & 1) === 1;
  }

  /** A register as it stands. */
  readonly register = (offset: number): number => this.#values.get(offset) ?? 0;

  /** Frequency of an oscillator or the PLL; 0 while it is not ready. */
  readonly sourceHz = (name: string): number => {
    const { oscillators, pll } = this.#facts;
    const source = name === 'pll' ? pll : oscillators[name];
    if (!source || !(this.register(source.register) & source.ready)) return 0;
    if ('hz' in source) return source.hz(this.register);
    return pll.plan(this.register, this.sourceHz).outputHz;
  };

  get sysclkHz(): number {
    return this.sourceHz(this.#facts.switch.sources[this.#inUse]!);
  }

  get clocks(): BusClocks {
    return this.#facts.buses(this.register, this.sysclkHz);
  }

  get hclkHz(): number {
    return this.clocks.hclkHz;
  }

  /** Says what the chip forbids as its clocks, wait states and voltage scale are now. */
  checkLimits(): void {
    for (const text of this.#wiring.forbidden(this.clocks)) this.violation(text);
  }

  /** The independent watchdog forces the LSI on. */
  forceLsi(): void {
    const { lsi } = this.#facts.oscillators;
    if (lsi) this.#values.set(lsi.register, this.register(lsi.register) | lsi.on | lsi.ready);
  }

  reset(kind: ResetKind): void {
    const { flags } = this.#facts.csr;
    const cause =
      kind === 'power-on'
        ? flags.powerOn
        : kind === 'software'
          ? flags.software
          : kind === 'watchdog'
            ? flags.watchdog
            : 0;
    // Every internal reset pulls NRST too; only power-on clears old flags.
    this.#flags = (kind === 'power-on' ? 0 : this.#flags) | cause | flags.pin;
    this.#load();
    this.#update();
  }

  /** The backup domain belongs to power-on; nothing of it is modelled on these chips. */
  resetBackup(): void {}

  #load(): void {
    for (const handle of this.#starting.values()) this.#wiring.clock.cancel(handle);
    this.#starting.clear();
    for (const [offset, { reset }] of Object.entries(this.#facts.registers))
      this.#values.set(Number(offset), reset);
    this.#values.set(this.#facts.csr.offset, 0);
    this.#inUse = 0;
  }

  protected readWord(offset: number, by: BusMaster): number {
    const seen = this.#look(offset);
    // A halted core makes time stand still: for a debugger that polls it jumps to the next ready flag.
    const waiting = [...this.#starting.values()].map(({ atNs }) => atNs);
    if (by === 'debugger' && this.#wiring.core.halted && waiting.length > 0)
      this.#wiring.clock.advanceTo(Math.min(...waiting));
    return seen;
  }

  #look(offset: number): number {
    const { csr, switch: sw, registers } = this.#facts;
    if (offset === csr.offset) return (this.register(offset) | this.#flags) >>> 0;
    if (!registers[offset]) this.violation('reserved register read', offset);
    const value = this.register(offset);
    if (offset !== sw.register) return value;
    return ((value & ~(sw.mask << sw.statusShift)) | (this.#inUse << sw.statusShift)) >>> 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const { csr, registers } = this.#facts;
    const old = this.register(offset);
    if (offset === csr.offset) {
      if (value & csr.remove) this.#flags = 0;
      this.#values.set(offset, this.#keepReady(offset, old, merge(old, value, lanes, csr.writable)));
    } else {
      const kind = registers[offset];
      if (!kind) {
        this.violation('reserved or read-only register written', offset);
        return;
      }
      const next = this.#keepReady(offset, old, merge(old, value, lanes, kind.writable));
      this.#values.set(offset, this.#guard(offset, old, next));
      this.#sayLoud(offset, old);
    }
    this.#resetPeripherals(offset, old);
    this.#startAndStop();
    this.#update();
  }

  /** Ready bits belong to the hardware. */
  #keepReady(offset: number, old: number, next: number): number {
    let ready = 0;
    for (const source of [...Object.values(this.#facts.oscillators), this.#facts.pll])
      if (source.register === offset) ready |= source.ready;
    return ((next & ~ready) | (old & ready)) >>> 0;
  }

  /** Refuses what the manual forbids: PLL settings while it is on, stopping a source that is in use. */
  #guard(offset: number, old: number, wanted: number): number {
    const { pll, oscillators, switch: sw } = this.#facts;
    let next = wanted;
    if (this.register(pll.register) & pll.on)
      for (const [register, mask] of pll.frozen)
        if (register === offset && ((next ^ old) & mask) >>> 0 !== 0) {
          this.violation('PLL configuration written while the PLL is on', offset);
          next = ((next & ~mask) | (old & mask)) >>> 0;
        }
    const name = sw.sources[this.#inUse]!;
    const used = name === 'pll' ? pll : oscillators[name]!;
    if (used.register === offset && old & used.on && !(next & used.on)) {
      this.violation(`${name} cannot be stopped while it is the system clock`, offset);
      next = (next | used.on) >>> 0;
    }
    return next;
  }

  #sayLoud(offset: number, old: number): void {
    const set = this.register(offset) & ~old;
    for (const [register, mask, what] of this.#facts.loud)
      if (register === offset && set & mask) this.unmodelled(what, offset);
  }

  #resetPeripherals(offset: number, old: number): void {
    const enableOffset = this.#facts.resets[offset];
    if (enableOffset === undefined) return;
    const set = this.register(offset) & ~old;
    for (let bit = 0; bit < 32; bit++) if ((set >>> bit) & 1) this.#wiring.resetPeripheral(enableOffset, bit);
  }

  #startAndStop(): void {
    for (const [name, oscillator] of Object.entries(this.#facts.oscillators)) {
      const wanted = (this.register(oscillator.register) & oscillator.on) !== 0;
      if (wanted && oscillator.hz(this.register) === 0) this.note(`${name} cannot start on this board`);
      this.#order(name, oscillator, wanted && oscillator.hz(this.register) > 0);
    }
    const { pll } = this.#facts;
    const wanted = (this.register(pll.register) & pll.on) !== 0;
    const locked = (this.register(pll.register) & pll.ready) !== 0;
    if (wanted && !locked && !this.#starting.has('pll')) {
      const { refusal } = pll.plan(this.register, this.sourceHz);
      if (refusal !== undefined) {
        this.violation(`PLL does not lock: ${refusal}`, pll.register);
        return;
      }
    }
    this.#order('pll', pll, wanted);
  }

  #order(name: string, source: Omit<Oscillator, 'hz'>, wanted: boolean): void {
    const { clock } = this.#wiring;
    const set = (ready: boolean): void => {
      const value = this.register(source.register);
      this.#values.set(source.register, (ready ? value | source.ready : value & ~source.ready) >>> 0);
    };
    const running = this.#starting.get(name);
    if (!wanted) {
      if (running) clock.cancel(running);
      this.#starting.delete(name);
      set(false);
    } else if (!running && !(this.register(source.register) & source.ready)) {
      const ready = (): void => {
        this.#starting.delete(name);
        set(true);
        this.#update();
      };
      this.#starting.set(name, clock.schedule(clock.nowNs() + source.startNs, ready, 'timer'));
    }
  }

  /** A switch takes place when the wanted source is ready; until then the old one stays. */
  #update(): void {
    const { switch: sw } = this.#facts;
    const wanted = this.register(sw.register) & sw.mask;
    if (wanted !== this.#inUse) {
      const name = sw.sources[wanted];
      if (name !== undefined && this.sourceHz(name) > 0) this.#inUse = wanted;
      else this.note('system clock switch waits for a source that is not ready', sw.register);
    }
    const { hclkHz } = this.clocks;
    if (hclkHz !== this.#lastHclkHz && hclkHz > 0) {
      this.#lastHclkHz = hclkHz;
      this.#wiring.core.setCoreClockHz(hclkHz);
      this.checkLimits();
    }
    for (const listener of this.#listeners) listener();
  }
}

const AHB_DIVIDER = [1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 64, 128, 256, 512] as const;
const APB_DIVIDER = [1, 1, 1, 1, 2, 4, 8, 16] as const;

/** Bus clocks from the fields HPRE, PPRE1 and PPRE2; timers run at twice a divided bus clock. */
export function dividedClocks(sysclkHz: number, hpre: number, ppre1: number, ppre2: number): BusClocks {
  const hclkHz = sysclkHz / AHB_DIVIDER[hpre & 15]!;
  const divider1 = APB_DIVIDER[ppre1 & 7]!;
  const pclk1Hz = hclkHz / divider1;
  return {
    hclkHz,
    pclk1Hz,
    pclk2Hz: hclkHz / APB_DIVIDER[ppre2 & 7]!,
    timer1Hz: pclk1Hz * (divider1 === 1 ? 1 : 2),
  };
}

/** Complaint about flash wait states: `limitsHz[n]` is the highest HCLK with n of them. */
export function waitStateFault(hclkHz: number, limitsHz: readonly number[], actual: number): string[] {
  const needed = limitsHz.findIndex((limitHz) => hclkHz <= limitHz);
  if (needed < 0) return [`HCLK of ${hclkHz / 1e6} MHz is too fast for this chip`];
  if (actual >= needed) return [];
  return [`HCLK of ${hclkHz / 1e6} MHz needs ${needed} flash wait states, FLASH_ACR has ${actual}`];
}

/** Complaint about a bus that runs too fast. */
export const busFault = (name: string, hz: number, limitHz: number): string[] =>
  hz > limitHz ? [`${name} of ${hz / 1e6} MHz is above ${limitHz / 1e6} MHz`] : [];
