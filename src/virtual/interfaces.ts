/** The seams inside the virtual board: core, peripherals, probe server and wire meet only here. */

/** Virtual time. Core running: instructions ÷ core clock; asleep: jumps to events (docs/architecture.md). */
export interface VirtualClock {
  /** Virtual nanoseconds since power-on, exact inside a peripheral access too. */
  nowNs(): number;
  /** Calls back once at virtual time `atNs` (never earlier; between two instructions). */
  schedule(atNs: number, callback: () => void): EventHandle;
  cancel(handle: EventHandle): void;
}

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
  /** Raises NMI (for example a flash ECC double error). */
  raiseNmi(): void;
  /** Core clock as RCC now has it; time and SysTick follow from it. */
  setCoreClockHz(clockHz: number): void;
  /** System reset requested by a peripheral (watchdog, option byte load). */
  requestReset(kind: ResetKind): void;
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
}
