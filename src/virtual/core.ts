import { NeaiError } from '../shared/errors.ts';
import { Bus, type MemoryMap, type Window } from './bus.ts';
import type { VirtualTime } from './clock.ts';
import { CodeCoherence } from './code-coherence.ts';
import { CPU_TRAITS, type CpuModel, type CpuTraits } from './core-models.ts';
import { DebugCoreRegisters } from './core-registers.ts';
import { EXC_RETURN_FIRST, Exceptions, type Fault } from './exceptions.ts';
import { ProtectedStores } from './protected-stores.ts';
import { BreakpointUnit } from './scs/breakpoints.ts';
import { DebugRegisters, type DebugRequests } from './scs/debug.ts';
import { EXC, NO_MASKS, Nvic } from './scs/nvic.ts';
import { CFSR, HFSR, SCR, Scb } from './scs/scb.ts';
import { CoreRegisters } from './scs/system-control-space.ts';
import { SysTick } from './scs/systick.ts';
import { REG, type RunResult, UC_ERR_FETCH_UNMAPPED, UC_ERR_INSN_INVALID, UnicornEngine } from './unicorn.ts';

const IACCVIOL = 1;
/** Interrupt numbers of the emulator library. */
const INTR = {
  svc: 2,
  prefetchAbort: 3,
  bkpt: 7,
  exceptionExit: 8,
  noCoprocessor: 17,
  invalidState: 18,
  stackLimit: 19,
};
const CONTROL_FPCA = 4;
const HINT_16 = { yield: 0xbf10, wfe: 0xbf20, wfi: 0xbf30 };
const SEV = 0xbf40;
const HINT_32_FIRST = 0xf3af;

/** What the core wants of the machine after a slice. */
export type SliceEnd = 'ran' | 'wait-for-interrupt' | 'wait-for-event' | 'breakpoint';

/** What the core tells the machine while it works. */
export interface CoreHost extends DebugRequests {
  systemReset(): void;
  lockUp(): void;
  /** Something pends that did not before. */
  pended(): void;
  caught(): void;
  /** Core cycles while awake, now. */
  awakeCycles(): number;
}

/** One Cortex-M: instructions from the emulator library, everything around them from here. */
export class Core {
  readonly traits: CpuTraits;
  readonly bus: Bus;
  readonly nvic: Nvic;
  readonly scb: Scb;
  readonly systick: SysTick;
  readonly debug: DebugRegisters;
  readonly breakpoints: BreakpointUnit;
  readonly registers: DebugCoreRegisters;
  readonly exceptions: Exceptions;
  readonly code: CodeCoherence;
  /** The event register of WFE. */
  event = false;
  readonly #engine: UnicornEngine;
  readonly #stores: ProtectedStores;
  readonly #ppb: CoreRegisters;
  readonly #host: CoreHost;
  #skipBreakpointAt: number | undefined;
  #hitBreakpoint = false;
  #badAddress: number | undefined;
  #registerFault: { readonly pc: number; readonly address: number } | undefined;
  #failure: unknown;

