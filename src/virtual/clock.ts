import type { EventHandle, EventKind } from './interfaces.ts';

interface Event extends EventHandle {
  readonly callback: () => void;
  readonly kind: EventKind;
}

/** Rounding slack when nanoseconds become core cycles: floating point, never a whole cycle. */
const CYCLE_SLACK = 0.02;

/**
 * Virtual time, counted in core cycles since the last change of clock, and the queue of things to come.
 * One instruction is one cycle; sleeping adds whole cycles too, so that time depends on nothing but the program,
 * its events and the sleeps, never on how the run was cut into slices.
 */
export class VirtualTime {
  #epochNs = 0;
  #epochCycles = 0;
  /** Cycles since the epoch, up to the last slice boundary. */
  #cycles = 0;
  #clockHz: number;
  /** Time never runs behind an event that has been called. */
  #floorNs = 0;
  #events: Event[] = [];
  /** Cycles gone by since the last slice boundary: instructions of a running slice, or sleep by the wall clock. */
  readonly #inSlice: () => number;
  readonly #onChange: () => void;

  /** @param onChange called when the next event changes or the clock does: a running slice must be cut short. */
  constructor(clockHz: number, inSlice: () => number, onChange: () => void) {
    this.#clockHz = clockHz;
    this.#inSlice = inSlice;
    this.#onChange = onChange;
  }

  get clockHz(): number {
    return this.#clockHz;
  }

  /** Core cycles since power-on, asleep or awake. */
  get totalCycles(): number {
    return this.#epochCycles + this.#cycles + this.#inSlice();
  }

  nowNs(): number {
    const now = this.#epochNs + ((this.#cycles + this.#inSlice()) * 1e9) / this.#clockHz;
    return Math.max(now, this.#floorNs);
  }

  setClockHz(clockHz: number): void {
    if (clockHz === this.#clockHz || !(clockHz > 0)) return;
    const running = this.#inSlice();
    this.#epochNs += ((this.#cycles + running) * 1e9) / this.#clockHz;
    this.#epochCycles += this.#cycles + running;
    this.#cycles = -running;
    this.#clockHz = clockHz;
    this.#onChange();
  }

  schedule(atNs: number, callback: () => void, kind: EventKind = 'traffic'): EventHandle {
    const event: Event = { atNs, callback, kind };
    let index = this.#events.length;
    while (index > 0 && this.#events[index - 1]!.atNs > atNs) index -= 1;
    this.#events.splice(index, 0, event);
    if (index === 0) this.#onChange();
    return event;
  }

  cancel(handle: EventHandle): void {
    const index = this.#events.indexOf(handle as Event);
    if (index >= 0) this.#events.splice(index, 1);
  }

  get nextEvent(): EventHandle | undefined {
    return this.#events[0];
  }

  /** Whether anything is under way that somebody waits for. */
  get hasTraffic(): boolean {
    return this.#events.some((event) => event.kind === 'traffic');
  }

  /** Virtual time at which the core has executed `totalCycles` cycles, at the present clock. */
  nsAtCycles(totalCycles: number): number {
    return this.#epochNs + ((totalCycles - this.#epochCycles) * 1e9) / this.#clockHz;
  }

  /** Whole cycles from the last slice boundary until `atNs` is reached; 0 when it is past. */
  cyclesUntil(atNs: number): number {
    const target = ((atNs - this.#epochNs) * this.#clockHz) / 1e9;
    return Math.max(0, Math.ceil(target - CYCLE_SLACK) - this.#cycles);
  }

  /** Time passes: `cycles` of the core's clock. Between slices only. */
  pass(cycles: number): void {
    this.#cycles += cycles;
  }

  /** Calls what is due, in order of time. @returns whether anything was. */
  fireDue(): boolean {
    let fired = false;
    for (;;) {
      const event = this.#events[0];
      if (event === undefined || this.cyclesUntil(event.atNs) > 0) return fired;
      this.#events.shift();
      this.#floorNs = Math.max(this.#floorNs, event.atNs);
      event.callback();
      fired = true;
    }
  }

  /** Power-on: nothing is scheduled any more; time itself goes on. */
  clear(): void {
    this.#events = [];
  }
}
