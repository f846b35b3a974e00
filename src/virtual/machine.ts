import { attendedBus, type MemoryMap } from './bus.ts';
import { VirtualTime } from './clock.ts';
import { Core } from './core.ts';
import type { CpuModel } from './core-models.ts';
import { SELECTOR } from './core-registers.ts';
import { coreSignals } from './core-signals.ts';
import type {
  ChipContext,
  ChipModel,
  Complaint,
  CoreSignals,
  DebugTarget,
  FlashArrayListener,
  ResetKind,
  SystemBus,
  VirtualClock,
} from './interfaces.ts';
import { DEMCR, DFSR } from './scs/debug.ts';
import { Sleeper } from './sleep.ts';
import { TurnLoop } from './turn-loop.ts';

/** Instructions of one slice: long enough to be fast, short enough that a debugger waits less than 0.1 ms. */
const SLICE_INSTRUCTIONS = 4000;
/** What the program counter reads as in lockup. */
const LOCKUP_PC = 0xfffffffe;

export interface MachineOptions {
  readonly model: CpuModel;
  /** Memory of the chip; the region of kind `flash` is the main array. */
  readonly memory: MemoryMap;
  /** Core clock until the chip sets its own. */
  readonly clockHz: number;
  /** Where the vectors are after a reset; 0 when absent. */
  readonly bootAddress?: number;
  /** Builds the chip's peripherals; without it the machine is a bare core with memory. */
  readonly chip?: (context: ChipContext) => ChipModel;
  readonly complain?: (complaint: Complaint) => void;
  /** A failure inside a peripheral or the emulator: the machine has stopped. */
  readonly failed?: (failure: unknown) => void;
  readonly sliceInstructions?: number;
}

type State = 'off' | 'reset' | 'running' | 'halted';

