import type { DebugTarget } from '../interfaces.ts';

/** What a debug port answers to one access (ADIv5). */
interface DapAnswer {
  readonly status: number;
  readonly value: number;
}

export const STATUS_OK = 0x80;
export const STATUS_AP_FAULT = 0x11;
const STATUS_BAD_AP = 0x1d;
export const STATUS_FAULT = 0x81;

/** Port number by which the probe means the debug port itself instead of an access port. */
const DEBUG_PORT = 0xffff;

/** AHB-AP of a Cortex-M4 r0p1. */
const AHB_AP_IDR = 0x24770011;
/** ROM table of a Cortex-M4, entry present. */
const AHB_AP_BASE = 0xe00ff003;

const POWER_UP_REQUESTS = 0x50000000;

/** DP and AHB-AP registers of ADIv5 for `dapdirect_swd`: each data access becomes one access on the target's bus. */
export class DebugAccessPort {
  readonly #target: DebugTarget;
  #ctrlStat = 0;
  #csw = 0x03000042;
  #tar = 0;
  #readBuffer = 0;

  constructor(target: DebugTarget) {
    this.#target = target;
  }

  read(port: number, register: number): DapAnswer {
    if (port === DEBUG_PORT) return ok(this.#readDebugPort(register));
    if (port !== 0) return ok(0); // an access port that is not there reads as zero, IDR included
    switch (register & 0xff) {
      case 0x00:
        return ok(this.#csw);
      case 0x04:
        return ok(this.#tar);
      case 0x0c:
        return this.#readData(this.#tar, true);
      case 0x10:
      case 0x14:
      case 0x18:
      case 0x1c:
        return this.#readData(((this.#tar & ~15) | (register & 12)) >>> 0, false);
      case 0xf8:
        return ok(AHB_AP_BASE);
      case 0xfc:
        return ok(AHB_AP_IDR);
      default:
        return ok(0);
    }
  }

  write(port: number, register: number, value: number): DapAnswer {
    if (port === DEBUG_PORT) {
      // CTRL/STAT: a power-up acknowledge is its request bit shifted left; ABORT and SELECT leave nothing to read.
      if ((register & 12) === 4) this.#ctrlStat = (value & POWER_UP_REQUESTS) >>> 0;
      return ok(0);
    }
    if (port !== 0) return { status: STATUS_BAD_AP, value: 0 };
    switch (register & 0xff) {
      case 0x00:
        this.#csw = ((value & 0xffffff3f) | 0x40) >>> 0;
        return ok(0);
      case 0x04:
        this.#tar = value >>> 0;
        return ok(0);
      case 0x0c:
        return this.#writeData(this.#tar, value, true);
      case 0x10:
      case 0x14:
      case 0x18:
      case 0x1c:
        return this.#writeData(((this.#tar & ~15) | (register & 12)) >>> 0, value, false);
      default:
        return ok(0);
    }
  }

  #readDebugPort(register: number): number {
    switch (register & 12) {
      case 0:
        return this.#target.debugPortId;
      case 4:
        return (this.#ctrlStat | (this.#ctrlStat << 1)) >>> 0;
      default:
        return this.#readBuffer;
    }
  }

  get #sizeBytes(): 1 | 2 | 4 {
    const code = this.#csw & 7;
    return code === 0 ? 1 : code === 1 ? 2 : 4;
  }

  #increment(): void {
    if (this.#csw & 0x30) this.#tar = ((this.#tar & ~0x3ff) | ((this.#tar + this.#sizeBytes) & 0x3ff)) >>> 0;
  }

  #readData(address: number, increment: boolean): DapAnswer {
    const value = this.#target.bus.read(address, increment ? this.#sizeBytes : 4, 'debugger');
    if (value === undefined) return { status: STATUS_AP_FAULT, value: 0 };
    // Narrow transfers use the byte lanes of their address.
    const onLanes = increment ? (value << (8 * (address & 3))) >>> 0 : value;
    if (increment) this.#increment();
    this.#readBuffer = onLanes;
    return ok(onLanes);
  }

  #writeData(address: number, value: number, increment: boolean): DapAnswer {
    const sizeBytes = increment ? this.#sizeBytes : 4;
    const fromLanes = increment ? value >>> (8 * (address & 3)) : value >>> 0;
    const mask = sizeBytes === 4 ? 0xffffffff : 2 ** (8 * sizeBytes) - 1;
    if (!this.#target.bus.write(address, sizeBytes, (fromLanes & mask) >>> 0, 'debugger'))
      return { status: STATUS_AP_FAULT, value: 0 };
    if (increment) this.#increment();
    return ok(0);
  }
}

const ok = (value: number): DapAnswer => ({ status: STATUS_OK, value: value >>> 0 });
