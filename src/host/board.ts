import { readFile } from 'node:fs/promises';
import type { Board } from '../boards/schema.ts';
import { Client, type ClientOptions } from '../protocol/client.ts';
import { RESET_BAUD } from '../protocol/limits.ts';
import type { Transport } from '../protocol/transport.ts';
import { NeaiError } from '../shared/errors.ts';
import { addressNames, type NameAddress } from './address-names.ts';
import { CAUSES, describeLooks, examineBoard } from './bring-up/examine.ts';
import { type Abortable, type DebugTarget, DHCSR, DHCSR_LOCKUP } from './debug-target.ts';
import { readElf } from './elf.ts';
import { type FlashResult, writeImage } from './flash.ts';
import { cutIntoPages, type FlashImage } from './flash-pages.ts';
import type { Identity } from './identity.ts';
import type { Slot } from './rack.ts';
import { SerialLine } from './serial-port.ts';
import type { SlotLock } from './slot-lock.ts';

/** Configurable and HardFault status registers, ARMv7-M B3.2.15 and B3.2.16; ARMv6-M has none of them. */
const CFSR = 0xe000ed28;
const CORES_WITHOUT_FAULT_STATUS = ['cortex-m0', 'cortex-m0plus'];
const KEPT_CONSOLE_LINES = 10_000;
/** Failures of a greeting that a look at the chip may explain. */
const MUTE: ReadonlySet<string> = new Set([
  'BOARD_SILENT',
  'BOARD_GARBLED',
  'BOARD_NO_PROTOCOL',
  'BOARD_FAULT',
  'PROTOCOL_NO_ANSWER',
]);

export interface SessionParts {
  readonly slot: Slot;
  readonly board: Board;
  readonly target: DebugTarget;
  /** Path of the board's serial port. */
  readonly port: string;
  readonly identity: Identity;
  readonly lock: SlotLock;
}

export interface ConnectOptions
  extends Abortable,
    Pick<ClientOptions, 'expected' | 'windowMessages' | 'unitBytes' | 'packSamples'> {
  /** Rate of this side of the line; another one than the board's is how a wrong rate is tried. */
  readonly baud?: number;
  /** Default true. Without a reset the board keeps what it has learned, and prints no banner. */
  readonly reset?: boolean;
  /** Called with each text line, beside its being kept in `console`. */
  readonly onConsole?: (line: string) => void;
  /** Puts something between the client and the line, to write down what passes. */
  readonly tap?: (line: Transport) => Transport;
}

