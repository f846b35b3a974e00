import type { DebugTarget } from '../interfaces.ts';
import { DebugAccessPort, STATUS_AP_FAULT, STATUS_FAULT, STATUS_OK } from './dap.ts';

/** Firmware V2J40M27 of an ST-LINK/V2-1, as its version word packs it: version, JTAG and mass-storage numbers. */
const VERSION_WORD = (2 << 12) | (40 << 6) | 27;
export const VENDOR_ID = 0x0483;
/** ST-LINK/V2-1 with mass storage: what a NUCLEO-L432KC carries. */
export const PRODUCT_ID = 0x374b;

const MODE_MASS_STORAGE = 1;
const MODE_DEBUG = 2;
const SPACE_BYTES = 64;
const WORDS_BYTES = 6144;

/**
 * The USB command set of an ST-LINK/V2-1 over a debug target: one 16-byte command block in, an answer out.
 * Multi-byte arguments are little-endian, only the version word is big-endian. Debug answers begin with a status
 * byte; an error of a memory access is told by the following `F2 3E` (last read/write status) alone.
 */
export class StlinkProbe {
  readonly #target: DebugTarget;
  readonly #dap: DebugAccessPort;
  #mode = MODE_MASS_STORAGE;
  #lastStatus = STATUS_OK;
  #faultAddress = 0;
  #batchResult = new Uint8Array(0);

  constructor(target: DebugTarget) {
    this.#target = target;
    this.#dap = new DebugAccessPort(target);
  }

