import type { NeaiError } from '../shared/errors.ts';
import { describePanic, parseBoardText, recordText } from './board-text.ts';
import type { CommandName, RequestOf, ResponseOf } from './commands.ts';
import { decodeFrame, MAX_UNIT_BYTES } from './frame.ts';
import { type Hello, readHello } from './hello-check.ts';
import { CACHED_ANSWERS, PROTOCOL_VERSION, RESET_BAUD } from './limits.ts';
import { lookFor } from './look-for.ts';
import { decodeResponse, encodeRequest } from './payload.ts';
import { type LinkCounts, noCounts, RequestError } from './request-error.ts';
import { type CallLimits, Session } from './session.ts';
import { type LibraryState, type OpenRequest, type Settlement, settle } from './settlement.ts';
import { type Clock, realClock, type Transport } from './transport.ts';

const HELLO_TIMEOUT_MS = 4000;
/** The board gives up a raised rate after two seconds of silence. */
const KEEP_ALIVE_MS = 500;
/** A board that was reset at a raised rate answers at once when it is spoken to at the rate after reset. */
const AFTER_RESET_MS = 1000;
const SILENCES: ReadonlySet<string> = new Set([
  'BOARD_SILENT',
  'BOARD_GARBLED',
  'PROTOCOL_NO_ANSWER',
  'PROTOCOL_BAD_CRC',
]);

/** Fields by which answers tell where the board is. */
interface Told extends Partial<LibraryState> {
  readonly sensitivity?: number;
  /** Of a record in flash; in a list it may be an older one. */
  readonly sequence?: number;
  readonly isNewest?: number;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** Every wait is this many times longer; the rack slot knows it (1 for real boards). */
  readonly deadlineFactor?: number;
  /** Longest unit to send, 64…655; shorter ones get through a bad line better. */
  readonly unitBytes?: number;
  /** Messages sent before the first is answered, 1…8. */
  readonly windowMessages?: number;
  /** False: samples travel as they are, never packed. */
  readonly packSamples?: boolean;
  /** What the board must say of itself; the first field that differs is named in PROTOCOL_MISMATCH. */
  readonly expected?: Partial<Hello>;
  /** Text lines of the board, banner and panic report included. */
  readonly onConsole?: (line: string) => void;
  /** Names an address of the image that runs, for reports of faults. */
  readonly nameAddress?: (address: number) => string | undefined;
  readonly clock?: Clock;
  /** Source of session nonces: 32 random bits. */
  readonly randomWord?: () => number;
}

/**
 * The host's end of the protocol. Every operation ends with its answer or with a RequestError whose `outcome` says
 * whether the board may have executed it. A request without an answer ends the session: `settle` opens the next one and
 * finds out what became of it.
 */
