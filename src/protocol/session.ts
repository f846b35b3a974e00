import { NeaiError } from '../shared/errors.ts';
import { decodeCbor } from './cbor.ts';
import { REFUSALS, type RefusalName } from './codes.ts';
import { type CommandName, commandRow } from './commands.ts';
import { type Frame, MAX_UNIT_BYTES } from './frame.ts';
import type { Hello } from './hello-check.ts';
import { diagnoseSilence, type LinkCounts, type Outcome, RequestError } from './request-error.ts';
import type { OpenRequest } from './settlement.ts';
import type { Clock } from './transport.ts';
import { UnitQueue } from './unit-queue.ts';

/** Time the board may take to answer what calls no library, and the slack added to every wait. */
const TURNAROUND_MS = 150;
const HELLO_AGAIN_MS = 400;
/** A request is sent at most so often before its default deadline. */
const ATTEMPTS = 4;

/** How long one operation may take, and who may call it off. */
export interface CallLimits {
  /** Default: four times what the board declares for the calls under way, plus the time on the line. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SessionOptions {
  readonly nonce: number;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly baud: () => number;
  readonly clock: Clock;
  readonly deadlineFactor: number;
  readonly windowMessages: number;
  /** Shared with the client: what arrives is counted there, what leaves here. */
  readonly counts: LinkCounts;
  /** A request that may or may not have been executed is left open for settling. */
  readonly onUnsettled: (request: OpenRequest) => void;
}

interface Pending {
  readonly name: CommandName;
  readonly payload: Uint8Array;
  /** Calls into the library that it asks for. */
  readonly calls: number;
  readonly limits: CallLimits;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: NeaiError) => void;
  /** Undefined while it waits for its turn. */
  finalSequence: number | undefined;
  /** Running number of the message in its session. */
  ordinal: number;
  release: () => void;
  /** A later message was answered before this one, and it was asked for again. */
  wasMissed: boolean;
}

/** Why a session ended, as its open requests will tell it. */
interface Loss {
  readonly code: NeaiError['code'];
  readonly message: string;
  readonly got?: string | undefined;
  readonly refusal?: RefusalName;
}

/**
 * One session with a board, from hello to its end: requests in order, repeated when due, each answered once. Whatever
 * makes the board's count uncertain ends the session; the client opens the next one.
 */
