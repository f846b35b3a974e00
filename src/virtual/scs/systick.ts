import type { VirtualTime } from '../clock.ts';
import type { EventHandle } from '../interfaces.ts';

const ENABLE = 1;
const TICKINT = 2;
const CLKSOURCE = 4;
const COUNTFLAG = 1 << 16;

/**
 * SysTick (ARMv7-M ARM, B3.3). The counter is not stepped: it follows from core cycles, so it is exact in every
 * slice. CLKSOURCE 0 is the STM32's HCLK / 8. It stands still while the core is halted.
 */
export class SysTick {
  readonly #time: VirtualTime;
  readonly #onExpire: () => void;
  #control = 0;
  #reload = 0;
  #countFlag = false;
  /** Counter value at cycle `#referenceCycles`. */
  #value = 0;
  #referenceCycles = 0;
  #event: EventHandle | undefined;

  constructor(time: VirtualTime, onExpire: () => void) {
    this.#time = time;
    this.#onExpire = onExpire;
  }

  reset(): void {
    this.#control = 0;
    this.#reload = 0;
    this.#countFlag = false;
    this.#value = 0;
    this.#reschedule();
  }

  get #divider(): number {
    return (this.#control & CLKSOURCE) !== 0 ? 1 : 8;
  }

  readControl(): number {
    const flag = this.#countFlag ? COUNTFLAG : 0;
    this.#countFlag = false;
    return this.#control | flag;
  }

  writeControl(value: number): void {
    this.#settle();
    this.#control = value & (ENABLE | TICKINT | CLKSOURCE);
    this.#reschedule();
  }

  get reload(): number {
    return this.#reload;
  }

  set reload(value: number) {
    this.#settle();
    this.#reload = value & 0xffffff;
    this.#reschedule();
  }

  get current(): number {
    return this.#valueAt(this.#time.totalCycles);
  }

  /** Any write clears counter and COUNTFLAG, without an interrupt. */
  clearCurrent(): void {
    this.#value = 0;
    this.#referenceCycles = this.#time.totalCycles;
    this.#countFlag = false;
    this.#reschedule();
  }

  /** Time went on by `cycles` without the counter: core halted. */
  freeze(cycles: number): void {
    this.#referenceCycles += cycles;
    this.#reschedule();
  }

  /** The count up to now, at the old clock. */
  beforeClockChange(): void {
    this.#settle();
  }

  /** The same count is due at another time. */
  afterClockChange(): void {
    this.#reschedule();
  }

  #running(): boolean {
    return (this.#control & ENABLE) !== 0 && (this.#value !== 0 || this.#reload !== 0);
  }

  #valueAt(totalCycles: number): number {
    if (!this.#running()) return this.#value;
    const counts = Math.floor((totalCycles - this.#referenceCycles) / this.#divider);
    if (counts <= this.#value) return this.#value - counts;
    const period = this.#reload + 1;
    return this.#reload === 0 ? 0 : (period - ((counts - this.#value) % period)) % period;
  }

  #settle(): void {
    const now = this.#time.totalCycles;
    const value = this.#valueAt(now);
    const part = this.#running() ? (now - this.#referenceCycles) % this.#divider : 0;
    this.#value = value;
    this.#referenceCycles = now - part;
  }

  /** The counter reaches 0 after `value` counts, or a whole period when it stands at 0 (a reload takes one count). */
  #reschedule(): void {
    if (this.#event !== undefined) this.#time.cancel(this.#event);
    this.#event = undefined;
    if (!this.#running()) return;
    const counts = this.#value === 0 ? this.#reload + 1 : this.#value;
    const at = this.#referenceCycles + counts * this.#divider;
    this.#event = this.#time.schedule(this.#time.nsAtCycles(at), () => this.#expire(at), 'timer');
  }

  #expire(atCycles: number): void {
    this.#value = 0;
    this.#referenceCycles = atCycles;
    this.#countFlag = true;
    this.#reschedule();
    if ((this.#control & TICKINT) !== 0) this.#onExpire();
  }
}
