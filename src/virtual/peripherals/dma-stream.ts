import type { BusMaster, CoreSignals, SystemBus } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const STREAMS = 8;
const OFFSET = { LISR: 0x00, HISR: 0x04, LIFCR: 0x08, HIFCR: 0x0c, STREAM: 0x10 } as const;
const STREAM_BYTES = 0x18;
const CR = {
  enable: 1,
  directErrorIrq: 2,
  errorIrq: 4,
  halfIrq: 8,
  completeIrq: 16,
  circular: 1 << 8,
  peripheralIncrement: 1 << 9,
  memoryIncrement: 1 << 10,
} as const;
const CR_WRITABLE = 0x0fefffff;
/** Interrupt enables: the only bits of CR that may change while the stream is enabled. */
const CR_LIVE = CR.directErrorIrq | CR.errorIrq | CR.halfIrq | CR.completeIrq;
const FCR_RESET = 0x21;
const FCR_FIFO_MODE = 1 << 2;
/** Flags of a stream in its six bits of LISR or HISR. */
const FLAG = { fifo: 1, direct: 4, error: 8, half: 16, complete: 32 } as const;
/** Places of the flag groups of streams 0-3 in LISR, and of 4-7 in HISR. */
const FLAG_SHIFT = [0, 6, 16, 22] as const;

interface Stream {
  cr: number;
  ndtr: number;
  par: number;
  m0ar: number;
  m1ar: number;
  fcr: number;
  /** NDTR as it was when the stream was enabled. */
  reload: number;
  /** Items done since then or since the last reload. */
  done: number;
  flags: number;
}

interface DmaStreamWiring {
  readonly bus: SystemBus;
  readonly core: CoreSignals;
  /** Interrupt number per stream 0-7. */
  readonly irqNumbers: readonly number[];
  /** Request line by stream and CHSEL; undefined where the manual's table has none that is modelled. */
  readonly requestMap: (stream: number, channel: number) => string | undefined;
}

/** DMA controller of the F4 and F7 (RM0368, RM0383, RM0385): eight streams in direct mode, circular or not. */
export class DmaStreams extends RegisterBlock {
  readonly #wiring: DmaStreamWiring;
  readonly #requests = new Set<string>();
  #streams: Stream[] = [];
  #servicing = false;

  constructor(place: BlockPlace, wiring: DmaStreamWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.reset();
  }

  /** Level of a peripheral's request line; while high, an enabled stream moves one item after the other. */
  setRequest(line: string, level: boolean): void {
    if (!level) {
      this.#requests.delete(line);
      return;
    }
    this.#requests.add(line);
    this.#service();
  }

