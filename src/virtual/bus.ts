import { NeaiError } from '../shared/errors.ts';
import type { BusMaster, FlashWriteSink, Peripheral, SystemBus } from './interfaces.ts';

const PAGE_BYTES = 4096;

/** A block of memory behind a Buffer, seen at one address and at any number of aliases. */
export interface MemoryRegion {
  readonly name: string;
  /** ram: read, write, execute; flash: writes go to the flash controller; rom: writes are bus faults. */
  readonly kind: 'ram' | 'flash' | 'rom';
  readonly baseAddress: number;
  readonly sizeBytes: number;
  readonly aliases?: readonly number[];
  /** Content at power-on and store; at least `sizeBytes` rounded up to 4096 long. Made here when absent. */
  readonly bytes?: Buffer;
}

export type MemoryMap = readonly MemoryRegion[];

/** One appearance of a region in the address space. */
export interface Window {
  readonly region: MemoryRegion;
  readonly start: number;
  readonly end: number;
  readonly memory: Buffer;
}

const roundUp = (sizeBytes: number) => Math.ceil(sizeBytes / PAGE_BYTES) * PAGE_BYTES;

/** The PPB below peripherals of the chip: everything the core itself has at 0xE0000000. */
export interface SystemControlSpace {
  read(address: number, sizeBytes: number, by: BusMaster): number;
  write(address: number, sizeBytes: number, value: number, by: BusMaster): void;
}

const SYSTEM_SPACE = 0xe0000000;
const SYSTEM_SPACE_BYTES = 0x100000;
const isSystemSpace = (address: number) => address >>> 20 === SYSTEM_SPACE >>> 20;

/**
 * The bus matrix: memory windows, register blocks, the system control space. The core reaches memory without passing
 * here; it comes by for registers, the debugger and DMA for everything.
 */
export class Bus implements SystemBus {
  readonly windows: readonly Window[];
  peripherals: readonly Peripheral[] = [];
  /** Set by the machine once the chip is built: its peripherals need the bus first. */
  flash: FlashWriteSink | undefined;
  /** Array offsets of the double words of flash whose ECC cannot be corrected. */
  torn: ReadonlySet<number> = new Set();
  readonly #scs: SystemControlSpace;
  #lastPeripheral: Peripheral | undefined;
  readonly #codeTouched: (window: Window, offsetBytes: number, lengthBytes: number, by: BusMaster) => void;

  constructor(options: {
    memory: MemoryMap;
    scs: SystemControlSpace;
    /** Memory changed behind the core's back: translations of it are stale, in every window of the region. */
    codeTouched: (window: Window, offsetBytes: number, lengthBytes: number, by: BusMaster) => void;
  }) {
    this.windows = options.memory.flatMap(windowsOf);
    this.#scs = options.scs;
    this.#codeTouched = options.codeTouched;
  }

  /** Address ranges that must be mapped as registers for the core, on whole pages, merged: [address, sizeBytes]. */
  registerRanges(): [number, number][] {
    const ranges = this.peripherals
      .map(({ baseAddress, sizeBytes }) => [baseAddress, baseAddress + sizeBytes] as const)
      .concat([[SYSTEM_SPACE, SYSTEM_SPACE + SYSTEM_SPACE_BYTES]])
      .map(([start, end]) => [Math.floor(start / PAGE_BYTES) * PAGE_BYTES, roundUp(end)] as [number, number])
      .sort(([a], [b]) => a - b);
    const merged: [number, number][] = [];
    for (const [start, end] of ranges) {
      const last = merged.at(-1);
      if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return merged.map(([start, end]) => [start, end - start]);
  }

  /** RAM after a power cut holds noise, always the same: software that forgets to initialise shows. */
  losePower(): void {
    for (const { region, memory } of this.windows) {
      let word = 0x2545f491;
      for (let at = 0; region.kind === 'ram' && at + 4 <= memory.length; at += 4) {
        word = (Math.imul(word, 1664525) + 1013904223) | 0;
        memory.writeInt32LE(word, at);
      }
    }
  }

  windowAt(address: number, lengthBytes = 1): Window | undefined {
    return this.windows.find((w) => address >= w.start && address + lengthBytes <= w.end);
  }

  /** The windows through which the core sees the same bytes as at `window`. */
  aliasesOf(window: Window): readonly Window[] {
    return this.windows.filter((w) => w.region === window.region);
  }

  read(address: number, sizeBytes: 1 | 2 | 4, by: BusMaster): number | undefined {
    const window = this.windowAt(address, sizeBytes);
    if (window === undefined) return this.readRegister(address, sizeBytes, by);
    this.#reportTorn(window, address - window.start, sizeBytes, by);
    return window.memory.readUIntLE(address - window.start, sizeBytes);
  }

  /** The flash controller does not know who reads: debugger and DMA raise the same error as the core. */
  #reportTorn(window: Window, offset: number, lengthBytes: number, by: BusMaster): void {
    if (window.region.kind !== 'flash' || this.torn.size === 0) return;
    for (let word = offset - (offset % 8); word < offset + lengthBytes; word += 8)
      if (this.torn.has(word)) this.flash?.readTorn(word, by);
  }