export class Client {
  readonly #transport: Transport;
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #factor: number;
  readonly #counts: LinkCounts;
  #portLost: NeaiError | undefined;
  #session: Session;
  #nonce = 0;
  #baud = RESET_BAUD;
  #hello: Hello | undefined;
  #library: LibraryState | undefined;
  /** In force by the last answer that told it; undefined since something may have changed it unseen. */
  #sensitivity: number | undefined;
  /** Number of the newest record in its flash, by the last answer that told it. */
  #newestDump: number | undefined;
  /** Requests of unknown outcome, and what was known before the first of them. */
  #unsettled: OpenRequest[] = [];
  #settlement: Settlement | undefined;
  #stopKeepAlive: () => void = () => undefined;
  /** What a board that fell silent at a raised rate says of itself at the rate after reset; until the next session. */
  #look: Promise<number | undefined> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = options.transport;
    // Read through the transport at each look: it may be an accessor there.
    this.#counts = noCounts({
      get bytesIn() {
        return options.transport.traffic.bytesIn;
      },
    });
    this.#clock = options.clock ?? realClock;
    this.#factor = options.deadlineFactor ?? 1;
    this.#session = this.#newSession();
    this.#session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'no session was opened' });
    this.#transport.onRecord((record) => this.#onRecord(record));
    this.#transport.onNoise((bytes) => {
      this.#counts.noiseBytes += bytes;
    });
    this.#transport.onLost((error) => {
      this.#portLost = error;
      this.#session.lose({ code: error.code, message: error.message, got: error.details.got });
    });
  }

  /** The last answer to hello. @throws RequestError PROTOCOL_SESSION_LOST before the first */
  get hello(): Hello {
    if (this.#hello === undefined) throw this.#session.lostError('hello');
    return this.#hello;
  }

  /** Learn counter and digest in the last answer that told them. */
  get library(): LibraryState | undefined {
    return this.#library;
  }

  get counts(): Readonly<LinkCounts> {
    return { ...this.#counts };
  }

  /** Line rate of this side now. */
  get baud(): number {
    return this.#baud;
  }

  /**
   * Opens a new session: hello under a fresh nonce, then the state of the library.
   * @throws RequestError BOARD_SILENT, BOARD_GARBLED, BOARD_NO_PROTOCOL, BOARD_FAULT, PROTOCOL_BAD_CRC,
   *   PROTOCOL_NO_ANSWER, INTERRUPTED; NeaiError PROTOCOL_MISMATCH, PROTOCOL_BAD_PAYLOAD, PORT_…
   */
  async open(limits: CallLimits = {}): Promise<Hello> {
    const timeoutMs = limits.timeoutMs ?? HELLO_TIMEOUT_MS * this.#factor;
    if (this.#baud !== RESET_BAUD) {
      // The board may still stand at the raised rate, or have gone back to the other one.
      try {
        return await this.#greet({ ...limits, timeoutMs: timeoutMs / 4 });
      } catch (error) {
        if (!this.#mayTryAgain(error)) throw error;
        await this.#changeOwnBaud(RESET_BAUD);
      }
    }
    return this.#greet({ ...limits, timeoutMs });
  }

  /**
   * Opens a session with a board that somebody else has reset, by its pin, a probe or its power: it is at the rate after
   * reset, whatever was agreed before, and nothing has to be waited for to find out.
   * @throws as open
   */
  async openAfterReset(limits: CallLimits = {}): Promise<Hello> {
    await this.#changeOwnBaud(RESET_BAUD);
    return this.open(limits);
  }

  /**
   * One request, executed exactly once.
   * @throws RequestError PROTOCOL_REFUSED with the board's reason, PROTOCOL_NO_ANSWER and its kin (see open),
   *   PROTOCOL_SESSION_LOST, BOARD_RESET_IN_SESSION, BOARD_FAULT, PORT_…, INTERRUPTED; NeaiError PROTOCOL_BAD_PAYLOAD
   */
  async call<Name extends CommandName>(
    name: Name,
    request: RequestOf<Name>,
    limits: CallLimits = {},
  ): Promise<ResponseOf<Name>> {
    if (this.#portLost) throw this.#portLost;
    const payload = encodeRequest(name, request, this.#packAxes());
    const answer = this.#session.exchange(name, payload, limits, this.#callsOf(request));
    const response = decodeResponse(name, await answer.catch((error) => this.#explainSilence(error)));
    this.#remember(name, response);
    return response;
  }

  /** What an answer tells of the board is what a request without an answer is judged by. */
  #remember(name: CommandName, answer: Told): void {
    const { learnCounter, digest, sensitivity, sequence, isNewest } = answer;
    if (learnCounter !== undefined && digest !== undefined) this.#library = { learnCounter, digest };
    if (sensitivity !== undefined) this.#sensitivity = sensitivity;
    else if (name === 'initialize') this.#sensitivity = undefined; // the library's own again, whatever that is
    if (sequence !== undefined && isNewest !== 0) this.#newestDump = sequence;
    else if (name === 'store_erase') this.#newestDump = undefined;
  }

  /**
   * Opens a new session and tells, by learn counter, digest and what else the board says of itself, what became of the
   * requests that had no answer. Nothing is sent again to find out.
   */
  async settle(limits: CallLimits = {}): Promise<Settlement> {
    await this.open(limits);
    return this.#settlement!;
  }

  /** Resets the board by software and opens a new session with it. */
  async reset(limits: CallLimits = {}): Promise<Hello> {
    try {
      await this.call('reset', {}, limits);
    } catch (error) {
      // A reset that swallowed its own answer is still a reset.
      if (!(error instanceof RequestError) || error.code !== 'BOARD_RESET_IN_SESSION') throw error;
    }
    this.#session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the board was asked to reset' });
    this.#unsettled = [];
    return this.openAfterReset(limits);
  }

  /**
   * Raises the line rate and proves it. When the new rate does not carry, both sides come back to the rate after reset.
   * @returns the rate in force; a session is open in either case, a new one if the rate did not carry
   */
  async setBaud(baud: number, limits: CallLimits = {}): Promise<number> {
    await this.call('set_baud', { baud }, limits);
    await this.#changeOwnBaud(baud);
    try {
      await this.call('ping', {}, { ...limits, timeoutMs: 2 * this.#session.repeatAfterMs });
      if (baud !== RESET_BAUD) this.#keepAlive();
    } catch (error) {
      if (!this.#mayTryAgain(error)) throw error;
      await this.#changeOwnBaud(RESET_BAUD);
      await this.open(limits);
    }
    return this.#baud;
  }

  /** Ends the session on this side and closes the transport. Never throws. */
  async close(): Promise<void> {
    this.#stopKeepAlive();
    this.#session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the client was closed' });
    await this.#transport.close();
  }

  /** Samples travel packed once the board has said how many axes its signals have. */
  #packAxes(): number | undefined {
    return this.#options.packSamples === false ? undefined : this.#hello?.axes;
  }

  /** Calls into the library that a request asks for: one for each signal of a batch. */
  #callsOf(request: object): number {
    const { signals } = request as { readonly signals?: Float32Array };
    if (signals === undefined || this.#hello === undefined) return 1;
    return Math.max(1, Math.ceil(signals.length / (this.#hello.axes * this.#hello.bufferSize)));
  }

  #newSession(): Session {
    this.#nonce = (this.#options.randomWord ?? randomWord)() >>> 0;
    return new Session({
      nonce: this.#nonce,
      write: (bytes) => this.#transport.write(bytes),
      baud: () => this.#baud,
      clock: this.#clock,
      deadlineFactor: this.#factor,
      windowMessages: Math.min(this.#options.windowMessages ?? 1, CACHED_ANSWERS),
      counts: this.#counts,
      onUnsettled: (request) => this.#unsettled.push(request),
    });
  }

  async #greet(limits: CallLimits): Promise<Hello> {
    if (this.#portLost) throw this.#portLost;
    this.#session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'a new session was asked for' });
    this.#look = undefined;
    const session = this.#newSession();
    this.#session = session;
    this.#counts.sessions++;
    const [bootBefore, before] = [this.#hello?.bootCounter, this.#library];
    const known = { sensitivityBefore: this.#sensitivity, newestBefore: this.#newestDump };
    const unitBytes = this.#options.unitBytes ?? MAX_UNIT_BYTES;
    try {
      const request = encodeRequest('hello', { protocolVersion: PROTOCOL_VERSION, unitBytes });
      const hello = readHello(await session.exchange('hello', request, limits), this.#options.expected ?? {});
      session.agree(hello);
      this.#hello = hello;
      const after = await this.call('get_status', {}, limits);
      const bootedAgain = bootBefore !== undefined && hello.bootCounter !== bootBefore;
      if (bootedAgain) this.#sensitivity = undefined;
      const seen = await lookFor((name, asked) => this.call(name, asked, limits), this.#unsettled);
      this.#settlement = settle(this.#unsettled, before, after, bootedAgain, { ...known, ...seen });
      this.#unsettled = [];
      return hello;
    } catch (error) {
      session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the session could not be opened' });
      throw error;
    }
  }

  /** Whether another rate is worth a try: nobody called it off, and the line is still there. */
  #mayTryAgain(error: unknown): boolean {
    return error instanceof RequestError && error.code !== 'INTERRUPTED' && this.#portLost === undefined;
  }

  /**
   * At a raised rate a reset makes a board mute: its banner comes at the rate after reset. So a silence there is looked
   * into at that rate before it is called one. What became of the request is left for `settle` as ever.
   */
  async #explainSilence(error: unknown): Promise<never> {
    if (!(error instanceof RequestError) || this.#portLost !== undefined) throw error;
    if (SILENCES.has(error.code) && this.#baud !== RESET_BAUD) this.#look ??= this.#bootCounterAfterReset();
    const isLater = SILENCES.has(error.code) || error.code === 'PROTOCOL_SESSION_LOST';
    const [before, now] = [this.#hello?.bootCounter, isLater ? await this.#look : undefined];
    if (now === undefined || before === undefined || now === before) throw error;
    const { command, outcome } = error;
    const unknown = outcome === 'unknown' ? ' (whether it was executed is unknown)' : '';
    throw new RequestError(
      'BOARD_RESET_IN_SESSION',
      `${command}: the board was reset${unknown}`,
      command,
      outcome,
      { got: `boot counter ${now}, was ${before}`, cause: error },
    );
  }

  /** Greets at the rate after reset. The session is given up again: whoever goes on opens his own. */
  async #bootCounterAfterReset(): Promise<number | undefined> {
    await this.#changeOwnBaud(RESET_BAUD);
    const session = this.#newSession();
    this.#session = session;
    try {
      const request = encodeRequest('hello', {
        protocolVersion: PROTOCOL_VERSION,
        unitBytes: MAX_UNIT_BYTES,
      });
      const limits = { timeoutMs: AFTER_RESET_MS * this.#factor };
      return readHello(await session.exchange('hello', request, limits), {}).bootCounter;
    } catch {
      return undefined; // not heard there: the silence stays what it was
    } finally {
      session.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the board did not answer at its raised rate' });
    }
  }

  async #changeOwnBaud(baud: number): Promise<void> {
    this.#stopKeepAlive();
    if (this.#baud === baud) return;
    await this.#transport.setBaud(baud);
    this.#baud = baud;
  }

  #keepAlive(): void {
    this.#stopKeepAlive();
    this.#stopKeepAlive = this.#clock.after(KEEP_ALIVE_MS, () => {
      // A ping that fails ends the session, and the next request says so.
      if (this.#session.isOpen && this.#session.isIdle) this.call('ping', {}).catch(() => undefined);
      this.#keepAlive();
    });
  }

  #onRecord(record: Uint8Array): void {
    if (record.length === 0) return;
    const frame = decodeFrame(record);
    if (frame === 'text') this.#onText(record);
    else if (typeof frame === 'string') this.#counts.framesDamaged++;
    else {
      this.#counts.framesReceived++;
      // Answers are one unit each: a shorter one than its header says is none.
      const isOurs = frame.nonce === this.#nonce && frame.payload.length === frame.length;
      if (!isOurs || !this.#session.take(frame)) this.#counts.framesStray++;
    }
  }

  #onText(record: Uint8Array): void {
    const line = recordText(record);
    if (line === undefined) {
      this.#counts.noiseBytes += record.length + 1;
      return;
    }
    this.#counts.textLines++;
    this.#options.onConsole?.(line);
    const report = parseBoardText(line);
    if (report?.kind === 'panic') {
      const message = describePanic(report, this.#options.nameAddress);
      this.#session.lose({ code: 'BOARD_FAULT', message, got: line });
    } else if (report?.kind === 'banner' && this.#session.isOpen) {
      const message = `the board was reset (${report.resetCause})`;
      this.#session.lose({ code: 'BOARD_RESET_IN_SESSION', message, got: line });
    } else if (report?.kind === 'banner' && this.#session.isOpening) {
      this.#session.repeatNow(); // it was not up yet when hello was sent
    }
  }
}

function randomWord(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
