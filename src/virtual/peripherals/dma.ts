import type { BusMaster, CoreSignals, ResetKind, SystemBus } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const CSELR = 0xa8;
const CCR = {
  enable: 1,
  completeIrq: 2,
  halfIrq: 4,
  errorIrq: 8,
  fromMemory: 16,
  circular: 32,
  peripheralIncrement: 64,
  memoryIncrement: 128,
  memoryToMemory: 1 << 14,
} as const;
const FLAG = { global: 1, complete: 2, half: 4, error: 8 } as const;

interface Channel {
  ccr: number;
  cndtr: number;
  cpar: number;
  cmar: number;
  /** Programmed number of items, for reload and half-transfer. */
  reload: number;
  /** Items done since the start or the last reload. */
  done: number;
}

interface DmaWiring {
  readonly bus: SystemBus;
  readonly core: CoreSignals;
  /** Interrupt number per channel, from channel 1 on; channels may share one. */
  readonly irqNumbers: readonly number[];
  /**
   * Request lines of a channel (from 1 on) with this CSELR code (0 without that register): one, several that are wired
   * together, or none where the manual's table is empty.
   */
  readonly requestMap: (channel: number, selection: number) => string | readonly string[] | undefined;
  /** Has the request selection register of the L4. */
  readonly hasSelection?: boolean;
}

/** DMA controller with channels (RM0394, RM0008, RM0091, RM0444, RM0438): requests by CSELR, by wire or by DMAMUX. */
export class Dma extends RegisterBlock {
  readonly #wiring: DmaWiring;
  readonly #requests = new Set<string>();
  #channels: Channel[] = [];
  #isr = 0;
  #cselr = 0;
  #servicing = false;

  constructor(place: BlockPlace, wiring: DmaWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.reset('power-on');
  }

  /** Level of a peripheral's request line; while high, an enabled channel moves one item after the other. */
  setRequest(line: string, level: boolean): void {
    if (!level) {
      this.#requests.delete(line);
      return;
    }
    this.#requests.add(line);
    this.#service();
  }

  /** A DMAMUX in front of this controller leads other requests to its channels. */
  selectionChanged(): void {
    this.#service();
  }

