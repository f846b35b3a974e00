/** Wall time of one turn of the event loop while nobody debugs. */
const TURN_MS = 0.5;
/** After a debug access the core runs one slice a turn for so long: the debugger's next request is near. */
const DEBUG_ATTENTION_MS = 2;

/** Drives a machine from the event loop, in turns short enough that sockets and the pty are served between them. */
export class TurnLoop {
  readonly #runSlice: () => boolean;
  readonly #failed: (failure: unknown) => void;
  #automatic = false;
  #planned = false;
  #attentiveUntilMs = 0;

  /** @param runSlice returns false when only something from outside can go on; `kick` says that it may. */
  constructor(runSlice: () => boolean, failed: (failure: unknown) => void) {
    this.#runSlice = runSlice;
    this.#failed = failed;
  }

  get automatic(): boolean {
    return this.#automatic;
  }

  start(): void {
    this.#automatic = true;
    this.kick();
  }

  stop(): void {
    this.#automatic = false;
  }

  attend(): void {
    this.#attentiveUntilMs = performance.now() + DEBUG_ATTENTION_MS;
  }

  kick(): void {
    if (!this.#automatic || this.#planned) return;
    this.#planned = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#planned = false;
    const startedMs = performance.now();
    try {
      while (this.#automatic && this.#runSlice()) {
        const nowMs = performance.now();
        if (nowMs - startedMs <= TURN_MS && nowMs >= this.#attentiveUntilMs) continue;
        this.kick();
        return;
      }
    } catch (failure) {
      this.#automatic = false;
      this.#failed(failure);
    }
  }
}