  constructor(model: CpuModel, memory: MemoryMap, time: VirtualTime, host: CoreHost) {
    this.#host = host;
    this.traits = CPU_TRAITS[model];
    this.#engine = new UnicornEngine(model, {
      ioRead: (address, sizeBytes) => this.#guard(() => this.#ioRead(address, sizeBytes)) ?? 0,
      ioWrite: (address, sizeBytes, value) => this.#guard(() => this.#ioWrite(address, sizeBytes, value)),
      protectedWrite: (address, sizeBytes, value) =>
        this.#guard(() => this.#protectedWrite(address, sizeBytes, value)),
      unmapped: (address) => {
        this.#badAddress = address;
      },
      watched: (address) => this.#watched(address),
    });
    const attention = () => this.attention();
    this.nvic = new Nvic(this.traits.interruptCount, this.traits.priorityBits, () => this.#pended());
    this.scb = new Scb(this.traits, this.nvic, {
      attention,
      systemReset: () => host.systemReset(),
      ipsr: () => this.exceptions.ipsr,
    });
    this.systick = new SysTick(time, () => this.nvic.pend(EXC.sysTick));
    this.debug = new DebugRegisters(host);
    this.breakpoints = new BreakpointUnit(this.traits, (addresses) => this.code.setBreakpoints(addresses));
    const { traits, nvic, scb, systick, debug, breakpoints } = this;
    const awakeCycles = () => host.awakeCycles();
    this.#ppb = new CoreRegisters({ traits, nvic, scb, systick, debug, breakpoints, awakeCycles, attention });
    this.bus = new Bus({
      memory,
      scs: this.#ppb,
      codeTouched: (window, offset, length, by) => this.code.touched(window, offset, length, by),
    });
    this.#stores = new ProtectedStores(this.bus);
    this.code = new CodeCoherence(this.#engine, this.bus);
    const engine = this.#engine;
    this.exceptions = new Exceptions({ engine, traits, bus: this.bus, nvic, scb, debug }, host);
    this.registers = new DebugCoreRegisters(engine, traits, this.exceptions);
    for (const window of this.bus.windows) {
      engine.mapMemory(window.start, window.memory, window.region.kind === 'ram');
    }
  }

  /** Maps the register blocks of the chip, once they are known. */
  mapRegisters(): void {
    for (const [address, sizeBytes] of this.bus.registerRanges()) this.#engine.mapIo(address, sizeBytes);
  }

  get running(): boolean {
    return this.#engine.running;
  }

  /** Instructions of the running slice that are complete. */
  get instructionsInSlice(): number {
    return this.#engine.running ? this.#engine.instructionsBefore : 0;
  }

  get programCounter(): number {
    return this.#engine.readRegister(REG.pc);
  }

  /** The running slice ends after the current instruction, so that what changed takes effect. */
  attention(): void {
    if (this.#engine.running) this.#engine.stopAfterInstruction();
  }

  powerOn(): void {
    this.debug.powerOn();
    this.breakpoints.powerOn();
    this.#ppb.powerOn();
  }

  reset(): void {
    this.nvic.reset();
    this.scb.reset();
    this.systick.reset();
    this.event = false;
    this.#registerFault = undefined;
    this.exceptions.reset(this.scb.vtor);
  }

  /** A register block answered the current access with a bus error. */
  registerFault(address: number): void {
    if (!this.#engine.running) return;
    this.#registerFault = { pc: this.programCounter, address };
    this.attention();
  }

  /** The breakpoint at the present instruction has been seen: the next run passes it. */
  passBreakpoint(): void {
    this.#skipBreakpointAt = this.programCounter;
  }

  /** Whether a pending exception would be taken were it not for PRIMASK: what wakes WFI. */
  wantsToWake(): boolean {
    if (!this.nvic.anyPending) return false;
    return this.nvic.takeable({ ...this.exceptions.masks(), primask: 0 }) !== undefined;
  }

  /** Takes the most urgent exception if it may preempt. @returns whether one was taken. */
  takeException(): boolean {
    if (!this.nvic.anyPending) return false;
    const exception = this.nvic.takeable(this.exceptions.masks());
    if (exception === undefined) return false;
    this.event = true;
    this.exceptions.enter(exception, this.programCounter);
    return true;
  }

  /** An exception waits only for a mask to be lifted, which nothing announces: instructions must go one by one. */
  get waitsForMask(): boolean {
    return this.nvic.anyPending && this.nvic.takeable(NO_MASKS) !== undefined;
  }

  /** Runs at most `limit` instructions; `passed` gets their number before anything else happens. */
  slice(limit: number, passed: (instructions: number) => void): SliceEnd {
    this.code.flush();
    this.#hitBreakpoint = false;
    this.#badAddress = undefined;
    const { thumb } = this.exceptions;
    const start = this.programCounter;
    if (this.exceptions.vectorIsNoReturn) {
      this.exceptions.vectorIsNoReturn = false;
      if (start >= EXC_RETURN_FIRST) return this.#fetchFault(start);
    }
    const result = this.#engine.run(start, thumb, limit);
    this.exceptions.thumb = true;
    this.#skipBreakpointAt = undefined;
    this.#stores.settle();
    passed(result.executed);
    this.#rethrow();
    if (this.#registerFault !== undefined) return this.#takeRegisterFault();
    if (this.#usedDisabledFpu()) {
      return this.#fault({ exception: EXC.usageFault, status: CFSR.NOCP }, this.programCounter);
    }
    if (this.#hitBreakpoint) return 'breakpoint';
    const quiet = result.error === 0 && result.interrupt === undefined && !result.waiting;
    return quiet ? 'ran' : this.#trap(result, start);
  }

  /** Double words of the flash whose every read by the core must be reported: offsets in the array. */
  watchTorn(flash: Window, offsets: ReadonlySet<number>): void {
    const sink = this.bus.flash;
    this.bus.torn = offsets;
    const windows = this.bus.aliasesOf(flash);
    const ranges = windows.flatMap((w) =>
      [...offsets].map((offset): [number, number] => [w.start + offset, 8]),
    );
    this.#engine.watchReads(ranges, (address) => {
      const window = this.bus.windowAt(address);
      if (window === undefined) return;
      const offset = address - window.start;
      this.#guard(() => (this.bus.flash ?? sink)?.readTorn(offset - (offset % 8), 'core'));
    });
    for (const window of this.bus.windows) this.code.touched(window, 0, window.region.sizeBytes, 'debugger');
    this.attention();
  }

  close(): void {
    this.#engine.close();
  }

  #ioRead(address: number, sizeBytes: number): number {
    const value = this.bus.readRegister(address, sizeBytes, 'core');
    if (value === undefined) this.registerFault(address);
    return value ?? 0;
  }

  #ioWrite(address: number, sizeBytes: number, value: number): void {
    const masked = sizeBytes === 4 ? value : value & (2 ** (8 * sizeBytes) - 1);
    if (!this.bus.writeRegister(address, sizeBytes, masked >>> 0, 'core')) this.registerFault(address);
  }

  #protectedWrite(address: number, sizeBytes: number, value: number): void {
    this.attention();
    const masked = sizeBytes === 4 ? value : value & (2 ** (8 * sizeBytes) - 1);
    if (!this.#stores.store(address, sizeBytes, masked >>> 0)) this.registerFault(address);
  }

  #watched(address: number): void {
    if (this.code.isBreakpoint(address) && this.#skipBreakpointAt !== address) {
      this.#hitBreakpoint = true;
      this.#engine.stopBeforeWatched();
      return;
    }
    this.#skipBreakpointAt = undefined;
  }

  /** Exceptions must not cross the emulator library: they are kept and thrown after the slice. */
  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (failure) {
      this.#failure ??= failure;
      this.attention();
      return undefined;
    }
  }

  #rethrow(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #pended(): void {
    if ((this.scb.scr & SCR.SEVONPEND) !== 0) this.event = true;
    this.attention();
    this.#host.pended();
  }

  #takeRegisterFault(): SliceEnd {
    const { pc, address } = this.#registerFault!;
    this.#registerFault = undefined;
    return this.#fault({ exception: EXC.busFault, status: CFSR.PRECISERR, address }, pc);
  }

  /** The library's FPU is always on: an FP context without CPACR shows that the firmware forgot to enable it. */
  #usedDisabledFpu(): boolean {
    if (!this.traits.hasFpu || this.scb.fpuEnabled || this.programCounter >= EXC_RETURN_FIRST) return false;
    const control = this.#engine.readRegister(REG.control);
    if ((control & CONTROL_FPCA) === 0) return false;
    this.#engine.writeRegister(REG.control, control & ~CONTROL_FPCA);
    return true;
  }

  #fault(fault: Fault, pc: number): SliceEnd {
    this.event = true;
    this.exceptions.fault(fault, pc);
    return 'ran';
  }

  #trap(result: RunResult, start: number): SliceEnd {
    const pc = this.programCounter;
    const usage = (status: number) => this.#fault({ exception: EXC.usageFault, status }, pc);
    if (pc >= EXC_RETURN_FIRST && this.exceptions.ipsr !== 0) return this.#exceptionReturn(pc);
    if (result.interrupt === INTR.svc) {
      this.event = true;
      this.exceptions.supervisorCall(pc);
      return 'ran';
    }
    if (result.interrupt === INTR.bkpt) return this.#breakpointInstruction(pc);
    if (result.interrupt === INTR.noCoprocessor) return usage(CFSR.NOCP);
    if (result.interrupt === INTR.stackLimit) return usage(CFSR.STKOF);
    if (result.interrupt === INTR.invalidState || (this.#engine.readRegister(REG.xpsr) & (1 << 24)) === 0) {
      return usage(CFSR.INVSTATE);
    }
    if (result.waiting || result.error === UC_ERR_INSN_INVALID) {
      // An instruction that is invalid itself leaves the PC where the run began; a hint leaves it behind itself, which is
      // also where the run began when the firmware came round a loop in one slice.
      return pc === start && result.executed <= 1
        ? usage(CFSR.UNDEFINSTR)
        : this.#hintOrUndefined(pc, result);
    }
    if (result.error === UC_ERR_FETCH_UNMAPPED || result.interrupt === INTR.prefetchAbort)
      return this.#fetchFault(pc);
    if (this.#badAddress !== undefined) {
      return this.#fault({ exception: EXC.busFault, status: CFSR.PRECISERR, address: this.#badAddress }, pc);
    }
    throw new NeaiError('VIRTUAL_CPU_FAILED', 'The emulated core stopped for no architectural reason', {
      got: `uc_err ${result.error}, interrupt ${result.interrupt ?? 'none'} at 0x${pc.toString(16)}`,
    });
  }

  #exceptionReturn(excReturn: number): SliceEnd {
    const toThread = this.exceptions.return(excReturn);
    this.event = true;
    const sleeps = toThread && (this.scb.scr & SCR.SLEEPONEXIT) !== 0 && !this.wantsToWake();
    return sleeps ? 'wait-for-interrupt' : 'ran';
  }

  #breakpointInstruction(pc: number): SliceEnd {
    if (this.debug.enabled) return 'breakpoint';
    return this.#fault({ exception: EXC.hardFault, status: 0, hardStatus: HFSR.DEBUGEVT }, pc);
  }

  /** WFI ends a run early; WFE and YIELD end it as invalid instructions, with the PC after them. */
  #hintOrUndefined(pc: number, result: RunResult): SliceEnd {
    const halfword = (address: number) => this.bus.read((address & ~1) >>> 0, 2, 'core') ?? 0;
    const before = halfword(pc - 2);
    const wide = halfword(pc - 4) === HINT_32_FIRST && before >>> 8 === 0x80;
    const hint = wide ? { 1: HINT_16.yield, 2: HINT_16.wfe, 3: HINT_16.wfi }[before & 0xff] : before;
    if (result.waiting && hint === HINT_16.wfi) return 'wait-for-interrupt';
    if (hint === HINT_16.wfe) {
      if (this.#follows(pc - (wide ? 4 : 2), SEV)) this.event = true;
      return 'wait-for-event';
    }
    if (hint === HINT_16.yield) return 'ran';
    return this.#fault({ exception: EXC.usageFault, status: CFSR.UNDEFINSTR }, pc);
  }

  /** The library takes SEV for a no-operation, so SEV is seen only where it matters to one core: straight before WFE. */
  #follows(address: number, hint: number): boolean {
    const halfword = (at: number) => this.bus.read(at >>> 0, 2, 'core') ?? 0;
    const isBarrier = halfword(address - 4) === 0xf3bf && halfword(address - 2) >>> 8 === 0x8f;
    return halfword((address & ~1) - (isBarrier ? 6 : 2)) === hint;
  }

  #fetchFault(pc: number): SliceEnd {
    const executeNever = (pc >= 0x40000000 && pc < 0x60000000) || pc >= 0xa0000000;
    return executeNever
      ? this.#fault({ exception: EXC.memManage, status: IACCVIOL }, pc)
      : this.#fault({ exception: EXC.busFault, status: CFSR.IBUSERR }, pc);
  }
}