export class Session {
  readonly #options: SessionOptions;
  #queue: UnitQueue;
  #hello: Hello | undefined;
  #loss: Loss | undefined;
  #waiting: Pending[] = [];
  readonly #underWay = new Map<number, Pending>();
  #started = 0;
  #pumping = false;
  #stopRepeating: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    // Until hello has been answered nothing is known of the ring: one unit at a time.
    this.#queue = new UnitQueue({
      nonce: options.nonce,
      sequence: 0,
      windowBytes: MAX_UNIT_BYTES + 1,
      unitBytes: MAX_UNIT_BYTES,
    });
  }

  get isOpen(): boolean {
    return this.#loss === undefined && this.#hello !== undefined;
  }

  get isOpening(): boolean {
    return this.#loss === undefined && this.#hello === undefined;
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0 && this.#waiting.length === 0;
  }

  /** Hello was answered: from now on with the board's window and units. */
  agree(hello: Hello): void {
    this.#hello = hello;
    this.#queue = new UnitQueue({
      nonce: this.#options.nonce,
      sequence: 1,
      windowBytes: hello.windowBytes,
      unitBytes: hello.unitBytes,
    });
  }

  /** The board has surely answered what it has, if nothing was heard for this long. */
  get repeatAfterMs(): number {
    // A batch is silent for as long as all its calls take.
    const calls = Math.max(1, ...[...this.#underWay.values()].map((pending) => pending.calls));
    const lineMs = this.#lineMs(this.#queue.bytesUnderWay + MAX_UNIT_BYTES);
    return (calls * this.#longestCallMs + TURNAROUND_MS + lineMs) * this.#options.deadlineFactor;
  }

  get #longestCallMs(): number {
    return this.#hello?.longestCallMs ?? HELLO_AGAIN_MS;
  }

  /** Until the request begun last is answered, and all before it: messages are worked off one after the other. */
  get #answeredWithinMs(): number {
    let totalMs = 0;
    for (const { calls, payload } of this.#underWay.values())
      totalMs +=
        calls * this.#longestCallMs + TURNAROUND_MS + this.#lineMs(2 * MAX_UNIT_BYTES + payload.length);
    return ATTEMPTS * totalMs * this.#options.deadlineFactor;
  }

  /**
   * Sends a request and resolves with the payload of its answer. @throws RequestError
   * @param calls into the library that the request asks for
   */
  exchange(name: CommandName, payload: Uint8Array, limits: CallLimits, calls = 1): Promise<Uint8Array> {
    const { signal } = limits;
    if (signal?.aborted) return Promise.reject(interrupted(name, 'not-executed', signal));
    if (this.#loss) return Promise.reject(this.lostError(name));
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        name,
        payload,
        calls,
        limits,
        resolve,
        reject,
        finalSequence: undefined,
        ordinal: 0,
        release: () => undefined,
        wasMissed: false,
      });
      this.#startWaiting();
    });
  }

  /** The error of a request that cannot even begin. */
  lostError(name: string): RequestError {
    // What happened to the board while nobody asked is told by the request that meets it.
    if (this.#loss?.code === 'BOARD_FAULT' || this.#loss?.code === 'BOARD_RESET_IN_SESSION') {
      const { code, message, got } = this.#loss;
      const details = got === undefined ? {} : { got };
      return new RequestError(code, `${name}: ${message}`, name, 'not-executed', details);
    }
    return new RequestError(
      'PROTOCOL_SESSION_LOST',
      `${name}: there is no open session`,
      name,
      'not-executed',
      {
        got: this.#loss?.message ?? 'no session was opened',
      },
    );
  }

  /** Ends the session; every open request fails with this loss. */
  lose(loss: Loss, calledOff?: { readonly pending: Pending; readonly signal: AbortSignal }): void {
    if (this.#loss) return;
    this.#loss = loss;
    this.#stopRepeating();
    const open = [...this.#underWay.values(), ...this.#waiting];
    this.#underWay.clear();
    this.#waiting = [];
    for (const pending of open) {
      pending.release();
      const outcome = this.#outcome(pending);
      if (pending === calledOff?.pending)
        pending.reject(interrupted(pending.name, outcome, calledOff.signal));
      else pending.reject(lossError(pending.name, outcome, loss));
    }
  }

  /** Sends again what has no answer, without waiting for the time to do so. */
  repeatNow(): void {
    for (const pending of this.#underWay.values()) pending.wasMissed = false;
    this.#queue.repeat();
    this.#repeatLater();
    void this.#pump();
  }

  /** A frame of this session. @returns false when nobody waits for it */
  take(frame: Frame): boolean {
    if (this.#loss) return false;
    this.#queue.heard(frame.sequence, frame.round);
    this.#repeatLater();
    const pending = this.#underWay.get(frame.sequence);
    const wasTaken = this.#take(frame, pending);
    void this.#pump();
    return wasTaken;
  }

  #take(frame: Frame, pending: Pending | undefined): boolean {
    if (frame.kind === 'refusal') return this.#takeRefusal(frame, pending);
    if (frame.kind === 'acknowledge') {
      const [expected] = numbers(frame.payload);
      if (expected !== undefined) this.#queue.acknowledged(expected);
      return expected !== undefined;
    }
    if (frame.kind !== 'answer' || !pending || commandRow(pending.name).id !== frame.command) return false;
    this.#missBefore(pending);
    this.#options.counts.unitsRepeatedInVain += this.#queue.repeatedInVain(frame.sequence, frame.round);
    this.#finish(pending, () => pending.resolve(frame.payload));
    return true;
  }

  /** Answers come in order: one that is outstanding when a later one arrives is lost, and is asked for once at once. */
  #missBefore({ finalSequence }: Pending): void {
    for (const earlier of this.#underWay.values()) {
      if (earlier.finalSequence === finalSequence) return;
      if (!earlier.wasMissed) this.#queue.sendAgain(earlier.finalSequence!);
      earlier.wasMissed = true;
    }
  }

  #takeRefusal(frame: Frame, pending: Pending | undefined): boolean {
    const [code, expected, bootCounter, detail] = numbers(frame.payload);
    const refusal = REFUSALS.find((row) => row.code === code);
    if (refusal === undefined || expected === undefined) return false;
    switch (refusal.name) {
      case 'bad_frame':
      case 'ahead':
        if (refusal.name === 'bad_frame') this.#options.counts.framesDamagedToBoard++;
        // An `ahead` of an earlier round is the echo of a go-back already made.
        if (refusal.name === 'ahead' && frame.round !== this.#queue.round) return true;
        if (this.#underWay.size > 0 && !this.#queue.goBackTo(expected)) {
          this.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the board expects a unit that is not ours' });
        }
        return true;
      case 'no_session':
        this.#lostByBoard(bootCounter);
        return true;
      case 'old_session':
        this.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'somebody else has opened a session' });
        return true;
      default:
        if (pending === undefined) return false;
        this.#finish(pending, () => {
          const outcome = refusal.name === 'too_old' ? this.#outcome(pending) : 'not-executed';
          const got = `${refusal.meaning} (detail ${detail})`;
          pending.reject(
            lossError(pending.name, outcome, {
              code: 'PROTOCOL_REFUSED',
              message: `refused: ${refusal.name}`,
              got,
              refusal: refusal.name,
            }),
          );
        });
        return true;
    }
  }

  #lostByBoard(bootCounter: number | undefined): void {
    const before = this.#hello?.bootCounter;
    if (before === undefined || bootCounter === before) {
      this.lose({ code: 'PROTOCOL_SESSION_LOST', message: 'the board knows no such session' });
    } else {
      const got = `boot counter ${bootCounter}, was ${before}`;
      this.lose({ code: 'BOARD_RESET_IN_SESSION', message: 'the board was reset', got });
    }
  }

  #startWaiting(): void {
    const most = Math.min(this.#options.windowMessages, this.#hello?.windowMessages ?? 1);
    // Counted from the oldest one without an answer: the board keeps the answers of the last `most` messages only.
    while (this.#started - (this.#oldest?.ordinal ?? this.#started) < most) {
      const pending = this.#waiting.shift();
      if (pending === undefined) break;
      this.#start(pending);
    }
    void this.#pump();
  }

  get #oldest(): Pending | undefined {
    return this.#underWay.values().next().value;
  }

  #start(pending: Pending): void {
    pending.ordinal = this.#started++;
    const { name, payload, limits } = pending;
    const finalSequence = this.#queue.append(commandRow(name).id, payload);
    pending.finalSequence = finalSequence;
    this.#underWay.set(finalSequence, pending);
    const timeoutMs = limits.timeoutMs ?? this.#answeredWithinMs;
    const before = { ...this.#options.counts };
    const stopDeadline = this.#options.clock.after(timeoutMs, () => {
      const { code, got } = diagnoseSilence(before, this.#options.counts);
      this.lose({ code, message: `no answer within ${(timeoutMs / 1000).toFixed(1)} s`, got });
    });
    const { signal } = limits;
    const onAbort = (): void =>
      this.lose(
        { code: 'PROTOCOL_SESSION_LOST', message: `${name} was called off` },
        { pending, signal: signal! },
      );
    signal?.addEventListener('abort', onAbort, { once: true });
    pending.release = () => {
      stopDeadline();
      signal?.removeEventListener('abort', onAbort);
    };
    this.#repeatLater();
  }

  #finish(pending: Pending, end: () => void): void {
    this.#underWay.delete(pending.finalSequence!);
    this.#queue.finished(pending.finalSequence!);
    pending.release();
    end();
    if (this.#underWay.size === 0) this.#stopRepeating();
    this.#startWaiting();
  }

  /** What can be said of a request that will get no answer; leaves it for settling when that is nothing. */
  #outcome({ finalSequence, name, payload }: Pending): Outcome {
    if (commandRow(name).read || finalSequence === undefined) return 'not-executed';
    if (!this.#queue.finalWasSent(finalSequence)) return 'not-executed';
    this.#options.onUnsettled({ command: name, asked: numbers(payload) });
    return 'unknown';
  }

  #lineMs(bytes: number): number {
    return (bytes * 10_000) / this.#options.baud();
  }

  #repeatLater(): void {
    this.#stopRepeating();
    if (this.#underWay.size === 0) return;
    this.#stopRepeating = this.#options.clock.after(this.repeatAfterMs, () => this.repeatNow());
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#underWay.size > 0) {
        const queue = this.#queue;
        const repeatedBefore = queue.repeatedUnits;
        const bytes = queue.take();
        if (bytes === undefined) break;
        this.#options.counts.unitsRepeated += queue.repeatedUnits - repeatedBefore;
        this.#options.counts.bytesSent += bytes.length;
        await this.#options.write(bytes);
        this.#repeatLater();
      }
    } catch (error) {
      const isTyped = error instanceof NeaiError;
      this.lose({
        code: isTyped ? error.code : 'INTERNAL',
        message: String(isTyped ? error.message : error),
      });
    } finally {
      this.#pumping = false;
    }
  }
}

function lossError(name: CommandName, outcome: Outcome, { code, message, got, refusal }: Loss): RequestError {
  const ending = outcome === 'unknown' ? ' (whether it was executed is unknown)' : '';
  return new RequestError(
    code,
    `${name}: ${message}${ending}`,
    name,
    outcome,
    got === undefined ? {} : { got },
    refusal,
  );
}

function interrupted(name: CommandName, outcome: Outcome, signal: AbortSignal): RequestError {
  return new RequestError('INTERRUPTED', `${name} was called off`, name, outcome, { cause: signal.reason });
}

/** The integers of a positional array; empty when the payload is none. */
function numbers(payload: Uint8Array): readonly number[] {
  try {
    const value = decodeCbor(payload);
    return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : [];
  } catch {
    return [];
  }
}
