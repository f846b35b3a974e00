import type { VirtualTime } from './clock.ts';

/** How far a sleeping core may run ahead of the wall clock for the sake of timers. */
const TIMER_LEAD_NS = 10e6;
/** Longest nap of the event loop: setTimeout's own limit is 2^31 ms. */
const LONGEST_NAP_MS = 60_000;

/**
 * What time does while the core sleeps. Traffic (bytes in flight, flash operations) is jumped to; so are timers due
 * within 10 ms, but no more than 10 ms ahead of the wall; beyond that, time follows the wall clock one to one, so
 * that nothing in the firmware expires because a person or a host thinks.
 */
export class Sleeper {
  readonly #time: VirtualTime;
  readonly #wake: () => void;
  /** Wall and virtual time since which the wall is followed. */
  #follow: { readonly wallNs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #leadNs = 0;
  #leadWallNs = wallNowNs();
  #quietNs = 0;

  constructor(time: VirtualTime, wake: () => void) {
    this.#time = time;
    this.#wake = wake;
  }

  /** Time slept while nothing was under way, on the line or in the flash: the board waited for its host, or a timer. */
  get quietNs(): number {
    return this.#quietNs + (this.followedCycles() * 1e9) / this.#time.clockHz;
  }

  /** Cycles gone by since the wall is followed; never past the next event. */
  followedCycles(): number {
    if (this.#follow === undefined) return 0;
    const elapsedNs = wallNowNs() - this.#follow.wallNs;
    const cycles = Math.floor((elapsedNs * this.#time.clockHz) / 1e9);
    const next = this.#time.nextEvent;
    return next === undefined ? cycles : Math.min(cycles, this.#time.cyclesUntil(next.atNs));
  }

  /** Ends following: what has gone by becomes time passed. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#follow === undefined) return;
    const cycles = this.followedCycles();
    this.#follow = undefined;
    this.#quietNs += (cycles * 1e9) / this.#time.clockHz;
    this.#time.pass(cycles);
  }

  /**
   * Passes time towards the next event.
   * @param untilNs jump at least so far (the control socket's advance); undefined without such a wish.
   * @returns true when time jumped, false when the wall clock has to pass first (`wake` will be called).
   */
  pass(untilNs: number | undefined): boolean {
    const next = this.#time.nextEvent;
    const now = this.#time.nowNs();
    if (untilNs !== undefined && untilNs > now) {
      this.#jump(Math.min(untilNs, next?.atNs ?? untilNs));
      return true;
    }
    if (next !== undefined && this.#mayJump(next.atNs - now)) {
      this.#jump(next.atNs);
      return true;
    }
    this.#followWall(next === undefined ? LONGEST_NAP_MS : (next.atNs - now) / 1e6);
    return false;
  }

  #mayJump(aheadNs: number): boolean {
    if (this.#time.hasTraffic) return true;
    const wallNs = wallNowNs();
    this.#leadNs = Math.max(0, this.#leadNs - (wallNs - this.#leadWallNs));
    this.#leadWallNs = wallNs;
    if (this.#leadNs + aheadNs > TIMER_LEAD_NS) return false;
    this.#leadNs += aheadNs;
    return true;
  }

  #jump(atNs: number): void {
    if (!this.#time.hasTraffic) this.#quietNs += Math.max(0, atNs - this.#time.nowNs());
    this.#time.pass(this.#time.cyclesUntil(atNs));
  }

  #followWall(napMs: number): void {
    this.#follow = { wallNs: wallNowNs() };
    this.#timer = setTimeout(this.#wake, Math.min(Math.ceil(napMs), LONGEST_NAP_MS));
  }
}

const wallNowNs = () => performance.now() * 1e6;