  write(address: number, sizeBytes: 1 | 2 | 4, value: number, by: BusMaster): boolean {
    const window = this.windowAt(address, sizeBytes);
    if (window === undefined) return this.writeRegister(address, sizeBytes, value, by);
    if (window.region.kind === 'flash') {
      this.flash?.write(address, sizeBytes, value, by);
      return this.flash !== undefined;
    }
    if (window.region.kind === 'rom') return false;
    const mask = sizeBytes === 4 ? 0xffffffff : 2 ** (8 * sizeBytes) - 1;
    window.memory.writeUIntLE((value & mask) >>> 0, address - window.start, sizeBytes);
    this.#codeTouched(window, address - window.start, sizeBytes, by);
    return true;
  }

  /** A word of an exception frame: memory only, and no code lies there. */
  writeStack(address: number, word: number): boolean {
    const window = this.windowAt(address, 4);
    if (window === undefined || window.region.kind !== 'ram') return false;
    window.memory.writeUInt32LE(word, address - window.start);
    return true;
  }

  readBlock(address: number, lengthBytes: number, by: BusMaster): Uint8Array | undefined {
    const window = this.windowAt(address, lengthBytes);
    if (window !== undefined) {
      const offset = address - window.start;
      this.#reportTorn(window, offset, lengthBytes, by);
      return Uint8Array.prototype.slice.call(window.memory, offset, offset + lengthBytes);
    }
    return this.#bytewise(address, lengthBytes, by);
  }

  writeBlock(address: number, bytes: Uint8Array, by: BusMaster): boolean {
    const window = this.windowAt(address, bytes.length);
    if (window !== undefined && window.region.kind === 'ram') {
      window.memory.set(bytes, address - window.start);
      this.#codeTouched(window, address - window.start, bytes.length, by);
      return true;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < bytes.length) {
      const size = chunkSize(address + at, bytes.length - at);
      const value =
        size === 4 ? view.getUint32(at, true) : size === 2 ? view.getUint16(at, true) : bytes[at]!;
      if (!this.write(address + at, size, value, by)) return false;
      at += size;
    }
    return true;
  }

  /** A register access; undefined where nothing answers. */
  readRegister(address: number, sizeBytes: number, by: BusMaster): number | undefined {
    const peripheral = this.#peripheralAt(address);
    if (peripheral !== undefined)
      return peripheral.read(address - peripheral.baseAddress, sizeBytes, by) >>> 0;
    return isSystemSpace(address) ? this.#scs.read(address, sizeBytes, by) >>> 0 : undefined;
  }

  writeRegister(address: number, sizeBytes: number, value: number, by: BusMaster): boolean {
    const peripheral = this.#peripheralAt(address);
    if (peripheral !== undefined) peripheral.write(address - peripheral.baseAddress, sizeBytes, value, by);
    else if (isSystemSpace(address)) this.#scs.write(address, sizeBytes, value, by);
    else return false;
    return true;
  }

  /** The first block of the list that holds the address: a catch-all stands last. */
  #peripheralAt(address: number): Peripheral | undefined {
    const last = this.#lastPeripheral;
    if (last !== undefined && address >= last.baseAddress && address < last.baseAddress + last.sizeBytes)
      return last;
    const found = this.peripherals.find(
      (p) => address >= p.baseAddress && address < p.baseAddress + p.sizeBytes,
    );
    if (found !== undefined && found !== this.peripherals.at(-1)) this.#lastPeripheral = found;
    return found;
  }

  #bytewise(address: number, lengthBytes: number, by: BusMaster): Uint8Array | undefined {
    const out = new Uint8Array(lengthBytes);
    let at = 0;
    while (at < lengthBytes) {
      const size = chunkSize(address + at, lengthBytes - at);
      const value = this.read(address + at, size, by);
      if (value === undefined) return undefined;
      for (let i = 0; i < size; i += 1) out[at + i] = value >>> (8 * i);
      at += size;
    }
    return out;
  }
}

/** Registers want whole words wherever address and length allow it. */
const chunkSize = (address: number, left: number): 1 | 2 | 4 =>
  address % 4 === 0 && left >= 4 ? 4 : address % 2 === 0 && left >= 2 ? 2 : 1;

function windowsOf(region: MemoryRegion): Window[] {
  const { baseAddress, sizeBytes, aliases = [], bytes } = region;
  const memory = bytes ?? Buffer.alloc(roundUp(sizeBytes), region.kind === 'ram' ? 0 : 0xff);
  const starts = [baseAddress, ...aliases];
  if (memory.length < roundUp(sizeBytes) || starts.some((start) => start % PAGE_BYTES !== 0)) {
    throw new NeaiError('VIRTUAL_MEMORY_MAP', `Region ${region.name} cannot be mapped`, {
      asked: 'addresses on 4096-byte pages, a buffer of whole pages',
      got: `${memory.length} bytes at ${starts.map((s) => `0x${s.toString(16)}`).join(', ')}`,
    });
  }
  return starts.map((start) => ({ region, start, end: start + sizeBytes, memory }));
}

/** The bus as a debugger sees it: `attend` hears of every access. */
export function attendedBus(bus: SystemBus, attend: () => void): SystemBus {
  const attended = <A extends unknown[], R>(access: (...args: A) => R) => {
    return (...args: A): R => {
      attend();
      return access(...args);
    };
  };
  return {
    read: attended((address, size, by) => bus.read(address, size, by)),
    write: attended((address, size, value, by) => bus.write(address, size, value, by)),
    readBlock: attended((address, length, by) => bus.readBlock(address, length, by)),
    writeBlock: attended((address, bytes, by) => bus.writeBlock(address, bytes, by)),
  };
}
