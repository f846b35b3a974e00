import koffi, { type TypeObject } from 'koffi';
import { NeaiError } from '../shared/errors.ts';
import { CPU_TRAITS, type CpuModel } from './core-models.ts';
import { MOST_BYTES_BEHIND_IT, pcBehindItBlock } from './it-block.ts';

/**
 * The only file that talks to libunicorn. Facts that are not in its documentation and that the code below leans on:
 * the engine must be opened with UC_MODE_THUMB alone (with UC_MODE_MCLASS it is a Cortex-M33 whatever model is set);
 * counted and uncounted runs must not be mixed; `emu_counter` and `emu_count` lie side by side in the engine's
 * structure, and writing 0 to the latter is the one way to stop exactly after the current instruction.
 */

const UC_ARCH_ARM = 1;
const UC_MODE_THUMB = 1 << 4;
const UC_CTL_CPU_MODEL = 7;
const UC_CTL_TB_REMOVE_CACHE = 9;
const HOOK_INTR = 1 << 0;
const HOOK_CODE = 1 << 2;
const HOOK_UNMAPPED = (1 << 4) | (1 << 5) | (1 << 6);
const HOOK_WRITE_PROTECTED = 1 << 8;
const HOOK_READ = 1 << 10;
/** An address that no Cortex-M can fetch from: runs never end by reaching it. */
const NEVER = 0xeffffffe;
const SCRATCH = 0x60000000;
const PROBE_COUNT = 12347;
const STRUCT_BYTES = 4096;

/** Register numbers of libunicorn's ARM register list. */
export const REG = {
  fpscr: 6,
  lr: 10,
  pc: 11,
  sp: 12,
  r0: 66,
  s0: 79,
  msp: 115,
  psp: 116,
  control: 117,
  xpsr: 120,
  primask: 123,
  basepri: 124,
  faultmask: 126,
} as const;

export const UC_OK = 0;
export const UC_ERR_FETCH_UNMAPPED = 8;
export const UC_ERR_INSN_INVALID = 10;

/** What an engine reports while it runs; every callback is made between or inside instructions, synchronously. */
export interface EngineListener {
  ioRead(address: number, sizeBytes: number): number;
  ioWrite(address: number, sizeBytes: number, value: number): void;
  /** A store to memory mapped without write permission; the store is still performed after this returns. */
  protectedWrite(address: number, sizeBytes: number, value: number): void;
  /** A load, store or fetch where nothing is mapped. */
  unmapped(address: number, isFetch: boolean): void;
  /** A code address given to `watch` is about to execute. */
  watched(address: number): void;
}

type Fn = (...args: unknown[]) => number;

function bind(path: string) {
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load(path);
  } catch (cause) {
    throw new NeaiError('VIRTUAL_CPU_UNAVAILABLE', `Cannot load ${path}`, { got: String(cause), cause });
  }
  const fn = (signature: string): Fn => library.func(signature) as unknown as Fn;
  const proto = (signature: string) => koffi.pointer(koffi.proto(signature));
  return {
    version: fn('uint32_t uc_version(void *major, void *minor)'),
    open: fn('int uc_open(int arch, int mode, _Out_ void **uc)'),
    close: fn('int uc_close(void *uc)'),
    control: fn('int uc_ctl(void *uc, uint32_t control, ...)'),
    start: fn('int uc_emu_start(void *uc, uint64_t begin, uint64_t until, uint64_t timeout, size_t count)'),
    stop: fn('int uc_emu_stop(void *uc)'),
    registerRead: fn('int uc_reg_read(void *uc, int id, void *value)'),
    registerWrite: fn('int uc_reg_write(void *uc, int id, void *value)'),
    memMapPointer: fn('int uc_mem_map_ptr(void *uc, uint64_t at, size_t size, uint32_t perms, void *memory)'),
    memRead: fn('int uc_mem_read(void *uc, uint64_t at, void *bytes, size_t size)'),
    memUnmap: fn('int uc_mem_unmap(void *uc, uint64_t at, size_t size)'),
    mmioMap: fn(
      'int uc_mmio_map(void *uc, uint64_t at, size_t size, void *read, void *readData, void *write, void *writeData)',
    ),
    hookAdd: fn(
      'int uc_hook_add(void *uc, _Out_ size_t *hook, int type, void *callback, void *data, uint64_t begin, uint64_t end, ...)',
    ),
    hookDelete: fn('int uc_hook_del(void *uc, size_t hook)'),
    // Only the leading arguments, and those as 32 bits: nothing of the rest is needed and no BigInt is made.
    interruptCallback: proto('void NeaiInterrupt(uint32_t uc, uint32_t number)'),
    codeCallback: proto('void NeaiCode(uint32_t uc, uint32_t address)'),
    memoryCallback: proto(
      'bool NeaiMemory(uint32_t uc, uint32_t type, uint32_t address, uint32_t size, uint32_t value)',
    ),
    ioReadCallback: proto('uint64_t NeaiIoRead(uint32_t uc, uint32_t offset, uint32_t size)'),
    ioWriteCallback: proto('void NeaiIoWrite(uint32_t uc, uint32_t offset, uint32_t size, uint32_t value)'),
  };
}

