import type { EventHandle, VirtualClock } from '../interfaces.ts';
import type { READY_FLAG } from './rcc-registers.ts';

type SourceName = keyof typeof READY_FLAG;

/** What a clock source is asked to be, and how its ready flag is set. */
interface SourceOrder {
  readonly wanted: boolean;
  readonly isReady: boolean;
  readonly delayNs: number;
  readonly setReady: (ready: boolean) => void;
}

/** Clock sources that have been switched on and are not ready yet. */
export class StartingSources {
  readonly #clock: VirtualClock;
  readonly #onReady: (name: SourceName) => void;
  readonly #starting = new Map<SourceName, EventHandle>();

  /** @param onReady called after a source's ready flag has come */
  constructor(clock: VirtualClock, onReady: (name: SourceName) => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  has(name: SourceName): boolean {
    return this.#starting.has(name);
  }

  /** Starts a source that is on and not ready: its flag comes after the delay. Stops one that is off at once. */
  order(name: SourceName, { wanted, isReady, delayNs, setReady }: SourceOrder): void {
    if (!wanted) {
      this.forget([name]);
      setReady(false);
      return;
    }
    if (isReady || this.#starting.has(name)) return;
    const handle = this.#clock.schedule(
      this.#clock.nowNs() + delayNs,
      () => {
        this.#starting.delete(name);
        setReady(true);
        this.#onReady(name);
      },
      'timer',
    );
    this.#starting.set(name, handle);
  }

  /** Time jumps to the next ready flag: for a debugger that polls while its halted core makes time stand still. */
  finishNext(): void {
    const waiting = [...this.#starting.values()].map(({ atNs }) => atNs);
    if (waiting.length > 0) this.#clock.advanceTo(Math.min(...waiting));
  }

  /** Their flags will not come. */
  forget(names: readonly SourceName[]): void {
    for (const name of names) {
      const handle = this.#starting.get(name);
      if (handle) this.#clock.cancel(handle);
      this.#starting.delete(name);
    }
  }
}
