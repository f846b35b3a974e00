/** The seams inside the virtual board: core, peripherals, probe server and wire meet only here. */

/** Virtual time. Core running: instructions ÷ core clock; asleep: jumps to events (docs/architecture.md). */
export interface VirtualClock {
  /** Virtual nanoseconds since power-on, exact inside a peripheral access too. */
  nowNs(): number;
  /**
   * Calls back once at virtual time `atNs` (never earlier; between two instructions). `traffic` (a byte in flight,
   * a flash operation) is jumped to when the core sleeps; a `timer` only when it is due within 10 ms, otherwise it
   * waits for the wall clock.
   */
  schedule(atNs: number, callback: () => void, kind?: EventKind): EventHandle;
  cancel(handle: EventHandle): void;
  /** With the core halted, held in reset or asleep: runs what is due until `atNs` and sets the time to it. */
  advanceTo(atNs: number): void;
}

export type EventKind = 'traffic' | 'timer';

export type EventHandle = { readonly atNs: number };

export type ResetKind = 'power-on' | 'pin' | 'software' | 'watchdog';

/** A block of memory-mapped registers, named as in the reference manual. */
export interface Peripheral {
  readonly name: string;
  readonly baseAddress: number;
  readonly sizeBytes: number;
  /** Register read by the core, DMA or the debugger; `sizeBytes` is 1, 2 or 4; result unsigned. */
  read(offsetBytes: number, sizeBytes: number, by: BusMaster): number;
  write(offsetBytes: number, sizeBytes: number, value: number, by: BusMaster): void;
  reset(kind: ResetKind): void;
}

export type BusMaster = 'core' | 'debugger' | 'dma';

/** What peripherals may ask of the core. */
export interface CoreSignals {
  /** Level of an interrupt request line into the NVIC (number as in the reference manual's vector table). */
  setIrq(irqNumber: number, level: boolean): void;
  /** A bus error answered by a register block (for example a wrong flash key): bus fault, by default a hard fault. */
  raiseBusFault(address: number): void;
  /** Level of the request for NMI (for example FLASH_ECCR.ECCD): high after the handler's end, it is taken again. */
  setNmi(level: boolean): void;
  /** Core clock as RCC now has it; time and SysTick follow from it. */
  setCoreClockHz(clockHz: number): void;
  /** Memory that can hold code was changed by other means than a store (flash operation): stale translations go. */
  codeChanged(address: number, lengthBytes: number): void;
  /** System reset requested by a peripheral (watchdog, option byte load). */
  requestReset(kind: ResetKind): void;
  /** The core executes nothing more before `atNs` (bus stalled by the flash controller); events still happen. */
  stallUntil(atNs: number): void;
  /** Address of the instruction being executed, for decisions and messages. */
  programCounter(): number;
  /** Halted by the debugger (timers with their DBGMCU freeze bit stand still). */
  readonly halted: boolean;
  /** Asleep in WFI or WFE. */
  readonly asleep: boolean;
  /** A debugger has switched halting debug on. */
  readonly debugged: boolean;
}

/** Something a real chip would leave undefined, or that this model does not do: never silent. */
export interface Complaint {
  /** `violation`: the manual forbids it. `unmodelled`: the model cannot do it. `note`: worth knowing, harmless. */
  readonly kind: 'violation' | 'unmodelled' | 'note';
  readonly peripheral: string;
  readonly text: string;
  readonly address?: number;
}

/** How the flash controller tells the machine about its array. */
export interface FlashArrayListener {
  /** Bytes changed: translations of them, at every alias, are stale. */
  changed(offsetBytes: number, lengthBytes: number): void;
  /**
   * Offsets (multiples of 8) of double words whose ECC cannot be corrected. Until the next call, every read of one by
   * core, DMA or debugger must call `FlashWriteSink.readTorn` with the array offset.
   */
  tornWordsChanged(offsetsBytes: ReadonlySet<number>): void;
}

/** What a chip's peripherals get from the machine. */
export interface ChipContext {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly bus: SystemBus;
  /** The main flash array; only the flash controller writes it. */
  readonly flash: Uint8Array;
  readonly flashListener: FlashArrayListener;
  complain(complaint: Complaint): void;
}

/** What the machine gets from a family file (families/stm32l4.ts). */
export interface ChipModel {
  /** Register blocks; where none is, the family's own catch-all peripheral answers. */
  readonly peripherals: readonly Peripheral[];
  readonly flashSink: FlashWriteSink;
  /** System reset: every peripheral in the manual's order. */
  reset(kind: ResetKind): void;
  /** Supply gone: a running flash operation is torn, the serial line goes quiet. */
  powerOff(): void;
}

/** Memory as DMA and the debugger see it: RAM, flash and peripherals, code caches kept coherent. */
export interface SystemBus {
  /** @returns undefined where nothing answers (bus fault). */
  read(address: number, sizeBytes: 1 | 2 | 4, by: BusMaster): number | undefined;
  write(address: number, sizeBytes: 1 | 2 | 4, value: number, by: BusMaster): boolean;
  readBlock(address: number, lengthBytes: number, by: BusMaster): Uint8Array | undefined;
  writeBlock(address: number, bytes: Uint8Array, by: BusMaster): boolean;
}

/**
 * A write to flash address space, by core or debugger. The flash controller decides; it changes the array itself
 * through the Buffer it was given, and the machine keeps translations of code coherent.
 */
export interface FlashWriteSink {
  write(address: number, sizeBytes: 1 | 2 | 4, value: number, by: BusMaster): void;
  /** A read of a double word with an uncorrectable ECC error (offset in the array): sets ECCD, raises NMI. */
  readTorn(offsetBytes: number, by: BusMaster): void;
}

/** What the ST-LINK model may do to a core: the debug port, seen from outside. */
export interface DebugTarget {
  readonly bus: SystemBus;
  /** Core register by DCRSR number: 0-15, 16 xPSR, 17 MSP, 18 PSP, 0x14 CONTROL/FAULTMASK/BASEPRI/PRIMASK, 0x21 FPSCR, 0x40+n Sn. */
  readCoreRegister(selector: number): number;
  writeCoreRegister(selector: number, value: number): void;
  /** NRST pin: true holds the core in reset. Release halts it if DEMCR.VC_CORERESET and C_DEBUGEN are set. */
  setNrst(low: boolean): void;
  systemReset(): void;
  readonly powered: boolean;
  /** DPIDR of the debug port. */
  readonly debugPortId: number;
}
