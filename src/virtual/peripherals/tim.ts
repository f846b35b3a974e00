import type { CoreSignals, EventHandle, VirtualClock } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';
import { wholeTicks } from './whole-ticks.ts';

const OFFSET = {
  CR1: 0x00,
  CR2: 0x04,
  SMCR: 0x08,
  DIER: 0x0c,
  SR: 0x10,
  EGR: 0x14,
  CNT: 0x24,
  PSC: 0x28,
  ARR: 0x2c,
  CCR1: 0x34,
} as const;
const CR1 = { enable: 1, updateOff: 2, updateSource: 4, onePulse: 8, preload: 128 } as const;
/** SMCR: trigger selection and slave mode; external clock mode 1 counts the trigger's edges. */
const SMCR = { modeMask: 7, externalClock1: 7, triggerShift: 4, triggerMask: 7 } as const;
/** CR2.MMS: the update event is the trigger output. */
const MMS_UPDATE = 2;
const NS = 1e9;

interface TimWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly irqNumber: number;
  readonly kernelHz: () => number;
  readonly counterBits: 16 | 32;
  /** Capture/compare channels: 4 on TIM2, none on the basic timers; they raise flags only, no pins. */
  readonly compareChannels: 0 | 4;
  /** The timer behind an internal trigger input (ITRx), where one is wired and modelled. */
  readonly trigger?: (input: number) => Tim | undefined;
}

/**
 * A timer as a time base (TIM2 to TIM7 of the families): counts up, updates, compares, and counts the updates of another
 * timer (slave in external clock mode 1). No pins, no other slave mode.
 */
export class Tim extends RegisterBlock {
  readonly #wiring: TimWiring;
  #cr1 = 0;
  #cr2 = 0;
  #smcr = 0;
  #dier = 0;
  #sr = 0;
  #psc = 0;
  #pscActive = 0;
  #arr = 0;
  #arrActive = 0;
  #ccr = [0, 0, 0, 0];
  /** Counter value at `#sinceNs`. */
  #count = 0;
  #sinceNs = 0;
  #event: EventHandle | undefined;
  #hz = 0;
  readonly #slaves = new Set<Tim>();
  /** Trigger edges counted by the prescaler of a slave. */
  #prescaled = 0;

  constructor(place: BlockPlace, wiring: TimWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.reset();
  }

