import type { CoreSignals, EventHandle, VirtualClock } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = { KR: 0, PR: 4, RLR: 8, SR: 12, WINR: 16 } as const;
const KEY = { reload: 0xaaaa, access: 0x5555, start: 0xcccc } as const;
const NS = 1e9;
/** A value written takes up to so many LSI periods to arrive in the counter's domain. */
const UPDATE_PERIODS = 5;

interface IwdgWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly forceLsi: () => void;
  readonly lsiHz: number;
  /** Has the window register. */
  readonly hasWindow: boolean;
}

/** Independent watchdog (RM0394 IWDG; F1 and F4 have no window): once started, only a reset stops it. */
export class Iwdg extends RegisterBlock {
  readonly #wiring: IwdgWiring;
  #prescaler = 0;
  #reload = 0xfff;
  #window = 0xfff;
  #writable = false;
  #running = false;
  #updatedAtNs = new Map<number, number>();
  #deadline: EventHandle | undefined;

  constructor(place: BlockPlace, wiring: IwdgWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
  }

  reset(): void {
    if (this.#deadline) this.#wiring.clock.cancel(this.#deadline);
    this.#deadline = undefined;
    this.#prescaler = 0;
    this.#reload = 0xfff;
    this.#window = 0xfff;
    this.#writable = false;
    this.#running = false;
    this.#updatedAtNs.clear();
  }

  protected readWord(offset: number): number {
    if (offset === OFFSET.WINR && !this.#wiring.hasWindow) {
      this.violation('reserved register read', offset);
      return 0;
    }
    switch (offset) {
      case OFFSET.KR:
        return 0;
      case OFFSET.PR:
        return this.#prescaler;
      case OFFSET.RLR:
        return this.#reload;
      case OFFSET.SR:
        return this.#status();
      case OFFSET.WINR:
        return this.#window;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (offset === OFFSET.KR) {
      this.#writeKey(value & 0xffff);
      return;
    }
    const known = offset === OFFSET.PR || offset === OFFSET.RLR;
    if (!known && !(offset === OFFSET.WINR && this.#wiring.hasWindow)) {
      this.violation('reserved or read-only register written', offset);
      return;
    }
    if (!this.#writable) {
      this.violation('written without the access key', offset);
      return;
    }
    if (this.#isUpdating(offset)) {
      this.violation('written while its previous update is under way', offset);
      return;
    }
    this.#updatedAtNs.set(offset, this.#wiring.clock.nowNs() + (UPDATE_PERIODS / this.#wiring.lsiHz) * NS);
    if (offset === OFFSET.PR) this.#prescaler = merge(this.#prescaler, value, lanes, 7);
    else if (offset === OFFSET.RLR) this.#reload = merge(this.#reload, value, lanes, 0xfff);
    else {
      this.#window = merge(this.#window, value, lanes, 0xfff);
      this.#feed();
    }
  }

  #writeKey(key: number): void {
    this.#writable = key === KEY.access;
    if (key === KEY.start) {
      this.#running = true;
      this.#wiring.forceLsi();
      this.#feed();
    } else if (key === KEY.reload && this.#running) {
      const handle = this.#deadline;
      const leftTicks = handle ? (handle.atNs - this.#wiring.clock.nowNs()) / this.#tickNs : 0;
      if (leftTicks > this.#window && this.#window !== 0xfff) this.#bite();
      else this.#feed();
    }
  }

  get #tickNs(): number {
    return (4 * 2 ** Math.min(this.#prescaler, 6) * NS) / this.#wiring.lsiHz;
  }

  #feed(): void {
    if (!this.#running) return;
    const { clock } = this.#wiring;
    if (this.#deadline) clock.cancel(this.#deadline);
    this.#deadline = clock.schedule(
      clock.nowNs() + (this.#reload + 1) * this.#tickNs,
      () => this.#bite(),
      'timer',
    );
  }

  #bite(): void {
    this.note('watchdog reset');
    this.#wiring.core.requestReset('watchdog');
  }

  #isUpdating(offset: number): boolean {
    return (this.#updatedAtNs.get(offset) ?? 0) > this.#wiring.clock.nowNs();
  }

  #status(): number {
    return (
      (this.#isUpdating(OFFSET.PR) ? 1 : 0) |
      (this.#isUpdating(OFFSET.RLR) ? 2 : 0) |
      (this.#isUpdating(OFFSET.WINR) ? 4 : 0)
    );
  }
}
