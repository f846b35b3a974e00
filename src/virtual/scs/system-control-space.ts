import type { SystemControlSpace } from '../bus.ts';
import type { CpuTraits } from '../core-models.ts';
import type { BreakpointUnit } from './breakpoints.ts';
import { DEMCR, type DebugRegisters } from './debug.ts';
import type { Nvic } from './nvic.ts';
import type { Scb } from './scb.ts';
import type { SysTick } from './systick.ts';

/** Cycles that DWT.CYCCNT counts: the core's clock while it is awake. */
type AwakeCycles = () => number;

interface Parts {
  readonly traits: CpuTraits;
  readonly nvic: Nvic;
  readonly scb: Scb;
  readonly systick: SysTick;
  readonly debug: DebugRegisters;
  readonly breakpoints: BreakpointUnit;
  readonly awakeCycles: AwakeCycles;
  readonly attention: () => void;
}

/** Decodes 0xE0000000-0xE00FFFFF: DWT, FPB and the system control space. Reserved words read as zero. */
export class CoreRegisters implements SystemControlSpace {
  readonly #parts: Parts;
  #dwtControl = 0;
  #cyccntBase = 0;
  #cyccntStopped = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  powerOn(): void {
    this.#dwtControl = 0;
    this.#cyccntStopped = 0;
  }

  read(address: number, sizeBytes: number): number {
    const word = this.#readWord((address & ~3) >>> 0);
    const shifted = word >>> (8 * (address & 3));
    return sizeBytes === 4 ? word : shifted & (2 ** (8 * sizeBytes) - 1);
  }

  write(address: number, sizeBytes: number, value: number): void {
    const aligned = (address & ~3) >>> 0;
    const lane = 8 * (address & 3);
    if (sizeBytes === 4) this.#writeWord(aligned, value);
    else if (this.#isPriority(aligned)) this.#writePriorities(address, sizeBytes, value);
    else this.#writeWord(aligned, ((value & (2 ** (8 * sizeBytes) - 1)) << lane) >>> 0);
  }

  #readWord(address: number): number {
    const { systick, debug, breakpoints } = this.#parts;
    const page = address >>> 12;
    const offset = address & 0xfff;
    if (page === 0xe0001) return this.#readDwt(offset);
    if (page === 0xe0002) return breakpoints.read(offset);
    if (page !== 0xe000e) return 0;
    if (offset === 0x004) return (this.#parts.traits.interruptCount >> 5) - 1;
    if (offset === 0x010) return systick.readControl();
    if (offset === 0x014) return systick.reload;
    if (offset === 0x018) return systick.current;
    if (offset === 0x01c) return 0x40000000;
    if (offset >= 0x100 && offset < 0x400) return this.#readBits(offset);
    if (this.#isPriority(address)) return this.#readPriorities(address);
    if (offset === 0xdf0) return debug.readDhcsr();
    if (offset === 0xdf8) return debug.dcrdr;
    if (offset === 0xdfc) return debug.demcr;
    return this.#parts.scb.read(offset) ?? 0;
  }

  #writeWord(address: number, value: number): void {
    const { systick, debug, breakpoints, scb, attention } = this.#parts;
    const page = address >>> 12;
    const offset = address & 0xfff;
    if (page === 0xe0001) this.#writeDwt(offset, value);
    else if (page === 0xe0002) breakpoints.write(offset, value);
    else if (page !== 0xe000e) return;
    else if (offset === 0x010) systick.writeControl(value);
    else if (offset === 0x014) systick.reload = value;
    else if (offset === 0x018) systick.clearCurrent();
    else if (offset >= 0x100 && offset < 0x400) this.#writeBits(offset, value);
    else if (this.#isPriority(address)) this.#writePriorities(address, 4, value);
    else if (offset === 0xdf0) debug.writeDhcsr(value);
    else if (offset === 0xdf4) debug.writeDcrsr(value);
    else if (offset === 0xdf8) debug.dcrdr = value;
    else if (offset === 0xdfc) this.#writeDemcr(value);
    else if (offset === 0xf00) this.#parts.nvic.pend(16 + (value & 0x1ff));
    else scb.write(offset, value);
    attention();
  }

  /** ISER, ICER, ISPR, ICPR, IABR: one bit per interrupt. */
  #readBits(offset: number): number {
    const { nvic } = this.#parts;
    const kind = offset & 0x380;
    const first = 16 + (offset & 0x7f) * 8;
    let word = 0;
    for (let bit = 0; bit < 32 && first + bit < nvic.size; bit += 1) {
      const exception = first + bit;
      const set =
        kind === 0x100 || kind === 0x180
          ? nvic.isEnabled(exception)
          : kind === 0x200 || kind === 0x280
            ? nvic.isPending(exception)
            : kind === 0x300 && nvic.isActive(exception);
      if (set) word += 2 ** bit;
    }
    return word;
  }

  #writeBits(offset: number, value: number): void {
    const { nvic } = this.#parts;
    const kind = offset & 0x380;
    const first = 16 + (offset & 0x7f) * 8;
    for (let bit = 0; bit < 32 && first + bit < nvic.size; bit += 1) {
      if (((value >>> bit) & 1) === 0) continue;
      const exception = first + bit;
      if (kind === 0x100) nvic.setEnabled(exception, true);
      else if (kind === 0x180) nvic.setEnabled(exception, false);
      else if (kind === 0x200) nvic.pend(exception);
      else if (kind === 0x280) nvic.clearPending(exception);
    }
  }

  #isPriority(address: number): boolean {
    const offset = address & 0xfff;
    if (address >>> 12 !== 0xe000e) return false;
    return (offset >= 0x400 && offset < 0x800) || (offset >= 0xd18 && offset < 0xd24);
  }

  /** Exception whose priority byte stands at `address`: NVIC_IPR from interrupt 0, SHPR1 from exception 4. */
  #exceptionAt(address: number): number {
    const offset = address & 0xfff;
    return offset >= 0xd18 ? offset - 0xd18 + 4 : offset - 0x400 + 16;
  }

  #readPriorities(address: number): number {
    const first = this.#exceptionAt(address);
    const byte = (k: number) => this.#parts.nvic.priorityByte(first + k) * 2 ** (8 * k);
    return byte(0) + byte(1) + byte(2) + byte(3);
  }

  #writePriorities(address: number, sizeBytes: number, value: number): void {
    const first = this.#exceptionAt(address);
    for (let k = 0; k < sizeBytes; k += 1) {
      this.#parts.nvic.setPriorityByte(first + k, (value >>> (8 * k)) & 0xff);
    }
    this.#parts.attention();
  }

  get #counting(): boolean {
    const { traits, debug } = this.#parts;
    return traits.hasCycleCounter && (this.#dwtControl & 1) !== 0 && (debug.demcr & DEMCR.TRCENA) !== 0;
  }

  #cyccnt(): number {
    return this.#counting ? (this.#parts.awakeCycles() - this.#cyccntBase) % 2 ** 32 : this.#cyccntStopped;
  }

  #readDwt(offset: number): number {
    if (offset === 0x000) return (this.#parts.traits.dwtControl | this.#dwtControl) >>> 0;
    return offset === 0x004 ? this.#cyccnt() : 0;
  }

  #writeDwt(offset: number, value: number): void {
    if (offset === 0x000) {
      const count = this.#cyccnt();
      this.#dwtControl = value & 1;
      this.#setCyccnt(count);
    } else if (offset === 0x004) this.#setCyccnt(value);
  }

  /** TRCENA gates the counter: it keeps its value while switched off. */
  #writeDemcr(value: number): void {
    const count = this.#cyccnt();
    this.#parts.debug.writeDemcr(value);
    this.#setCyccnt(count);
  }

  #setCyccnt(value: number): void {
    this.#cyccntStopped = value;
    this.#cyccntBase = this.#parts.awakeCycles() - value;
  }
}