  /**
   * @param command 16 bytes
   * @param data what the host sends after the command, empty for reads
   * @returns the answer, to be padded or cut by the caller to the length the host asked for
   */
  execute(command: Uint8Array, data: Uint8Array): Uint8Array {
    switch (command[0]) {
      case 0xf1:
        return bytes(VERSION_WORD >> 8, VERSION_WORD & 0xff, ...halfword(VENDOR_ID), ...halfword(PRODUCT_ID));
      case 0xf5:
        return bytes(this.#mode, 0);
      case 0xf7:
        // Supply voltage = 2 · b · 1.2 / a: 3.27 V, or none.
        return bytes(...word(1000), ...word(this.#target.powered ? 1363 : 0));
      case 0xf2:
        return this.#debug(command, data);
      default:
        return bytes(STATUS_FAULT, 0);
    }
  }

  #debug(command: Uint8Array, data: Uint8Array): Uint8Array {
    const view = new DataView(command.buffer, command.byteOffset, command.length);
    const operation = command[1]!;
    if (operation === 0x21) {
      this.#mode = MODE_MASS_STORAGE;
      return bytes();
    }
    if (!this.#target.powered) return bytes(STATUS_FAULT, 0);
    switch (operation) {
      case 0x30:
        this.#mode = MODE_DEBUG;
        return bytes(STATUS_OK, 0);
      case 0x43: // frequency of the wire: any divisor will do
      case 0x4b: // open and close an access port
      case 0x4c:
        return bytes(STATUS_OK, 0);
      case 0x31:
        return bytes(STATUS_OK, 0, 0, 0, ...word(this.#target.debugPortId), ...word(0));
      case 0x3c:
        this.#drivePin(command[2]!);
        return bytes(STATUS_OK, 0);
      case 0x32:
        this.#target.systemReset();
        return bytes(STATUS_OK, 0);
      case 0x33:
        return bytes(STATUS_OK, 0, 0, 0, ...word(this.#target.readCoreRegister(command[2]!)));
      case 0x34:
        this.#target.writeCoreRegister(command[2]!, view.getUint32(3, true));
        return bytes(STATUS_OK, 0);
      case 0x35: {
        const done = this.#target.bus.write(view.getUint32(2, true), 4, view.getUint32(6, true), 'debugger');
        return bytes(done ? STATUS_OK : STATUS_AP_FAULT, 0);
      }
      case 0x36: {
        const value = this.#target.bus.read(view.getUint32(2, true), 4, 'debugger');
        return bytes(value === undefined ? STATUS_AP_FAULT : STATUS_OK, 0, 0, 0, ...word(value ?? 0));
      }
      case 0x3e:
        return bytes(this.#lastStatus, 0, 0, 0, ...word(this.#faultAddress), ...word(0));
      case 0x45: {
        const { status, value } = this.#dap.read(view.getUint16(2, true), view.getUint16(4, true));
        return bytes(status, 0, 0, 0, ...word(value));
      }
      case 0x46: {
        const port = view.getUint16(2, true);
        return bytes(this.#dap.write(port, view.getUint16(4, true), view.getUint32(6, true)).status, 0);
      }
      case 0x51:
        return this.#batch(command[2]!, data);
      case 0x52:
        return this.#batchResult;
      default:
        return this.#memory(operation, view.getUint32(2, true), view.getUint16(6, true), data);
    }
  }

  #drivePin(level: number): void {
    if (level === 0) this.#target.setNrst(true);
    else if (level === 1) this.#target.setNrst(false);
    else {
      this.#target.setNrst(true);
      this.#target.setNrst(false);
    }
  }

  /** Memory accesses by width; `50` and `54` repeat on one address. */
  #memory(operation: number, address: number, lengthBytes: number, data: Uint8Array): Uint8Array {
    const { bus } = this.#target;
    const settle = (failedAt: number | undefined): void => {
      this.#lastStatus = failedAt === undefined ? STATUS_OK : STATUS_AP_FAULT;
      this.#faultAddress = failedAt ?? 0;
    };
    const widths: Record<number, 1 | 2 | 4> = { 7: 4, 8: 4, 12: 1, 13: 1, 71: 2, 72: 2, 80: 4, 84: 4 };
    const sizeBytes = widths[operation];
    const limitBytes = sizeBytes === 1 ? SPACE_BYTES : WORDS_BYTES;
    if (sizeBytes === undefined || lengthBytes > limitBytes || lengthBytes % sizeBytes !== 0) {
      settle(address);
      return bytes(STATUS_FAULT, 0);
    }
    const stays = operation === 0x50 || operation === 0x54;
    const writes = operation === 0x08 || operation === 0x0d || operation === 0x48 || operation === 0x50;
    const buffer = new Uint8Array(lengthBytes);
    const view = writes
      ? new DataView(data.buffer, data.byteOffset, data.length)
      : new DataView(buffer.buffer);
    if (writes && data.length < lengthBytes) {
      settle(address);
      return bytes();
    }
    settle(undefined);
    if (!stays && lengthBytes >= 32 && isMemory(address)) {
      const block = writes ? undefined : bus.readBlock(address, lengthBytes, 'debugger');
      if (block) return block;
      if (writes && bus.writeBlock(address, data.subarray(0, lengthBytes), 'debugger')) return bytes();
    }
    for (let offset = 0; offset < lengthBytes; offset += sizeBytes) {
      const at = (stays ? address : address + offset) >>> 0;
      if (writes) {
        if (!bus.write(at, sizeBytes, getSized(view, offset, sizeBytes), 'debugger')) {
          settle(at);
          return bytes();
        }
      } else {
        const value = bus.read(at, sizeBytes, 'debugger');
        if (value === undefined) {
          settle(at);
          return buffer;
        }
        setSized(view, offset, sizeBytes, value);
      }
    }
    return buffer;
  }

  /**
   * A batch of word accesses (server interface 3): opcodes 1 address of the next write, 2 write, 3 read, 5 access port
   * number, padded to a multiple of four, then one argument each: the address, the value, the address to read, the number.
   * Its answers, values first and statuses after them, are fetched by `52`.
   */
  #batch(count: number, data: Uint8Array): Uint8Array {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const argumentsAt = (count + 3) & ~3;
    const result = new DataView(new ArrayBuffer(8 * count));
    let address = 0;
    for (let index = 0; index < count; index++) {
      const argument = view.getUint32(argumentsAt + 4 * index, true);
      let status = STATUS_OK;
      switch (data[index]) {
        case 1:
          address = argument;
          break;
        case 2:
          if (!this.#target.bus.write(address, 4, argument, 'debugger')) status = STATUS_AP_FAULT;
          break;
        case 3: {
          const value = this.#target.bus.read(argument, 4, 'debugger');
          if (value === undefined) status = STATUS_AP_FAULT;
          result.setUint32(4 * index, value ?? 0, true);
          break;
        }
        case 5:
          break;
        default:
          status = STATUS_FAULT;
      }
      result.setUint32(4 * (count + index), status, true);
    }
    this.#batchResult = new Uint8Array(result.buffer);
    return bytes();
  }
}

/** RAM and flash may be moved as blocks; registers are accessed one by one, in order. */
const isMemory = (address: number): boolean => address >>> 28 <= 3;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const halfword = (value: number): number[] => [value & 0xff, value >>> 8];
const word = (value: number): number[] => [
  value & 0xff,
  (value >>> 8) & 0xff,
  (value >>> 16) & 0xff,
  value >>> 24,
];

function getSized(view: DataView, offset: number, sizeBytes: 1 | 2 | 4): number {
  if (sizeBytes === 1) return view.getUint8(offset);
  return sizeBytes === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
}

function setSized(view: DataView, offset: number, sizeBytes: 1 | 2 | 4, value: number): void {
  if (sizeBytes === 1) view.setUint8(offset, value);
  else if (sizeBytes === 2) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
}