  reset(_kind: ResetKind): void {
    this.#channels = Array.from({ length: this.#wiring.irqNumbers.length }, () => ({
      ccr: 0,
      cndtr: 0,
      cpar: 0,
      cmar: 0,
      reload: 0,
      done: 0,
    }));
    this.#isr = 0;
    this.#cselr = 0;
    this.#updateIrqs();
  }

  protected readWord(offset: number): number {
    if (offset === 0) return this.#isr;
    if (offset === 4) return 0;
    if (offset === CSELR && this.#wiring.hasSelection) return this.#cselr;
    const place = this.#locate(offset);
    if (!place) {
      this.violation('reserved register read', offset);
      return 0;
    }
    const { channel, register } = place;
    return [channel.ccr, channel.cndtr, channel.cpar, channel.cmar][register]!;
  }

  protected writeWord(offset: number, value: number, lanes: number, _by: BusMaster): void {
    if (offset === 4) {
      this.#clearFlags(value);
      return;
    }
    if (offset === CSELR && this.#wiring.hasSelection) {
      this.#cselr = merge(this.#cselr, value, lanes, 0x0fffffff);
      this.#service();
      return;
    }
    const place = this.#locate(offset);
    if (!place) {
      this.violation('reserved or read-only register written', offset);
      return;
    }
    const { channel, index, register } = place;
    if (register === 0) this.#writeCcr(channel, index, merge(channel.ccr, value, lanes, 0x7fff), offset);
    else if (channel.ccr & CCR.enable) this.violation(`channel ${index + 1} written while enabled`, offset);
    else if (register === 1) {
      channel.cndtr = merge(channel.cndtr, value, lanes, 0xffff);
      channel.reload = channel.cndtr;
      channel.done = 0;
    } else if (register === 2) channel.cpar = merge(channel.cpar, value, lanes);
    else channel.cmar = merge(channel.cmar, value, lanes);
  }

  #locate(offset: number): { channel: Channel; index: number; register: number } | undefined {
    const index = Math.floor((offset - 8) / 20);
    const register = ((offset - 8) % 20) >> 2;
    const channel = offset >= 8 ? this.#channels[index] : undefined;
    return channel && register < 4 ? { channel, index, register } : undefined;
  }

  #writeCcr(channel: Channel, index: number, wanted: number, offset: number): void {
    const interruptBits = CCR.completeIrq | CCR.halfIrq | CCR.errorIrq;
    let next = wanted;
    if (channel.ccr & CCR.enable && next & CCR.enable && ((next ^ channel.ccr) & ~interruptBits) !== 0) {
      this.violation(`channel ${index + 1} reconfigured while enabled`, offset);
      next = (next & interruptBits) | (channel.ccr & ~interruptBits);
    }
    const starts = !(channel.ccr & CCR.enable) && next & CCR.enable;
    channel.ccr = next;
    if (starts) {
      if (channel.reload !== channel.cndtr) channel.reload = channel.cndtr;
      channel.done = 0; // the internal addresses start again from CPAR and CMAR
      if (this.#requestsOf(index).length === 0 && !(next & CCR.memoryToMemory))
        this.violation(`channel ${index + 1} enabled with a request selection that has no source`, offset);
    }
    this.#updateIrqs();
    this.#service();
  }

  #requestsOf(index: number): readonly string[] {
    const lines = this.#wiring.requestMap(index + 1, (this.#cselr >>> (4 * index)) & 15) ?? [];
    return typeof lines === 'string' ? [lines] : lines;
  }

  /** Moves items while any enabled channel has its request; lower channel numbers first. */
  #service(): void {
    if (this.#servicing) return; // a transfer's own register access changed a request: the loop below sees it
    this.#servicing = true;
    try {
      for (let again = true; again; ) {
        again = false;
        for (let index = 0; index < this.#channels.length; index++) {
          if (!this.#wants(index)) continue;
          this.#transfer(index);
          again = true;
          break;
        }
      }
    } finally {
      this.#servicing = false;
    }
  }

  #wants(index: number): boolean {
    const channel = this.#channels[index]!;
    if (!(channel.ccr & CCR.enable) || channel.cndtr === 0) return false;
    if (channel.ccr & CCR.memoryToMemory) return true;
    return this.#requestsOf(index).some((line) => this.#requests.has(line));
  }

  #transfer(index: number): void {
    const channel = this.#channels[index]!;
    const width = (shift: number): 1 | 2 | 4 => ([1, 2, 4, 4] as const)[(channel.ccr >>> shift) & 3]!;
    const peripheralBytes = width(8);
    const memoryBytes = width(10);
    const peripheralAt =
      (channel.cpar + (channel.ccr & CCR.peripheralIncrement ? channel.done * peripheralBytes : 0)) >>> 0;
    const memoryAt =
      (channel.cmar + (channel.ccr & CCR.memoryIncrement ? channel.done * memoryBytes : 0)) >>> 0;
    const out = (channel.ccr & CCR.fromMemory) !== 0;
    const [from, fromBytes, to, toBytes] = out
      ? ([memoryAt, memoryBytes, peripheralAt, peripheralBytes] as const)
      : ([peripheralAt, peripheralBytes, memoryAt, memoryBytes] as const);
    const { bus } = this.#wiring;
    const value = bus.read(from, fromBytes, 'dma');
    const mask = toBytes === 4 ? 0xffffffff : 2 ** (8 * toBytes) - 1;
    const done = value !== undefined && bus.write(to, toBytes, (value & mask) >>> 0, 'dma');
    if (!done) {
      this.violation(
        `channel ${index + 1}: nothing answers at 0x${(value === undefined ? from : to).toString(16)}`,
      );
      channel.ccr &= ~CCR.enable;
      this.#raise(index, FLAG.error);
      return;
    }
    channel.done++;
    channel.cndtr--;
    if (channel.reload > 1 && channel.done === channel.reload >> 1) this.#raise(index, FLAG.half);
    if (channel.cndtr === 0) {
      this.#raise(index, FLAG.complete);
      if (channel.ccr & CCR.circular) {
        channel.cndtr = channel.reload;
        channel.done = 0;
      }
    }
  }

  #raise(index: number, flag: number): void {
    this.#isr = (this.#isr | ((flag | FLAG.global) << (4 * index))) >>> 0;
    this.#updateIrqs();
  }

  /** IFCR: clearing the global flag clears all four; the global flag falls with the last of the others. */
  #clearFlags(value: number): void {
    for (let index = 0; index < this.#channels.length; index++) {
      const clear = (value >>> (4 * index)) & 15;
      const old = (this.#isr >>> (4 * index)) & 15;
      let now = clear & FLAG.global ? 0 : old & ~clear;
      if ((now & ~FLAG.global) === 0) now = 0;
      this.#isr = ((this.#isr & ~(15 << (4 * index))) | (now << (4 * index))) >>> 0;
    }
    this.#updateIrqs();
  }

  #updateIrqs(): void {
    const levels = new Map<number, boolean>();
    for (const [index, irqNumber] of this.#wiring.irqNumbers.entries()) {
      const pending = ((this.#isr >>> (4 * index)) & this.#channels[index]!.ccr & 14) !== 0;
      levels.set(irqNumber, pending || levels.get(irqNumber) === true);
    }
    for (const [irqNumber, level] of levels) this.#wiring.core.setIrq(irqNumber, level);
  }
}