  /** The kernel clock is another now: what was counted so far at the old one is kept. */
  clockChanged(): void {
    if (this.#cr1 & CR1.enable) this.#settle();
    this.#hz = this.#wiring.kernelHz();
    this.#plan();
    for (const slave of this.#slaves) slave.#plan();
  }

  reset(): void {
    if (this.#event) this.#wiring.clock.cancel(this.#event);
    this.#event = undefined;
    this.#cr1 = 0;
    this.#cr2 = 0;
    this.#follow(0);
    this.#prescaled = 0;
    this.#dier = 0;
    this.#sr = 0;
    this.#psc = 0;
    this.#pscActive = 0;
    this.#arr = this.#maximum;
    this.#arrActive = this.#maximum;
    this.#ccr = [0, 0, 0, 0];
    this.#count = 0;
    this.#hz = this.#wiring.kernelHz();
    this.#signal();
  }

  protected readWord(offset: number): number {
    switch (offset) {
      case OFFSET.CR1:
        return this.#cr1;
      case OFFSET.CR2:
        return this.#cr2;
      case OFFSET.DIER:
        return this.#dier;
      case OFFSET.SR:
        this.#settle();
        return this.#sr;
      case OFFSET.EGR:
        return 0;
      case OFFSET.SMCR:
        return this.#smcr;
      case OFFSET.CNT:
        this.#settle();
        return this.#count;
      case OFFSET.PSC:
        return this.#psc;
      case OFFSET.ARR:
        return this.#arr;
      default:
        if (this.#isCompare(offset)) return this.#ccr[(offset - OFFSET.CCR1) >> 2]!;
        this.unmodelled('read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    this.#settle();
    switch (offset) {
      case OFFSET.CR1:
        this.#cr1 = merge(this.#cr1, value, lanes, 0xbff);
        if (this.#cr1 & 0xb70) this.unmodelled('counting down, centred, or remapped update flag', offset);
        break;
      case OFFSET.CR2:
        this.#cr2 = merge(this.#cr2, value, lanes, 0xf8);
        break;
      case OFFSET.SMCR:
        this.#follow(merge(this.#smcr, value, lanes, 0xfff7));
        break;
      case OFFSET.DIER:
        this.#dier = merge(this.#dier, value, lanes, 0x5f5f);
        if (this.#dier & 0x5f40) this.unmodelled('DMA requests and triggers of timers', offset);
        break;
      case OFFSET.SR:
        this.#sr &= value | ~lanes; // flags are cleared by writing 0
        break;
      case OFFSET.EGR:
        if (value & 1) this.#generateUpdate();
        this.#sr |= value & 0x1e & this.#flagMask;
        break;
      case OFFSET.CNT:
        this.#count = merge(this.#count, value, lanes, this.#maximum);
        break;
      case OFFSET.PSC:
        this.#psc = merge(this.#psc, value, lanes, 0xffff);
        break;
      case OFFSET.ARR:
        this.#arr = merge(this.#arr, value, lanes, this.#maximum);
        if (!(this.#cr1 & CR1.preload)) this.#arrActive = this.#arr;
        break;
      default:
        if (this.#isCompare(offset)) {
          const channel = (offset - OFFSET.CCR1) >> 2;
          this.#ccr[channel] = merge(this.#ccr[channel]!, value, lanes, this.#maximum);
        } else this.unmodelled('written', offset);
    }
    this.#plan();
    for (const slave of this.#slaves) slave.#plan();
    this.#signal();
  }

  #isCompare(offset: number): boolean {
    return this.#wiring.compareChannels > 0 && offset >= OFFSET.CCR1 && offset < OFFSET.CCR1 + 16;
  }

  get #maximum(): number {
    return this.#wiring.counterBits === 32 ? 0xffffffff : 0xffff;
  }

  get #flagMask(): number {
    return this.#wiring.compareChannels > 0 ? 0x1f : 1;
  }

  get #tickNs(): number {
    return ((this.#pscActive + 1) / this.#hz) * NS;
  }

  /** UG and a hardware update: counter to 0, preloaded values taken over. */
  #generateUpdate(): void {
    this.#count = 0;
    this.#sinceNs = this.#wiring.clock.nowNs();
    this.#takePreload();
    if (this.#cr1 & CR1.updateOff) return;
    if (!(this.#cr1 & CR1.updateSource)) this.#sr |= 1;
    this.#triggerOut();
  }

  #takePreload(): void {
    this.#pscActive = this.#psc;
    this.#arrActive = this.#arr;
  }

  /** The timer that this one counts the updates of; undefined when it runs on its own clock. */
  #master: Tim | undefined;

  #follow(smcr: number): void {
    this.#smcr = smcr;
    if (this.#master) this.#master.#slaves.delete(this);
    this.#master = undefined;
    const mode = smcr & SMCR.modeMask;
    if (mode === 0) return;
    const input = (smcr >>> SMCR.triggerShift) & SMCR.triggerMask;
    const master = input < 4 ? this.#wiring.trigger?.(input) : undefined;
    if (mode !== SMCR.externalClock1 || master === undefined || smcr & ~0xf7) {
      this.unmodelled('slave mode other than counting the updates of another timer', OFFSET.SMCR);
      return;
    }
    this.#master = master;
    master.#slaves.add(this);
  }

  /** An update event of the master, if it shows it at its trigger output. */
  #triggerOut(): void {
    if (((this.#cr2 >>> 4) & 7) === MMS_UPDATE) for (const slave of this.#slaves) slave.#triggered();
  }

  #triggered(): void {
    if (!(this.#cr1 & CR1.enable)) return;
    this.#prescaled++;
    if (this.#prescaled <= this.#pscActive) return;
    this.#prescaled = 0;
    this.#advance(1);
    this.#signal();
  }

  /** Counts so many ticks, at most up to the overflow. @returns whether the counter has overflowed */
  #advance(ticks: number): boolean {
    this.#raiseCompares(ticks);
    this.#count += ticks;
    if (this.#count <= this.#arrActive) return false;
    this.#count = 0;
    for (let channel = 0; channel < this.#wiring.compareChannels; channel++)
      if (this.#ccr[channel] === 0) this.#sr |= 2 << channel;
    if (this.#cr1 & CR1.updateOff) return true;
    this.#takePreload();
    this.#sr |= 1;
    if (this.#cr1 & CR1.onePulse) this.#cr1 &= ~CR1.enable;
    this.#triggerOut();
    return true;
  }

  /** Brings counter and flags up to now. */
  #settle(): void {
    if (this.#master) {
      this.#master.#settle();
      return;
    }
    const nowNs = this.#wiring.clock.nowNs();
    if (!(this.#cr1 & CR1.enable) || this.#arrActive === 0 || this.#hz === 0) {
      this.#sinceNs = nowNs;
      return;
    }
    let ticks = wholeTicks(this.#sinceNs, nowNs, this.#tickNs);
    while (ticks > 0 && this.#cr1 & CR1.enable) {
      const toOverflow = Math.max(1, this.#arrActive - this.#count + 1);
      const step = Math.min(ticks, toOverflow);
      const before = this.#tickNs;
      this.#sinceNs += step * before;
      ticks -= step;
      this.#advance(step);
      if (this.#tickNs !== before) ticks = wholeTicks(this.#sinceNs, nowNs, this.#tickNs);
    }
    this.#signal();
  }

  #raiseCompares(step: number): void {
    for (let channel = 0; channel < this.#wiring.compareChannels; channel++) {
      const ahead = this.#ccr[channel]! - this.#count;
      if (ahead > 0 && ahead <= step) this.#sr |= 2 << channel;
    }
  }

  /** An event at the next flag that an interrupt waits for. */
  #plan(): void {
    if (this.#event) this.#wiring.clock.cancel(this.#event);
    this.#event = undefined;
    if (!(this.#cr1 & CR1.enable) || !(this.#dier & 0x1f) || this.#arrActive === 0) return;
    if (this.#hz === 0) return;
    let ticks = this.#arrActive - this.#count + 1;
    for (let channel = 0; channel < this.#wiring.compareChannels; channel++) {
      const ahead = this.#ccr[channel]! - this.#count;
      if (this.#dier & (2 << channel) && ahead > 0) ticks = Math.min(ticks, ahead);
    }
    const atNs = this.#master
      ? this.#master.#updateNs(ticks * (this.#pscActive + 1) - this.#prescaled)
      : this.#sinceNs + ticks * this.#tickNs;
    if (atNs === undefined) return;
    this.#event = this.#wiring.clock.schedule(
      atNs,
      () => {
        this.#event = undefined;
        this.#settle();
        this.#plan();
      },
      'timer',
    );
  }

  /** When this timer will have updated so many times more; undefined while it stands. */
  #updateNs(updates: number): number | undefined {
    this.#settle();
    if (!(this.#cr1 & CR1.enable) || this.#arrActive === 0 || this.#hz === 0) return undefined;
    const toFirst = this.#arrActive - this.#count + 1;
    return this.#sinceNs + (toFirst + (updates - 1) * (this.#arrActive + 1)) * this.#tickNs;
  }

  #signal(): void {
    this.#wiring.core.setIrq(this.#wiring.irqNumber, (this.#sr & this.#dier & 0x1f) !== 0);
  }
}