/** One board held by this process, from attach to close. */
export class BoardSession {
  readonly slot: Slot;
  readonly board: Board;
  readonly identity: Identity;
  readonly port: string;
  /** Text lines that the board has printed while a line was open, oldest first; the last ten thousand. */
  readonly console: string[] = [];
  readonly #target: DebugTarget;
  readonly #lock: SlotLock;
  #line: SerialLine | undefined;
  #client: Client | undefined;
  #codeRan = false;
  /** Functions of the image that this session has flashed. */
  #nameAddress: NameAddress = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.slot = parts.slot;
    this.board = parts.board;
    this.identity = parts.identity;
    this.port = parts.port;
    this.#target = parts.target;
    this.#lock = parts.lock;
    // Without its probe a board is lost to us, even while it talks on: nothing could reset it or prove whose answers come.
    this.#target.openOcd.onDeath((error) => this.#line?.fail(error));
  }

  /** OpenOCD's transcript so far, for records of failures. */
  get transcript(): string {
    return this.#target.openOcd.transcript.text();
  }

  /** What the OpenOCD behind this session calls itself. */
  get openOcdVersion(): string {
    return this.#target.openOcd.version;
  }

  /** Process of OpenOCD. */
  get openOcdPid(): number {
    return this.#target.openOcd.pid;
  }

  /** The serial line of `connect`, for its counters; undefined before. */
  get line(): SerialLine | undefined {
    return this.#line;
  }

  /**
   * OpenOCD has run code in the chip's RAM since the last reset that started the firmware: what the firmware keeps
   * there may have been overwritten. A backup must not be taken in this state.
   */
  get codeRanSinceReset(): boolean {
    return this.#codeRan;
  }

  /** Reads an ELF file and brings it into flash; the board runs from reset afterwards. @throws see writeImage */
  async flash(elfFile: string, limits: Abortable = {}): Promise<FlashResult> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(elfFile);
    } catch (cause) {
      throw new NeaiError('ELF_INVALID', 'the image cannot be read', {
        file: elfFile,
        got: (cause as Error).message,
      });
    }
    const result = await this.flashImage(cutIntoPages(bytes, elfFile, this.board), limits);
    this.#nameAddress = addressNames(readElf(bytes, elfFile).symbols);
    return result;
  }

  async flashImage(image: FlashImage, { signal }: Abortable = {}): Promise<FlashResult> {
    this.#nameAddress = () => undefined;
    const result = await writeImage(this.#target, image, this.board, {
      signal,
      onCodeRun: () => {
        this.#codeRan = true;
      },
    });
    this.#codeRan = false;
    return result;
  }

  /** Resets the chip by its pin and lets the firmware start. */
  async resetRun(limits: Abortable = {}): Promise<void> {
    await this.#target.resetRun(limits);
    this.#codeRan = false;
  }

  async halt(limits: Abortable = {}): Promise<void> {
    await this.#target.halt(limits);
  }

  async resume(limits: Abortable = {}): Promise<void> {
    await this.#target.resume(limits);
  }

  /** Reads RAM, flash or registers over SWD without running code on the chip; the core may run. */
  async readMemory(address: number, lengthBytes: number, limits: Abortable = {}): Promise<Uint8Array> {
    return this.#target.readBytes(address, lengthBytes, limits);
  }

  /** Writes whole words over SWD. */
  async writeMemory(address: number, words: readonly number[], limits: Abortable = {}): Promise<void> {
    await this.#target.writeWords(address, words, limits);
  }

  /** Opens the serial line; records go to whoever listens on it. A line that was open is closed first. */
  async openLine(baud = RESET_BAUD, { signal }: Abortable = {}): Promise<SerialLine> {
    await this.#closeLine();
    const { deadlineFactor } = this.slot;
    this.#line = await SerialLine.open({ path: this.port, baud, deadlineFactor, signal });
    return this.#line;
  }

  /**
   * Opens the line, resets the board (unless told not to) so that its banner is seen, and greets it.
   * @throws NeaiError PORT_…, BOARD_SILENT, BOARD_GARBLED, BOARD_NO_PROTOCOL, BOARD_FAULT, PROTOCOL_…
   */
  async connect(options: ConnectOptions = {}): Promise<Client> {
    const { signal, baud, reset = true, onConsole, tap, ...clientOptions } = options;
    const line = await this.openLine(baud, { signal });
    const heard: string[] = [];
    this.#client = new Client({
      ...clientOptions,
      // Chip, probe and port are one board only if the firmware at the port's end reads the id that the probe reads.
      expected: { uniqueId: uniqueIdBytes(this.identity.uniqueId), ...clientOptions.expected },
      transport: tap?.(line) ?? line,
      deadlineFactor: this.slot.deadlineFactor,
      nameAddress: (address) => this.#nameAddress(address),
      onConsole: (text) => {
        if (this.console.length >= KEPT_CONSOLE_LINES) this.console.shift();
        this.console.push(text);
        if (heard.length < KEPT_CONSOLE_LINES) heard.push(text);
        onConsole?.(text);
      },
    });
    if (reset) await this.resetRun({ signal });
    try {
      await this.#client.open(signal ? { signal } : {});
    } catch (error) {
      throw await this.#explain(error, line, heard, signal);
    }
    return this.#client;
  }

  /** Looks behind a board that does not answer: a core that stands in a fault, then what a probe sees of clock, pins and DMA. */
  async #explain(
    error: unknown,
    line: SerialLine,
    heard: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    if (!(error instanceof NeaiError) || !MUTE.has(error.code)) return error;
    const isGarbled = error.code === 'BOARD_SILENT' && line.traffic.bytesIn > 0;
    const code = isGarbled ? 'BOARD_GARBLED' : error.code;
    const state = await this.coreState({ signal }).catch(() => undefined);
    if (state === undefined) return error;
    const core = Object.entries(state)
      .map(([name, value]) => `${name} 0x${value.toString(16).padStart(8, '0')}`)
      .join(', ');
    const locked = (state.dhcsr & DHCSR_LOCKUP) !== 0;
    if (code === 'BOARD_SILENT' && (locked || state.cfsr || state.hfsr)) {
      const where = this.#nameAddress(state.pc);
      const what = locked ? 'the core is locked up' : 'the core stands in a fault handler';
      const message = where === undefined ? what : `${what}, at ${where}`;
      return new NeaiError('BOARD_FAULT', message, { got: core, cause: error });
    }
    const looks = await examineBoard(this.#target, this.board, heard, { signal }).catch(() => []);
    const cause = looks.find((look) => look.cause !== undefined)?.cause;
    const { got } = isGarbled
      ? { got: `${line.traffic.bytesIn} bytes at ${line.baud} baud, which make no line and no frame` }
      : error.details;
    return new NeaiError(code, cause === undefined ? error.message : `${error.message}: ${cause}`, {
      ...error.details,
      ...(got === undefined ? {} : { got }),
      ...(cause === undefined ? {} : { remedy: CAUSES[cause] }),
      evidence: [core, ...describeLooks(looks)].join('\n'),
      cause: error,
    });
  }

  /** Program counter and fault registers; halts the core for a moment. */
  async coreState(
    limits: Abortable = {},
  ): Promise<{ pc: number; dhcsr: number; cfsr: number; hfsr: number }> {
    // The lock-up bit is gone once the core is halted.
    const [dhcsr] = await this.#target.readWords(DHCSR, 1, limits);
    const hasStatus = !CORES_WITHOUT_FAULT_STATUS.includes(this.board.core);
    const [cfsr = 0, hfsr = 0] = hasStatus ? await this.#target.readWords(CFSR, 2, limits) : [];
    await this.#target.halt(limits);
    const registers = await this.#target.readRegisters(['pc'], limits);
    await this.#target.resume(limits);
    return { pc: registers.get('pc') ?? 0, dhcsr: dhcsr!, cfsr, hfsr };
  }

  async #closeLine(): Promise<void> {
    await this.#client?.close();
    await this.#line?.close();
    this.#client = undefined;
    this.#line = undefined;
  }

  /** Gives the board back: line, OpenOCD, lock, in this order. Never throws, never hangs. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#closeLine();
      await this.#target.close();
      this.#lock.release();
    })();
    return this.#closing;
  }
}

/** The id as it lies in memory: three words, least significant byte first. */
export function uniqueIdBytes(uniqueId: string): Uint8Array {
  const words = [0, 8, 16].map((at) => Number.parseInt(uniqueId.slice(at, at + 8), 16));
  return new Uint8Array(Uint32Array.from(words).buffer);
}
