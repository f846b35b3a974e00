import type { EventHandle, VirtualClock } from '../interfaces.ts';
import { cleanItem, FaultList, type LineFault, type LineItem } from './line-faults.ts';
import { type FrameFormat, frameBits, UartSampler } from './sampler.ts';

/** The host's end of the line: a pty, or a test. */
export interface HostPort {
  /** Bit rate that the host has set on its port now. */
  speedBaud(): number;
  /** Bytes arriving at the host. */
  deliver(bytes: Uint8Array): void;
  /** Too many bytes wait for the line (true), or it is free again (false). */
  holdBack(full: boolean): void;
}

/** The board's end: a UART whose pins are connected to the probe. */
interface BoardUart {
  /** How the receiver would read the line now; undefined when it is off, or its pin is not set up. */
  receiverFormat(): FrameFormat | undefined;
  /** The receiver sees a start bit: called before `receive` when a frame begins at a rate it can follow. */
  startBit(): void;
  receive(item: LineItem): void;
}

/** Time in which bits were on the line, virtual seconds, and bytes, since the process started. */
interface LineCount {
  readonly toBoardSeconds: number;
  readonly toHostSeconds: number;
  /** Time in which at least one direction was busy. */
  readonly lineSeconds: number;
  readonly bytesToBoard: number;
  readonly bytesToHost: number;
  /** Bytes that reached a board whose receiver was off. */
  readonly unheard: number;
  readonly garbled: number;
}

/** Speeds that differ by more than this give garbage. */
const BAUD_TOLERANCE = 0.03;
/** A mismatch is taken to be at least this large, so that the stop bit is always sampled in the wrong place. */
const VISIBLE_MISMATCH = 0.07;
const HOLD_BACK_BYTES = 4096;
const HOST_BITS = { dataBits: 8, stopBits: 1 } as const;
const NS = 1e9;

/**
 * The serial line between probe and board in virtual time. Each byte takes its bit times at the sender's rate; when the
 * two rates differ by more than 3 % the receiver samples the sender's waveform at its own rate, garbage and framing
 * errors included.
 */
export class SerialLine {
  readonly #clock: VirtualClock;
  readonly #host: HostPort;
  readonly #faults = { 'to-board': new FaultList(), 'to-host': new FaultList() };
  #uart: BoardUart | undefined;
  #powered = false;
  #queue: LineItem[] = [];
  #queueAt = 0;
  #inFlight: EventHandle | undefined;
  #heldBack = false;
  #toBoardSampler: { sampler: UartSampler; key: string } | undefined;
  #toHostSampler: { sampler: UartSampler; key: string } | undefined;
  #toHost: number[] = [];
  #busyUntilNs = 0;
  #counts = { toBoardNs: 0, toHostNs: 0, unionNs: 0, toBoard: 0, toHost: 0, unheard: 0, garbled: 0 };

  constructor(clock: VirtualClock, host: HostPort) {
    this.#clock = clock;
    this.#host = host;
  }

  /** Connects the UART whose pins lead to the probe. */
  connect(uart: BoardUart): void {
    this.#uart = uart;
  }

  get counts(): LineCount {
    const count = this.#counts;
    return {
      toBoardSeconds: count.toBoardNs / NS,
      toHostSeconds: count.toHostNs / NS,
      lineSeconds: count.unionNs / NS,
      bytesToBoard: count.toBoard,
      bytesToHost: count.toHost,
      unheard: count.unheard,
      garbled: count.garbled,
    };
  }

