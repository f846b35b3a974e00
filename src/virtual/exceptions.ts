import type { Bus } from './bus.ts';
import type { CpuTraits } from './core-models.ts';
import { DEMCR, type DebugRegisters } from './scs/debug.ts';
import { EXC, type Masks, NO_MASKS, type Nvic } from './scs/nvic.ts';
import { CFSR, HFSR, type Scb } from './scs/scb.ts';
import { REG, type UnicornEngine } from './unicorn.ts';

const BASIC_FRAME_BYTES = 32;
const EXTENDED_FRAME_BYTES = 104;
const CONTROL_SPSEL = 2;
const CONTROL_FPCA = 4;
const XPSR_T = 1 << 24;
const XPSR_ALIGN = 1 << 9;
/** N Z C V Q and GE: what an exception entry leaves of the program status. */
const XPSR_FLAGS = 0xf80f0000;
const EXC_RETURN_THREAD = 8;
const EXC_RETURN_PSP = 4;
const EXC_RETURN_BASIC_FRAME = 16;

/** From here on a branch in a handler is a return from an exception. */
export const EXC_RETURN_FIRST = 0xffffff00;

const STACKED = [REG.r0, REG.r0 + 1, REG.r0 + 2, REG.r0 + 3, REG.r0 + 12, REG.lr];

/** A synchronous fault: which exception, which status bits, which address. */
export interface Fault {
  readonly exception: number;
  /** CFSR bits; 0 for a fault that only HFSR tells. */
  readonly status: number;
  readonly hardStatus?: number;
  /** Goes to BFAR when the fault is a precise bus fault. */
  readonly address?: number;
}

/** What happens beyond registers: the machine decides what it means for its state. */
export interface ExceptionHost {
  lockUp(): void;
  /** Vector catch: the debugger wanted to see this exception. */
  caught(): void;
}

/**
 * Exception entry and return (ARMv7-M ARM, B1.5; ARMv8-M without Security Extension for M33): the emulator library
 * has none of it. Frames are always stacked eagerly; tail-chaining is a return followed by an entry.
 */
export class Exceptions {
  /** Number of the running handler, 0 in thread mode. */
  ipsr = 0;
  readonly #engine: UnicornEngine;
  readonly #traits: CpuTraits;
  readonly #bus: Bus;
  readonly #nvic: Nvic;
  readonly #scb: Scb;
  readonly #debug: DebugRegisters;
  readonly #host: ExceptionHost;

  constructor(
    parts: {
      engine: UnicornEngine;
      traits: CpuTraits;
      bus: Bus;
      nvic: Nvic;
      scb: Scb;
      debug: DebugRegisters;
    },
    host: ExceptionHost,
  ) {
    this.#engine = parts.engine;
    this.#traits = parts.traits;
    this.#bus = parts.bus;
    this.#nvic = parts.nvic;
    this.#scb = parts.scb;
    this.#debug = parts.debug;
    this.#host = host;
  }