/** A chip: core, memory, peripherals and time, driven by the event loop (`start`) or step by step (`runSlice`). */
export class Machine implements DebugTarget {
  readonly clock: VirtualClock;
  readonly signals: CoreSignals;
  /** The bus as a debugger uses it: every access keeps the machine attentive. */
  readonly bus: SystemBus;
  readonly chip: ChipModel | undefined;
  readonly #core: Core;
  readonly #time: VirtualTime;
  readonly #sleeper: Sleeper;
  readonly #turns: TurnLoop;
  readonly #options: MachineOptions;
  readonly #sliceInstructions: number;
  #state: State = 'off';
  #lockedUp = false;
  #waiting: 'wait-for-interrupt' | 'wait-for-event' | undefined;
  #nrstLow = false;
  #resetRequest: ResetKind | undefined;
  #stepping: { readonly maskInterrupts: boolean } | undefined;
  #haltReason: number | undefined;
  #stallUntilNs = 0;
  /** Cycles of the core awake (instructions and stalls), and instructions alone, up to the last slice boundary. */
  #awakeCycles = 0;
  #instructions = 0;
  #advance: { readonly untilNs: number; readonly done: () => void } | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#sliceInstructions = options.sliceInstructions ?? SLICE_INSTRUCTIONS;
    this.#time = new VirtualTime(
      options.clockHz,
      () => (this.#core.running ? this.#core.instructionsInSlice : this.#sleeper.followedCycles()),
      () => this.#timeChanged(),
    );
    this.#turns = new TurnLoop(
      () => this.runSlice(),
      (failure) => {
        this.#state = 'halted';
        options.failed?.(failure);
      },
    );
    this.#sleeper = new Sleeper(this.#time, () => this.#turns.kick());
    this.#core = new Core(options.model, options.memory, this.#time, this.#coreHost());
    this.#core.scb.bootAddress = options.bootAddress ?? 0;
    this.clock = this.#virtualClock();
    this.signals = this.#coreSignals();
    this.bus = attendedBus(this.#core.bus, () => this.#turns.attend());
    this.chip = options.chip?.(this.#chipContext());
    this.#core.bus.peripherals = this.chip?.peripherals ?? [];
    this.#core.bus.flash = this.chip?.flashSink;
    this.#core.mapRegisters();
  }

  /** Lets the event loop drive the machine, in slices, until `close`. */
  start(): void {
    this.#turns.start();
  }

  close(): void {
    this.#turns.stop();
    this.#state = 'off';
    this.#sleeper.settle();
    this.#finishAdvance();
    this.#core.close();
  }

  get powered(): boolean {
    return this.#state !== 'off';
  }

  get debugPortId(): number {
    return this.#core.traits.debugPortId;
  }

  get halted(): boolean {
    return this.#state === 'halted';
  }

  get asleep(): boolean {
    return this.#state === 'running' && this.#waiting !== undefined;
  }

  /** Virtual time slept with nothing under way, since the machine was made: what a host's thinking costs. */
  get quietSeconds(): number {
    return this.#sleeper.quietNs / 1e9;
  }

  get lockedUp(): boolean {
    return this.#lockedUp;
  }

  /** Instructions executed since the machine was made. */
  get instructions(): number {
    return this.#instructions + this.#core.instructionsInSlice;
  }

  /** Supply on: RAM holds noise, the flash what it held, everything else its reset state. */
  powerOn(): void {
    if (this.#state !== 'off') return;
    this.#core.bus.losePower();
    this.#state = 'reset';
    this.#core.powerOn();
    this.#reset('power-on');
  }

  powerOff(): void {
    if (this.#state === 'off') return;
    this.#sleeper.settle();
    this.#state = 'off';
    this.chip?.powerOff();
    this.#time.clear();
    this.#finishAdvance();
  }

  /** Runs one slice or takes one exception. @returns false when only events from outside can go on. */
  runSlice(limit: number = this.#sliceInstructions): boolean {
    this.#sleeper.settle();
    this.#time.fireDue();
    this.#applyReset();
    this.#endAdvance();
    if (this.#state !== 'running') return false;
    if (this.#lockedUp) return this.#sleeper.pass(this.#advance?.untilNs);
    if (this.#waiting !== undefined && !this.#wake()) return this.#sleeper.pass(this.#advance?.untilNs);
    this.#waiting = undefined;
    if (this.#stall()) return true;
    const masked = this.#stepping?.maskInterrupts === true || this.#core.debug.maskInterrupts;
    if (!masked && this.#core.takeException()) {
      this.#afterInstruction();
      return this.#state === 'running';
    }
    this.#execute(masked ? limit : this.#core.waitsForMask ? 1 : limit);
    return this.#state === 'running';
  }

  /**
   * Lets time jump by `ms` while the core sleeps (a running core reaches the time by running).
   * Resolves when the time is reached, or when the machine is off, halted or held in reset: time stands still there.
   */
  advance(ms: number): Promise<void> {
    if (this.#state !== 'running') return Promise.resolve();
    this.#sleeper.settle();
    return new Promise((resolve) => {
      this.#finishAdvance();
      this.#advance = { untilNs: this.#time.nowNs() + ms * 1e6, done: resolve };
      this.#turns.kick();
    });
  }

  readCoreRegister(selector: number): number {
    this.#turns.attend();
    if (selector === SELECTOR.pc && this.#lockedUp) return LOCKUP_PC;
    return this.#core.registers.read(selector);
  }

  writeCoreRegister(selector: number, value: number): void {
    this.#turns.attend();
    if (selector === SELECTOR.pc) this.#lockedUp = false;
    this.#core.registers.write(selector, value);
  }

  setNrst(low: boolean): void {
    if (low === this.#nrstLow) return;
    this.#nrstLow = low;
    if (this.#state === 'off') return;
    this.#sleeper.settle();
    this.#reset('pin');
  }

  /** OpenOCD asks for one while it holds NRST low too: a core in reset does not hear it, and the flags tell of the pin. */
  systemReset(): void {
    if (this.#nrstLow) return;
    this.#resetRequest = 'software';
    this.#core.attention();
    if (!this.#core.running) this.#applyReset();
  }

  // --- run control

  #execute(limit: number): void {
    const next = this.#time.nextEvent;
    const untilEvent = next === undefined ? limit : Math.max(1, this.#time.cyclesUntil(next.atNs));
    const count = this.#stepping !== undefined ? 1 : Math.min(limit, untilEvent);
    const end = this.#core.slice(count, (executed) => {
      this.#instructions += executed;
      this.#passAwake(executed);
      if (executed > 0) this.#core.debug.noteRetired();
    });
    if (end === 'breakpoint') this.#haltNow(DFSR.BKPT);
    else if (end !== 'ran') this.#sleepOn(end);
    this.#afterInstruction();
  }

  #afterInstruction(): void {
    if (this.#haltReason !== undefined) this.#haltNow(this.#haltReason);
    else if (this.#stepping !== undefined && this.#state === 'running') this.#haltNow(DFSR.HALTED);
  }

  /** Ends an `advance` whose time is reached, to the rounding of a cycle: what is left of it no sleep can pass. */
  #endAdvance(): void {
    if (this.#advance !== undefined && this.#time.cyclesUntil(this.#advance.untilNs) === 0)
      this.#finishAdvance();
  }

  #passAwake(cycles: number): void {
    this.#awakeCycles += cycles;
    this.#time.pass(cycles);
  }

  /** The bus is busy: the core stands still, time goes on to the next event or the end of the stall. */
  #stall(): boolean {
    const cycles = this.#time.cyclesUntil(this.#stallUntilNs);
    if (cycles === 0) return false;
    const next = this.#time.nextEvent;
    this.#passAwake(next === undefined ? cycles : Math.min(cycles, this.#time.cyclesUntil(next.atNs)));
    return true;
  }

  #sleepOn(kind: 'wait-for-interrupt' | 'wait-for-event'): void {
    this.#waiting = kind;
    if (this.#wake()) this.#waiting = undefined;
  }

  /** Whether what the core waits for has come; consumes the event register. */
  #wake(): boolean {
    if (this.#waiting === 'wait-for-event') {
      if (!this.#core.event && !this.#core.wantsToWake()) return false;
      this.#core.event = false;
      return true;
    }
    return this.#core.wantsToWake();
  }

  #haltNow(reason: number): void {
    this.#haltReason = undefined;
    this.#stepping = undefined;
    this.#waiting = undefined;
    this.#state = 'halted';
    this.#core.scb.dfsr |= reason;
    this.#core.debug.noteHalted();
    this.#finishAdvance();
  }

  #resume(step: boolean, maskInterrupts: boolean): void {
    this.#state = 'running';
    this.#stepping = step ? { maskInterrupts } : undefined;
    this.#core.passBreakpoint();
    if (step && this.#turns.automatic) this.runSlice(1);
    else this.#turns.kick();
  }

  #applyReset(): void {
    const kind = this.#resetRequest;
    if (kind === undefined || this.#state === 'off') return;
    this.#sleeper.settle();
    this.#reset(kind);
  }

  #reset(kind: ResetKind): void {
    this.#resetRequest = undefined;
    this.#stepping = undefined;
    this.#haltReason = undefined;
    this.#waiting = undefined;
    this.#lockedUp = false;
    this.#stallUntilNs = 0;
    if (kind !== 'pin' || this.#nrstLow || this.#state !== 'reset') this.chip?.reset(kind);
    this.#core.reset();
    this.#core.debug.noteReset();
    this.#state = this.#nrstLow ? 'reset' : 'running';
    if (this.#nrstLow) {
      this.#finishAdvance();
      return;
    }
    if (this.#core.debug.catches(DEMCR.VC_CORERESET)) this.#haltNow(DFSR.VCATCH);
    this.#turns.kick();
  }

  // --- the event loop

  /** Something next happens at another time than before: a sleeper looks again, a running slice ends. */
  #timeChanged(): void {
    if (this.#core.running) {
      this.#core.attention();
      return;
    }
    this.#turns.kick();
  }

  #finishAdvance(): void {
    const advance = this.#advance;
    this.#advance = undefined;
    advance?.done();
  }

  // --- the faces that others see

  #coreHost() {
    const machine = this;
    return {
      get halted() {
        return machine.halted;
      },
      get asleep() {
        return machine.asleep;
      },
      get lockedUp() {
        return machine.lockedUp;
      },
      halt: () => this.#requestHalt(DFSR.HALTED),
      caught: () => this.#requestHalt(DFSR.VCATCH),
      resume: (how: { step: boolean; maskInterrupts: boolean }) => this.#resume(how.step, how.maskInterrupts),
      readCoreRegister: (selector: number) => this.readCoreRegister(selector),
      writeCoreRegister: (selector: number, value: number) => this.writeCoreRegister(selector, value),
      systemReset: () => this.systemReset(),
      lockUp: () => {
        this.#lockedUp = true;
      },
      pended: () => this.#turns.kick(),
      awakeCycles: () => this.#awakeCycles + this.#core.instructionsInSlice,
    };
  }

  /** A core inside a slice halts after the instruction; one that is idle halts at once. */
  #requestHalt(reason: number): void {
    if (this.#state !== 'running') return;
    if (this.#core.running) {
      this.#haltReason = reason;
      this.#core.attention();
      return;
    }
    this.#sleeper.settle();
    this.#haltNow(reason);
  }

  #virtualClock(): VirtualClock {
    return {
      nowNs: () => this.#time.nowNs(),
      schedule: (atNs, callback, kind) => this.#time.schedule(atNs, callback, kind),
      cancel: (handle) => this.#time.cancel(handle),
      advanceTo: (atNs) => this.#advanceTo(atNs),
    };
  }

  #advanceTo(atNs: number): void {
    if (this.#core.running || (this.#state === 'running' && !this.asleep) || this.#state === 'off') return;
    this.#sleeper.settle();
    for (;;) {
      const next = this.#time.nextEvent;
      const target = next !== undefined && next.atNs < atNs ? next.atNs : atNs;
      const cycles = this.#time.cyclesUntil(target);
      this.#time.pass(cycles);
      if (this.#state === 'halted') this.#core.systick.freeze(cycles);
      this.#time.fireDue();
      if (target === atNs) break;
    }
    this.#turns.kick();
  }

  #coreSignals(): CoreSignals {
    return coreSignals(this.#core, this, {
      setCoreClockHz: (clockHz) => this.#setCoreClockHz(clockHz),
      requestReset: (kind) => {
        this.#resetRequest = kind;
        this.#turns.kick();
      },
      stallUntil: (atNs) => {
        this.#stallUntilNs = Math.max(this.#stallUntilNs, atNs);
      },
    });
  }

  #setCoreClockHz(clockHz: number): void {
    if (!this.#core.running) this.#sleeper.settle();
    const { systick } = this.#core;
    systick.beforeClockChange();
    this.#time.setClockHz(clockHz);
    systick.afterClockChange();
  }

  #chipContext(): ChipContext {
    const flash = this.#core.bus.windows.find(({ region }) => region.kind === 'flash');
    const listener: FlashArrayListener = {
      changed: (offset, length) => {
        if (flash !== undefined) this.signals.codeChanged(flash.start + offset, length);
      },
      tornWordsChanged: (offsets) => {
        if (flash !== undefined) this.#core.watchTorn(flash, offsets);
      },
    };
    return {
      clock: this.clock,
      core: this.signals,
      bus: this.#core.bus,
      flash: flash?.memory ?? new Uint8Array(0),
      flashListener: listener,
      complain: (complaint) => this.#options.complain?.(complaint),
    };
  }
}