  reset(): void {
    this.#streams = Array.from({ length: STREAMS }, () => ({
      cr: 0,
      ndtr: 0,
      par: 0,
      m0ar: 0,
      m1ar: 0,
      fcr: FCR_RESET,
      reload: 0,
      done: 0,
      flags: 0,
    }));
    this.#updateIrqs();
  }

  protected readWord(offset: number): number {
    if (offset === OFFSET.LISR || offset === OFFSET.HISR) return this.#flags(offset === OFFSET.HISR ? 4 : 0);
    if (offset === OFFSET.LIFCR || offset === OFFSET.HIFCR) return 0;
    const place = this.#locate(offset);
    if (!place) {
      this.violation('reserved register read', offset);
      return 0;
    }
    const { stream, register } = place;
    return [stream.cr, stream.ndtr, stream.par, stream.m0ar, stream.m1ar, stream.fcr][register]!;
  }

  protected writeWord(offset: number, value: number, lanes: number, _by: BusMaster): void {
    if (offset === OFFSET.LIFCR || offset === OFFSET.HIFCR) {
      const first = offset === OFFSET.HIFCR ? 4 : 0;
      for (const [index, shift] of FLAG_SHIFT.entries())
        this.#streams[first + index]!.flags &= ~((value >>> shift) & 0x3d);
      this.#updateIrqs();
      return;
    }
    const place = this.#locate(offset);
    if (!place) {
      this.violation('reserved or read-only register written', offset);
      return;
    }
    const { stream, index, register } = place;
    if (register === 0) this.#writeCr(stream, index, merge(stream.cr, value, lanes, CR_WRITABLE), offset);
    else if (stream.cr & CR.enable) this.violation(`stream ${index} written while enabled`, offset);
    else if (register === 1) stream.ndtr = merge(stream.ndtr, value, lanes, 0xffff);
    else if (register === 2) stream.par = merge(stream.par, value, lanes);
    else if (register === 3) stream.m0ar = merge(stream.m0ar, value, lanes);
    else if (register === 4) stream.m1ar = merge(stream.m1ar, value, lanes);
    else {
      stream.fcr = merge(stream.fcr, value, lanes, 0x87);
      if (stream.fcr & FCR_FIFO_MODE)
        this.unmodelled('FIFO mode: items move one by one all the same', offset);
    }
  }

  #locate(offset: number): { stream: Stream; index: number; register: number } | undefined {
    const index = Math.floor((offset - OFFSET.STREAM) / STREAM_BYTES);
    const stream = offset >= OFFSET.STREAM ? this.#streams[index] : undefined;
    const register = ((offset - OFFSET.STREAM) % STREAM_BYTES) >> 2;
    return stream && { stream, index, register };
  }

  #writeCr(stream: Stream, index: number, wanted: number, offset: number): void {
    let next = wanted;
    const before = stream.cr;
    if (before & CR.enable && next & CR.enable && ((next ^ before) & ~CR_LIVE) !== 0) {
      this.violation(`stream ${index} reconfigured while enabled`, offset);
      next = (next & CR_LIVE) | (before & ~CR_LIVE);
    }
    stream.cr = next;
    if (next & CR.enable && !(before & CR.enable)) this.#start(stream, index, offset);
    // A stream that software switches off has ended: TCIF tells so (RM0368, "Suspend or abort").
    if (!(next & CR.enable) && before & CR.enable && stream.ndtr !== 0) stream.flags |= FLAG.complete;
    this.#updateIrqs();
    this.#service();
  }

  #start(stream: Stream, index: number, offset: number): void {
    if (stream.flags !== 0) {
      this.violation(`stream ${index} enabled while its flags are set: it does not start`, offset);
      stream.cr &= ~CR.enable;
      return;
    }
    if ((stream.cr & 0x000c_0020) !== 0) this.unmodelled('double buffer and peripheral flow control', offset);
    if (((stream.cr >>> 6) & 3) > 1) this.unmodelled('memory to memory', offset);
    if ((stream.cr >>> 21) & 15) this.unmodelled('bursts', offset);
    if (((stream.cr >>> 11) & 3) !== ((stream.cr >>> 13) & 3))
      this.violation('direct mode needs equal sizes on both sides', offset);
    stream.reload = stream.ndtr;
    stream.done = 0;
    if (this.#requestOf(index) === undefined)
      this.violation(`stream ${index} enabled with a channel that has no source`, offset);
  }

  #requestOf(index: number): string | undefined {
    return this.#wiring.requestMap(index, (this.#streams[index]!.cr >>> 25) & 7);
  }

  /** Moves items while any enabled stream has its request; lower numbers first. */
  #service(): void {
    if (this.#servicing) return; // a transfer's own register access changed a request: the loop below sees it
    this.#servicing = true;
    try {
      for (;;) {
        const index = this.#streams.findIndex((_, candidate) => this.#wants(candidate));
        if (index < 0) return;
        this.#transfer(index);
      }
    } finally {
      this.#servicing = false;
    }
  }

  #wants(index: number): boolean {
    const stream = this.#streams[index]!;
    if (!(stream.cr & CR.enable) || stream.ndtr === 0) return false;
    const line = this.#requestOf(index);
    return line !== undefined && this.#requests.has(line);
  }

  #transfer(index: number): void {
    const stream = this.#streams[index]!;
    const sizeBytes = ([1, 2, 4, 4] as const)[(stream.cr >>> 11) & 3]!;
    const at = (base: number, increment: number): number =>
      (base + (stream.cr & increment ? stream.done * sizeBytes : 0)) >>> 0;
    const peripheralAt = at(stream.par, CR.peripheralIncrement);
    const memoryAt = at(stream.m0ar, CR.memoryIncrement);
    const out = ((stream.cr >>> 6) & 3) === 1;
    const [from, to] = out ? [memoryAt, peripheralAt] : [peripheralAt, memoryAt];
    const { bus } = this.#wiring;
    const value = bus.read(from, sizeBytes, 'dma');
    if (value === undefined || !bus.write(to, sizeBytes, value, 'dma')) {
      this.violation(
        `stream ${index}: nothing answers at 0x${(value === undefined ? from : to).toString(16)}`,
      );
      stream.cr &= ~CR.enable;
      this.#raise(stream, FLAG.error);
      return;
    }
    stream.done++;
    stream.ndtr--;
    if (stream.reload > 1 && stream.done === stream.reload >> 1) this.#raise(stream, FLAG.half);
    if (stream.ndtr !== 0) return;
    if (stream.cr & CR.circular) {
      stream.ndtr = stream.reload;
      stream.done = 0;
    } else stream.cr &= ~CR.enable;
    this.#raise(stream, FLAG.complete);
  }

  #raise(stream: Stream, flag: number): void {
    stream.flags |= flag;
    this.#updateIrqs();
  }

  #flags(first: number): number {
    let word = 0;
    for (const [index, shift] of FLAG_SHIFT.entries()) word |= this.#streams[first + index]!.flags << shift;
    return word >>> 0;
  }

  #updateIrqs(): void {
    for (const [index, { cr, flags }] of this.#streams.entries()) {
      const pending =
        (cr & CR.completeIrq && flags & FLAG.complete) ||
        (cr & CR.halfIrq && flags & FLAG.half) ||
        (cr & CR.errorIrq && flags & FLAG.error) ||
        (cr & CR.directErrorIrq && flags & FLAG.direct);
      this.#wiring.core.setIrq(this.#wiring.irqNumbers[index]!, Boolean(pending));
    }
  }
}