  /** How many bytes each direction's faults have hit. */
  get faultsApplied(): { readonly toBoard: number; readonly toHost: number } {
    return { toBoard: this.#faults['to-board'].applied, toHost: this.#faults['to-host'].applied };
  }

  /** Adds a fault; a break or an inserted byte without chance or offset comes at once, even on a quiet line. */
  addFault(fault: LineFault): void {
    const atOnce = fault.rate === undefined && (fault.offset ?? 0) === 0;
    if (atOnce && (fault.kind === 'break' || fault.kind === 'insert')) {
      const item: LineItem =
        fault.kind === 'break'
          ? { ...cleanItem(0), framingError: true }
          : cleanItem((fault.seed ?? 1) & 0xff);
      for (let index = 0; index < (fault.count ?? 1); index++) {
        if (fault.direction === 'to-board') this.#enqueue(item);
        else this.#deliverToHost(item);
      }
      return;
    }
    this.#faults[fault.direction].add(fault);
  }

  clearFaults(): void {
    this.#faults['to-board'].clear();
    this.#faults['to-host'].clear();
  }

  /** Bytes written by the host: they queue for the line. */
  fromHost(bytes: Uint8Array): void {
    if (!this.#powered) {
      this.#counts.unheard += bytes.length;
      return;
    }
    for (const byte of bytes) this.#enqueue(cleanItem(byte));
    if (!this.#heldBack && this.#waiting > HOLD_BACK_BYTES) {
      this.#heldBack = true;
      this.#host.holdBack(true);
    }
  }

  /** A frame that the board's transmitter has finished: called at its end. */
  fromBoard(data: number, format: FrameFormat, startNs: number, endNs: number): void {
    this.#account('toHost', startNs, endNs);
    this.#counts.toHost++;
    const hostBaud = this.#host.speedBaud();
    for (const item of this.#faults['to-host'].apply(cleanItem(data), format.baud)) {
      if (agrees(hostBaud, format.baud) && format.dataBits === 8) {
        this.#toHostSampler = undefined;
        this.#deliverToHost(item);
      } else this.#garbleToHost(item.data, format, hostBaud);
    }
  }

  /** Supply of the board comes or goes; with it goes what was under way, and what the host sends is not heard. */
  powered(on: boolean): void {
    this.#powered = on;
    if (on) return;
    if (this.#inFlight) this.#clock.cancel(this.#inFlight);
    this.#inFlight = undefined;
    this.#queue = [];
    this.#queueAt = 0;
    this.#toBoardSampler = undefined;
    this.#toHostSampler = undefined;
    this.#release();
  }

  get #waiting(): number {
    return this.#queue.length - this.#queueAt;
  }

  #enqueue(item: LineItem): void {
    this.#queue.push(item);
    if (!this.#inFlight) this.#startNext();
  }

  #startNext(): void {
    const item = this.#queue[this.#queueAt];
    if (item === undefined) {
      this.#queue = [];
      this.#queueAt = 0;
      return;
    }
    this.#queueAt++;
    if (this.#queueAt > 65536) {
      this.#queue = this.#queue.slice(this.#queueAt);
      this.#queueAt = 0;
    }
    const startNs = this.#clock.nowNs();
    const hostBaud = this.#host.speedBaud();
    const receiver = this.#uart?.receiverFormat();
    const matched = receiver !== undefined && agrees(hostBaud, receiver.baud) && receiver.dataBits === 8;
    if (matched) this.#uart?.startBit();
    const endNs = startNs + (10 / (matched ? receiver.baud : hostBaud)) * NS;
    this.#inFlight = this.#clock.schedule(
      endNs,
      () => this.#arrive(item, hostBaud, startNs, endNs),
      'traffic',
    );
  }

  #arrive(item: LineItem, hostBaud: number, startNs: number, endNs: number): void {
    this.#inFlight = undefined;
    this.#account('toBoard', startNs, endNs);
    this.#counts.toBoard++;
    const receiver = this.#uart?.receiverFormat();
    if (!receiver || !this.#uart) this.#counts.unheard++;
    else if (agrees(hostBaud, receiver.baud) && receiver.dataBits === 8) {
      this.#toBoardSampler = undefined;
      const items = this.#faults['to-board'].apply(item, receiver.baud);
      for (const one of items) this.#uart.receive(one);
    } else this.#garbleToBoard(item.data, hostBaud, receiver);
    if (!this.#inFlight) this.#startNext();
    if (this.#heldBack && this.#waiting < HOLD_BACK_BYTES / 2) this.#release();
  }

  #release(): void {
    if (!this.#heldBack) return;
    this.#heldBack = false;
    this.#host.holdBack(false);
  }

  #garbleToBoard(data: number, hostBaud: number, receiver: FrameFormat): void {
    const key = `${hostBaud}/${receiver.baud}/${receiver.dataBits}`;
    if (this.#toBoardSampler?.key !== key)
      this.#toBoardSampler = { sampler: new UartSampler(receiver.dataBits), key };
    this.#counts.garbled++;
    const idle = this.#waiting === 0 ? 2 * receiver.dataBits : 0;
    const frames = sampleFrame(
      this.#toBoardSampler.sampler,
      frameBits(data, { baud: hostBaud, ...HOST_BITS }),
      visibleRatio(receiver.baud / hostBaud),
      idle,
    );
    for (const frame of frames) this.#uart?.receive({ ...frame, noise: true, overrun: false });
  }

  #garbleToHost(data: number, format: FrameFormat, hostBaud: number): void {
    const key = `${format.baud}/${hostBaud}/${format.dataBits}`;
    if (this.#toHostSampler?.key !== key) this.#toHostSampler = { sampler: new UartSampler(8), key };
    this.#counts.garbled++;
    const frames = sampleFrame(
      this.#toHostSampler.sampler,
      frameBits(data, format),
      visibleRatio(hostBaud / format.baud),
      0,
    );
    for (const frame of frames)
      this.#deliverToHost({ ...cleanItem(frame.data), framingError: frame.framingError });
  }

  /** A terminal in raw mode reads a byte with a framing error as 0; noise costs a bit; an overrun costs the byte. */
  #deliverToHost(item: LineItem): void {
    if (item.overrun) return;
    const data = item.framingError ? 0 : item.noise ? item.data ^ 0x10 : item.data;
    if (this.#toHost.push(data) > 1) return;
    // Bytes of one turn travel together; the turn's end is soon enough for a host outside virtual time.
    queueMicrotask(() => {
      const bytes = Uint8Array.from(this.#toHost);
      this.#toHost = [];
      this.#host.deliver(bytes);
    });
  }

  #account(direction: 'toBoard' | 'toHost', startNs: number, endNs: number): void {
    this.#counts[`${direction}Ns`] += endNs - startNs;
    this.#counts.unionNs += Math.max(0, endNs - Math.max(startNs, this.#busyUntilNs));
    this.#busyUntilNs = Math.max(this.#busyUntilNs, endNs);
  }
}

const agrees = (a: number, b: number): boolean => Math.abs(a / b - 1) <= BAUD_TOLERANCE;

/** Receiver bits per sender bit, at least visibly different from one. */
function visibleRatio(ratio: number): number {
  if (Math.abs(ratio - 1) >= VISIBLE_MISMATCH) return ratio;
  return ratio >= 1 ? 1 + VISIBLE_MISMATCH : 1 - VISIBLE_MISMATCH;
}

function sampleFrame(sampler: UartSampler, bits: readonly number[], ratio: number, idleBits: number) {
  const frames = bits.flatMap((bit) => sampler.feed(bit, ratio));
  return idleBits > 0 ? [...frames, ...sampler.feed(1, idleBits)] : frames;
}