let bound: ReturnType<typeof bind> | undefined;
const api = () => {
  bound ??= bind('libunicorn.so.2');
  return bound;
};

/** Version of the emulator library, as it tells it. @throws VIRTUAL_CPU_UNAVAILABLE */
export function libraryVersion(): string {
  const word = api().version(null, null);
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}`;
}

/** What ended a run. */
export interface RunResult {
  /** Instructions completed, a faulting or trapping one included (conditionally skipped ones in IT blocks are not counted). */
  readonly executed: number;
  /** uc_err: 0 unless an instruction was invalid or memory unmapped. */
  readonly error: number;
  /** Exception number of the emulator library, or undefined: 2 SVC, 7 BKPT, 3 and 8 exception return, 17 no FPU, 18 ARM state. */
  readonly interrupt: number | undefined;
  /** The run ended before its count although nothing else says why: WFI. */
  readonly waiting: boolean;
}

/** One emulated core: registers, memory mappings, counted runs. */
export class UnicornEngine {
  readonly model: CpuModel;
  readonly #api = api();
  readonly #uc: unknown;
  readonly #value = Buffer.alloc(8);
  readonly #codeBefore = Buffer.alloc(MOST_BYTES_BEHIND_IT);
  readonly #valueWords = new Uint32Array(this.#value.buffer, this.#value.byteOffset, 2);
  readonly #registered: bigint[] = [];
  /** The engine writes through raw pointers: what it writes to must not be collected. */
  readonly #keep: Buffer[] = [];
  readonly #listener: EngineListener;
  readonly #readHooks: number[] = [];
  readonly #watches = new Map<number, number>();
  readonly #watchCallback: unknown;
  /** [counter low, counter high, count low, count high] of the engine's structure. */
  #counters = new Uint32Array(4);
  #interrupt: number | undefined;
  #watchStopped = false;
  #running = false;
  #closed = false;

  constructor(model: CpuModel, listener: EngineListener) {
    this.model = model;
    this.#listener = listener;
    const out: unknown[] = [null];
    this.#check(this.#api.open(UC_ARCH_ARM, UC_MODE_THUMB, out), 'uc_open');
    this.#uc = out[0];
    this.#setModel();
    this.#hook(HOOK_INTR, this.#api.interruptCallback, (_uc: number, number: number) => {
      this.#interrupt = number;
      this.#api.stop(this.#uc);
    });
    this.#hook(
      HOOK_UNMAPPED,
      this.#api.memoryCallback,
      (_uc: number, type: number, address: number): boolean => {
        this.#listener.unmapped(address >>> 0, type === 21);
        return false;
      },
    );
    this.#hook(
      HOOK_WRITE_PROTECTED,
      this.#api.memoryCallback,
      (_uc: number, _type: number, address: number, sizeBytes: number, value: number): boolean => {
        this.#listener.protectedWrite(address >>> 0, sizeBytes, value >>> 0);
        return true;
      },
    );
    this.#watchCallback = this.#register(this.#api.codeCallback, (_uc: number, address: number) => {
      this.#listener.watched(address >>> 0);
    });
    this.#selfTest();
  }

  /** Maps a Buffer (a multiple of 4096 bytes) at `address`; the same Buffer may be mapped more than once. */
  mapMemory(address: number, memory: Buffer, writable: boolean): void {
    this.#keep.push(memory);
    const permissions = writable ? 7 : 5;
    this.#check(
      this.#api.memMapPointer(this.#uc, address, memory.length, permissions, memory),
      `mapping ${memory.length} bytes at 0x${address.toString(16)}`,
    );
  }

  /** Maps register space: every access of the core goes to the listener. */
  mapIo(address: number, sizeBytes: number): void {
    const read = this.#register(this.#api.ioReadCallback, (_uc: number, offset: number, size: number) =>
      this.#listener.ioRead((address + offset) >>> 0, size),
    );
    const write = this.#register(
      this.#api.ioWriteCallback,
      (_uc: number, offset: number, size: number, value: number) => {
        this.#listener.ioWrite((address + offset) >>> 0, size, value >>> 0);
      },
    );
    this.#check(
      this.#api.mmioMap(this.#uc, address, sizeBytes, read, null, write, null),
      `mapping registers at 0x${address.toString(16)}`,
    );
  }

  /** Calls the listener before the instruction at `address` executes. Costs nothing elsewhere. */
  watch(address: number): void {
    if (this.#watches.has(address)) return;
    const out: unknown[] = [0];
    const error = this.#api.hookAdd(this.#uc, out, HOOK_CODE, this.#watchCallback, null, address, address);
    this.#check(error, 'uc_hook_add');
    this.#watches.set(address, Number(out[0]));
    this.invalidate(address, 4);
  }

  unwatch(address: number): void {
    const hook = this.#watches.get(address);
    if (hook === undefined) return;
    this.#watches.delete(address);
    this.#check(this.#api.hookDelete(this.#uc, hook), 'uc_hook_del');
    this.invalidate(address, 4);
  }

  /** Calls back on every load that touches one of the ranges [address, length]; replaces the ranges given before. */
  watchReads(ranges: readonly (readonly [number, number])[], seen: (address: number) => void): void {
    for (const hook of this.#readHooks.splice(0)) this.#api.hookDelete(this.#uc, hook);
    if (ranges.length === 0) return;
    const callback = this.#register(
      this.#api.memoryCallback,
      (_uc: number, _type: number, address: number) => {
        seen(address >>> 0);
        return true;
      },
    );
    for (const [address, length] of ranges) {
      const out: unknown[] = [0];
      const last = address + length - 1;
      this.#check(this.#api.hookAdd(this.#uc, out, HOOK_READ, callback, null, address, last), 'uc_hook_add');
      this.#readHooks.push(Number(out[0]));
    }
  }

  readRegister(id: number): number {
    this.#api.registerRead(this.#uc, id, this.#value);
    return this.#valueWords[0]!;
  }

  writeRegister(id: number, value: number): void {
    this.#valueWords[0] = value;
    this.#valueWords[1] = 0;
    this.#api.registerWrite(this.#uc, id, this.#value);
  }

  /** Forgets translations of the code at [address, address + lengthBytes). Not to be called inside a run. */
  invalidate(address: number, lengthBytes: number): void {
    const control = (UC_CTL_TB_REMOVE_CACHE | (2 << 26) | (1 << 30)) >>> 0;
    this.#api.control(this.#uc, control, 'uint64_t', address, 'uint64_t', address + lengthBytes);
  }

  /** Runs at most `count` instructions from `pc`; an IT block that has begun is finished first. */
  run(pc: number, thumb: boolean, count: number): RunResult {
    this.#interrupt = undefined;
    this.#watchStopped = false;
    this.#running = true;
    const error = this.#api.start(this.#uc, thumb ? (pc | 1) >>> 0 : pc, NEVER, 0, count);
    this.#running = false;
    const counter = this.#counters[0]!;
    const limit = this.#counters[2]!;
    // The instruction that exceeds the limit is counted but not executed; so is a watched one that stopped the run.
    const overshot = counter > limit || this.#watchStopped;
    const trapped = error !== UC_OK || this.#interrupt !== undefined;
    const inItBlock = overshot && !trapped && !this.#watchStopped && this.#leaveItBlock();
    return {
      executed: overshot && !trapped && !inItBlock ? counter - 1 : counter,
      error,
      interrupt: this.#interrupt,
      waiting: !overshot && !trapped,
    };
  }

  /** Puts the program counter right after a stop that the library has left inside a finished IT block. */
  #leaveItBlock(): boolean {
    if (!CPU_TRAITS[this.model].hasFaultStatus) return false; // v6-M has no IT
    const pc = this.readRegister(REG.pc);
    if (!this.#mayStandInItBlock(pc)) return false;
    const right = pcBehindItBlock((at) => this.#halfword(at), pc, this.readRegister(REG.xpsr));
    if (right === pc) return false;
    this.writeRegister(REG.pc, (right | 1) >>> 0);
    return true;
  }

  /** Slices are many and IT blocks few: one look at the code before. */
  #mayStandInItBlock(pc: number): boolean {
    const bytes = this.#codeBefore;
    const error = this.#api.memRead(this.#uc, pc - bytes.length, bytes, bytes.length);
    return (
      error !== UC_OK || bytes.some((byte, i) => i % 2 === 1 && byte === 0xbf && (bytes[i - 1]! & 15) !== 0)
    );
  }

  #halfword(address: number): number {
    const error = this.#api.memRead(this.#uc, address >>> 0, this.#value, 2);
    return error === UC_OK ? this.#value.readUInt16LE(0) : 0;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Inside a callback: instructions of this run completed before the current one. */
  get instructionsBefore(): number {
    return this.#counters[0]! - 1;
  }

  /** Inside a callback: ends the run after the current instruction. */
  stopAfterInstruction(): void {
    this.#counters[2] = 0;
    this.#counters[3] = 0;
  }

  /** Inside the `watched` callback only: ends the run before the watched instruction. */
  stopBeforeWatched(): void {
    this.#watchStopped = true;
    this.#api.stop(this.#uc);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#api.close(this.#uc);
    for (const callback of this.#registered) koffi.unregister(callback);
  }

  #register(type: unknown, callback: (...args: number[]) => unknown): unknown {
    const pointer = koffi.register(callback, type as TypeObject);
    this.#registered.push(pointer as unknown as bigint);
    return pointer;
  }

  #hook(type: number, prototype: unknown, callback: (...args: number[]) => unknown): void {
    const out: unknown[] = [0];
    const pointer = this.#register(prototype, callback);
    this.#check(this.#api.hookAdd(this.#uc, out, type, pointer, null, 1, 0), 'uc_hook_add');
  }

  #setModel(): void {
    const number = CPU_TRAITS[this.model].unicornModel;
    const set = (UC_CTL_CPU_MODEL | (1 << 26) | (1 << 30)) >>> 0;
    const get = (UC_CTL_CPU_MODEL | (1 << 26) | (2 << 30)) >>> 0;
    this.#check(this.#api.control(this.#uc, set, 'int', number), 'setting the CPU model');
    this.#valueWords[0] = 0xffffffff;
    this.#check(this.#api.control(this.#uc, get, 'void *', this.#value), 'reading the CPU model');
    if (this.#valueWords[0] !== number) {
      throw this.#refusal('The CPU model does not stick', `model ${this.#valueWords[0]}`);
    }
  }

  #selfTest(): void {
    const scratch = Buffer.alloc(4096);
    const program = (offset: number, halfwords: readonly number[]) => {
      for (const [i, halfword] of halfwords.entries()) scratch.writeUInt16LE(halfword, offset + 2 * i);
    };
    const selfBranch = 0xe7fe;
    this.mapMemory(SCRATCH, scratch, true);
    program(0, [selfBranch]);
    this.#api.start(this.#uc, SCRATCH | 1, NEVER, 0, PROBE_COUNT);
    this.#findCounters();
    const { accepts, rejects } = CPU_TRAITS[this.model];
    const refused = (offset: number, halfwords: readonly number[]): boolean => {
      program(offset, [...halfwords, selfBranch]);
      this.writeRegister(REG.sp, SCRATCH + 0x800);
      const { error, interrupt } = this.run(SCRATCH + offset, true, 3);
      return error !== UC_OK || interrupt !== undefined;
    };
    if (refused(0x100, accepts)) {
      throw this.#refusal('The core refuses an instruction that it has', hex(accepts));
    }
    if (!refused(0x200, rejects)) {
      throw this.#refusal('The core executes an instruction that it does not have', hex(rejects));
    }
    this.#check(this.#api.memUnmap(this.#uc, SCRATCH, scratch.length), 'uc_mem_unmap');
    this.#keep.length = 0;
  }

  #findCounters(): void {
    const words = new Uint32Array(koffi.view(this.#uc, STRUCT_BYTES));
    for (let i = 0; i + 4 <= words.length; i += 2) {
      const pair = [words[i], words[i + 1], words[i + 2], words[i + 3]];
      if (pair.every((word, k) => word === [PROBE_COUNT + 1, 0, PROBE_COUNT, 0][k])) {
        this.#counters = words.subarray(i, i + 4);
        return;
      }
    }
    throw this.#refusal('The instruction counter of the engine was not found', 'no match in its structure');
  }

  #refusal(message: string, got: string): NeaiError {
    return new NeaiError('VIRTUAL_CPU_SELF_TEST', `${message} (libunicorn ${libraryVersion()})`, {
      asked: this.model,
      got,
    });
  }

  #check(error: number, asked: string): void {
    if (error !== UC_OK) {
      throw new NeaiError('VIRTUAL_CPU_FAILED', 'libunicorn refused a call', {
        asked,
        got: `uc_err ${error}`,
      });
    }
  }
}

const hex = (halfwords: readonly number[]) => halfwords.map((h) => h.toString(16)).join(' ');
