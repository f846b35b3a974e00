import type { CoreSignals, EventHandle, VirtualClock } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';
import { wholeTicks } from './whole-ticks.ts';

const OFFSET = { ISR: 0, ICR: 4, IER: 8, CFGR: 12, CR: 16, CMP: 20, ARR: 24, CNT: 28, OR: 32 } as const;
const FLAG = { compare: 1, reload: 2, compareOk: 8, reloadOk: 16 } as const;
const CR = { enable: 1, single: 2, continuous: 4 } as const;
const NS = 1e9;

interface LptimWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly irqNumber: number;
  readonly kernelHz: () => number;
}

/** Low-power timer as a time base (RM0394 LPTIM): internal clock, single and continuous counting. */
export class Lptim extends RegisterBlock {
  readonly #wiring: LptimWiring;
  #isr = 0;
  #ier = 0;
  #cfgr = 0;
  #cr = 0;
  #cmp = 0;
  #arr = 1;
  #option = 0;
  /** Start of the count and the ticks already looked at; undefined while it does not count. */
  #startNs: number | undefined;
  #seenTicks = 0;
  #single = false;
  #event: EventHandle | undefined;

  constructor(place: BlockPlace, wiring: LptimWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
  }

  reset(): void {
    if (this.#event) this.#wiring.clock.cancel(this.#event);
    this.#event = undefined;
    this.#isr = 0;
    this.#ier = 0;
    this.#cfgr = 0;
    this.#cr = 0;
    this.#cmp = 0;
    this.#arr = 1;
    this.#option = 0;
    this.#startNs = undefined;
    this.#signal();
  }

  protected readWord(offset: number): number {
    switch (offset) {
      case OFFSET.ISR:
        this.#settle();
        return this.#isr;
      case OFFSET.ICR:
        return 0;
      case OFFSET.IER:
        return this.#ier;
      case OFFSET.CFGR:
        return this.#cfgr;
      case OFFSET.CR:
        this.#settle();
        return this.#cr;
      case OFFSET.CMP:
        return this.#cmp;
      case OFFSET.ARR:
        return this.#arr;
      case OFFSET.CNT:
        return this.#startNs === undefined ? 0 : this.#ticks() % (this.#arr + 1);
      case OFFSET.OR:
        return this.#option;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    this.#settle();
    const enabled = (this.#cr & CR.enable) !== 0;
    switch (offset) {
      case OFFSET.ICR:
        this.#isr &= ~value;
        break;
      case OFFSET.IER:
        if (enabled) this.violation('IER written while enabled', offset);
        else this.#ier = merge(this.#ier, value, lanes, 0x7f);
        break;
      case OFFSET.CFGR:
        if (enabled) this.violation('CFGR written while enabled', offset);
        else this.#cfgr = merge(this.#cfgr, value, lanes, 0x01feeedf);
        if (this.#cfgr & ~0x00500e00)
          this.unmodelled('external clock, trigger, encoder or time-out mode', offset);
        break;
      case OFFSET.CR:
        this.#writeCr(merge(this.#cr, value, lanes, 7));
        break;
      case OFFSET.CMP:
      case OFFSET.ARR:
        if (!enabled) this.violation('CMP or ARR written while disabled', offset);
        else if (offset === OFFSET.CMP) {
          this.#cmp = merge(this.#cmp, value, lanes, 0xffff);
          this.#isr |= FLAG.compareOk;
        } else {
          this.#arr = merge(this.#arr, value, lanes, 0xffff);
          this.#isr |= FLAG.reloadOk;
        }
        break;
      case OFFSET.OR:
        this.#option = merge(this.#option, value, lanes, 3);
        break;
      default:
        this.violation('reserved or read-only register written', offset);
    }
    this.#plan();
    this.#signal();
  }

  #writeCr(next: number): void {
    if (!(next & CR.enable)) {
      this.#cr = 0;
      this.#startNs = undefined;
      return;
    }
    if (!(this.#cr & CR.enable) && next & (CR.single | CR.continuous)) {
      this.violation('started in the write that enables it', OFFSET.CR);
      this.#cr = CR.enable;
      return;
    }
    this.#cr = CR.enable;
    if (!(next & (CR.single | CR.continuous))) return;
    this.#single = (next & CR.single) !== 0;
    if (this.#startNs === undefined) {
      this.#startNs = this.#wiring.clock.nowNs();
      this.#seenTicks = 0;
    }
  }

  get #tickNs(): number {
    return (2 ** ((this.#cfgr >>> 9) & 7) / this.#wiring.kernelHz()) * NS;
  }

  #ticks(): number {
    if (this.#startNs === undefined || this.#wiring.kernelHz() === 0) return 0;
    return wholeTicks(this.#startNs, this.#wiring.clock.nowNs(), this.#tickNs);
  }

  #settle(): void {
    const ticks = this.#ticks();
    const period = this.#arr + 1;
    const passed = (phase: number): boolean =>
      Math.floor((ticks - phase) / period) > Math.floor((this.#seenTicks - phase) / period);
    if (ticks > this.#seenTicks) {
      if (passed(this.#cmp)) this.#isr |= FLAG.compare;
      if (passed(this.#arr)) {
        this.#isr |= FLAG.reload;
        if (this.#single) this.#startNs = undefined;
      }
      this.#seenTicks = ticks;
    }
    this.#signal();
  }

  #plan(): void {
    if (this.#event) this.#wiring.clock.cancel(this.#event);
    this.#event = undefined;
    if (this.#startNs === undefined || !(this.#ier & 3) || this.#wiring.kernelHz() === 0) return;
    const period = this.#arr + 1;
    const next = (phase: number): number => {
      const into = (((this.#seenTicks - phase) % period) + period) % period;
      return this.#seenTicks + period - into;
    };
    const candidates = [
      ...(this.#ier & FLAG.compare ? [next(this.#cmp)] : []),
      ...(this.#ier & FLAG.reload ? [next(this.#arr)] : []),
    ];
    this.#event = this.#wiring.clock.schedule(
      this.#startNs + Math.min(...candidates) * this.#tickNs,
      () => {
        this.#event = undefined;
        this.#settle();
        this.#plan();
      },
      'timer',
    );
  }

  #signal(): void {
    this.#wiring.core.setIrq(this.#wiring.irqNumber, (this.#isr & this.#ier) !== 0);
  }
}