  masks(): Masks {
    const primask = this.#engine.readRegister(REG.primask) & 1;
    if (!this.#traits.hasFaultStatus) return { ...NO_MASKS, primask };
    return {
      primask,
      basepri: this.#engine.readRegister(REG.basepri) & 0xff,
      faultmask: this.#engine.readRegister(REG.faultmask) & 1,
    };
  }

  /** Brings the core to thread mode, privileged, on the main stack, at the reset vector. */
  reset(vectorTable: number): void {
    const engine = this.#engine;
    this.ipsr = 0;
    engine.writeRegister(REG.xpsr, XPSR_T | EXC.hardFault);
    for (const id of [REG.primask, REG.basepri, REG.faultmask, REG.control]) engine.writeRegister(id, 0);
    engine.writeRegister(REG.xpsr, XPSR_T);
    engine.writeRegister(REG.control, 0);
    if (this.#traits.hasFpu) engine.writeRegister(REG.fpscr, 0);
    engine.writeRegister(REG.lr, 0xffffffff);
    engine.writeRegister(REG.sp, ((this.#bus.read(vectorTable, 4, 'core') ?? 0) & ~3) >>> 0);
    this.#jump(this.#bus.read(vectorTable + 4, 4, 'core') ?? 0xffffffff);
  }

  /** Takes `exception` now; `returnAddress` is where its return continues. */
  enter(exception: number, returnAddress: number): void {
    const { engine, frameOk } = this.#push(returnAddress);
    let taken = exception;
    if (!frameOk) taken = this.#derivedFault(exception);
    const wasThread = this.ipsr === 0;
    const control = engine.readRegister(REG.control);
    const usedPsp = wasThread && (control & CONTROL_SPSEL) !== 0;
    const extended = this.#hasFpContext(control);
    const excReturn =
      (this.#traits.excReturnBase | (wasThread ? EXC_RETURN_THREAD : 0) | (usedPsp ? EXC_RETURN_PSP : 0)) &
      (extended ? ~EXC_RETURN_BASIC_FRAME : -1);
    this.#nvic.activate(taken);
    this.#vector(taken, excReturn >>> 0, control);
  }

  /** A synchronous fault at `pc`: taken, escalated to HardFault, or lockup. */
  fault(fault: Fault, pc: number): void {
    const { exception, status, hardStatus = 0, address } = fault;
    const { hasFaultStatus } = this.#traits;
    if (hasFaultStatus) {
      this.#scb.cfsr = (this.#scb.cfsr | status) >>> 0;
      this.#scb.hfsr = (this.#scb.hfsr | hardStatus) >>> 0;
      if (address !== undefined) {
        this.#scb.cfsr |= CFSR.BFARVALID;
        this.#scb.bfar = address;
      }
    }
    const running = this.#nvic.executionPriority(this.masks());
    const enabled = hasFaultStatus && exception !== EXC.hardFault && this.#nvic.isEnabled(exception);
    if (enabled && this.#nvic.groupPriority(exception) < running) {
      this.enter(exception, pc);
      this.#catch(exception, status);
      return;
    }
    if (running <= -1) {
      this.#host.lockUp();
      return;
    }
    if (exception !== EXC.hardFault) this.#scb.hfsr |= HFSR.FORCED;
    this.enter(EXC.hardFault, pc);
    this.#catch(EXC.hardFault, status);
  }

  /** SVC: an exception like any other, but it cannot wait: too low a priority makes it a HardFault. */
  supervisorCall(returnAddress: number): void {
    const running = this.#nvic.executionPriority(this.masks());
    if (this.#nvic.groupPriority(EXC.svCall) < running) this.enter(EXC.svCall, returnAddress);
    else this.fault({ exception: EXC.hardFault, status: 0, hardStatus: HFSR.FORCED }, returnAddress);
  }

  /** The handler branched to an EXC_RETURN value (bit 0 may be lost). @returns whether thread mode is reached. */
  return(excReturn: number): boolean {
    const engine = this.#engine;
    const toThread = (excReturn & EXC_RETURN_THREAD) !== 0;
    const usesPsp = toThread && (excReturn & EXC_RETURN_PSP) !== 0;
    const extended = this.#traits.hasFpu && (excReturn & EXC_RETURN_BASIC_FRAME) === 0;
    const from = this.ipsr;
    const illegal = !this.#nvic.isActive(from) || (toThread && this.#nvic.activeCount() > 1);
    if (from !== EXC.nmi && this.#traits.hasFaultStatus) engine.writeRegister(REG.faultmask, 0);
    this.#nvic.deactivate(from);
    if (illegal) return this.#returnFault({ exception: EXC.usageFault, status: CFSR.INVPC }, excReturn);
    const sp = engine.readRegister(usesPsp ? REG.psp : REG.msp);
    const bytes = extended ? EXTENDED_FRAME_BYTES : BASIC_FRAME_BYTES;
    const frame = this.#readFrame(sp, bytes);
    if (frame === undefined) {
      return this.#returnFault({ exception: EXC.busFault, status: CFSR.UNSTKERR }, excReturn);
    }
    const xpsr = frame[7]!;
    STACKED.forEach((id, i) => {
      engine.writeRegister(id, frame[i]!);
    });
    if (extended) {
      for (let i = 0; i < 16; i += 1) engine.writeRegister(REG.s0 + i, frame[8 + i]!);
      engine.writeRegister(REG.fpscr, frame[24]!);
    }
    engine.writeRegister(usesPsp ? REG.psp : REG.msp, (sp + bytes) | ((xpsr & XPSR_ALIGN) !== 0 ? 4 : 0));
    this.ipsr = xpsr & 0x1ff;
    this.#setControlAndStatus((xpsr & ~XPSR_ALIGN) >>> 0, toThread, usesPsp, extended);
    this.#engine.writeRegister(REG.pc, (frame[6]! | 1) >>> 0);
    return toThread;
  }

  /** Mode first, stack second: the stack pointer selection only takes effect in thread mode. */
  #setControlAndStatus(xpsr: number, toThread: boolean, usesPsp: boolean, extended: boolean): void {
    const engine = this.#engine;
    const fpca = extended ? CONTROL_FPCA : 0;
    const unprivileged = engine.readRegister(REG.control) & 1;
    engine.writeRegister(REG.control, fpca | (usesPsp ? CONTROL_SPSEL : 0));
    engine.writeRegister(REG.xpsr, xpsr);
    if (toThread) engine.writeRegister(REG.control, fpca | (usesPsp ? CONTROL_SPSEL : 0) | unprivileged);
    else engine.writeRegister(REG.control, fpca | unprivileged);
  }

  #returnFault(fault: Fault, excReturn: number): boolean {
    this.fault(fault, (excReturn & ~1) >>> 0);
    return false;
  }

  #hasFpContext(control: number): boolean {
    return this.#traits.hasFpu && (control & CONTROL_FPCA) !== 0;
  }

  #push(returnAddress: number): { engine: UnicornEngine; frameOk: boolean } {
    const engine = this.#engine;
    const extended = this.#hasFpContext(engine.readRegister(REG.control));
    const sp = engine.readRegister(REG.sp);
    const bytes = extended ? EXTENDED_FRAME_BYTES : BASIC_FRAME_BYTES;
    const frameAt = ((sp - bytes) & ~7) >>> 0;
    const xpsr = this.#status();
    const frame = STACKED.map((id) => engine.readRegister(id));
    frame.push(returnAddress & ~1, (xpsr & ~XPSR_ALIGN) | ((sp & 4) !== 0 ? XPSR_ALIGN : 0));
    if (extended) {
      for (let i = 0; i < 16; i += 1) frame.push(engine.readRegister(REG.s0 + i));
      frame.push(engine.readRegister(REG.fpscr), 0);
    }
    let frameOk = true;
    frame.forEach((word, i) => {
      frameOk = this.#bus.writeStack(frameAt + 4 * i, word >>> 0) && frameOk;
    });
    engine.writeRegister(REG.sp, frameAt);
    return { engine, frameOk };
  }

  /** xPSR with the handler number that this model keeps. */
  #status(): number {
    return ((this.#engine.readRegister(REG.xpsr) & ~0x1ff) | this.ipsr) >>> 0;
  }

  /** Stacking failed on the way into `exception`: what is entered instead; the original stays pending. */
  #derivedFault(exception: number): number {
    if (this.#traits.hasFaultStatus) this.#scb.cfsr |= CFSR.STKERR;
    if (exception === EXC.hardFault || exception === EXC.nmi) return exception;
    const { busFault } = EXC;
    const preempts =
      this.#traits.hasFaultStatus &&
      this.#nvic.isEnabled(busFault) &&
      this.#nvic.groupPriority(busFault) < this.#nvic.groupPriority(exception);
    if (preempts) return busFault;
    this.#scb.hfsr |= HFSR.FORCED;
    return EXC.hardFault;
  }

  #vector(exception: number, excReturn: number, control: number): void {
    const engine = this.#engine;
    const flags = engine.readRegister(REG.xpsr) & XPSR_FLAGS;
    this.ipsr = exception;
    engine.writeRegister(REG.xpsr, (flags | XPSR_T | exception) >>> 0);
    if (this.#hasFpContext(control)) engine.writeRegister(REG.control, control & 1);
    engine.writeRegister(REG.lr, excReturn);
    const target = this.#bus.read((this.#scb.vtor + 4 * exception) >>> 0, 4, 'core');
    if (target !== undefined) {
      this.#jump(target);
      return;
    }
    this.#scb.hfsr |= HFSR.VECTTBL;
    if (exception === EXC.hardFault || exception === EXC.nmi) {
      this.#host.lockUp();
      return;
    }
    this.#nvic.setActive(exception, false);
    this.#nvic.activate(EXC.hardFault);
    this.#vector(EXC.hardFault, excReturn, control);
  }

  #jump(vector: number): void {
    // Bit 0 is the T bit: a vector without it faults on the first instruction (the run reports ARM state).
    this.#engine.writeRegister(REG.pc, vector);
    this.thumb = (vector & 1) !== 0;
    this.vectorIsNoReturn = vector >= EXC_RETURN_FIRST;
  }

  /**
   * True after a jump to a vector that looks like an EXC_RETURN (an erased flash gives 0xFFFFFFFF): only branches in a
   * handler return from exceptions, a vector is an address to fetch from, and nothing can be fetched there.
   */
  vectorIsNoReturn = false;

  /** False after a jump to a vector without the T bit: the first instruction is a usage fault. */
  thumb = true;

  #readFrame(address: number, bytes: number): Uint32Array | undefined {
    const raw = this.#bus.readBlock(address, bytes, 'core');
    if (raw === undefined) return undefined;
    const view = new DataView(raw.buffer, raw.byteOffset, bytes);
    return Uint32Array.from({ length: bytes / 4 }, (_, i) => view.getUint32(4 * i, true));
  }

  #catch(exception: number, status: number): void {
    const wanted =
      exception === EXC.hardFault
        ? DEMCR.VC_HARDERR
        : exception === EXC.busFault
          ? DEMCR.VC_BUSERR
          : (status & CFSR.NOCP) !== 0
            ? DEMCR.VC_NOCPERR
            : DEMCR.VC_STATERR;
    if (this.#debug.catches(wanted)) this.#host.caught();
  }
}
