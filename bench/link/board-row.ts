import { askControl } from '../../src/cli/control-client.ts';
import { SerialLine } from '../../src/host/serial-port.ts';
import { Client } from '../../src/protocol/client.ts';
import { encodeFrame } from '../../src/protocol/frame.ts';
import { RESET_BAUD } from '../../src/protocol/limits.ts';
import { encodeRequest } from '../../src/protocol/payload.ts';
import { RequestError } from '../../src/protocol/request-error.ts';
import { type Random, seededRandom } from '../../src/shared/random.ts';
import { HashingReference } from './hashing-library.ts';

const BAUD = 921_600;
/** Requests handed over together; eight are under way at a time. */
const BATCH = 48;
/** The board answers within microseconds: waits for this computer alone. */
const DEADLINE_FACTOR = 1;
const CALL_MS = 3_000;
/** Signals learned among those detected. */
const LEARNED_OF_TEN = 7;

/** A board that runs the hashing library. */
export interface BoardPlace {
  readonly port: string;
  readonly control: string;
  /** Values of a signal. */
  readonly values: number;
  readonly signal: AbortSignal;
}

export interface PlannedRow {
  /** A fault of the virtual line (docs/virtual-board.md), or resets of the board in mid-frame. */
  readonly kind: string;
  readonly rate: number;
  readonly per: 'bit' | 'byte' | 'request';
  readonly requests: number;
}

export interface BoardRow extends PlannedRow {
  /** Length of a learn on the line. */
  readonly frameBytes: number;
  readonly answered: number;
  readonly framesToBoard: number;
  readonly framesToHost: number;
  /** Records that the board, or the client, refused. */
  readonly damagedToBoard: number;
  readonly damagedToHost: number;
  readonly repeated: number;
  /** Times that a request had no answer in time, and its outcome was settled on a line without faults. */
  readonly settled: number;
  readonly resets: number;
  /** States of the board that the requests sent cannot have brought about. */
  readonly corruptedExecuted: number;
  /** Answers taken for good that are not those of a board without faults. */
  readonly wrongAnswers: number;
  readonly seconds: number;
}

interface Request {
  readonly signal: Float32Array;
  readonly isLearn: boolean;
}

/** One kind of damage at one rate, in both directions. */
export async function runRow(place: BoardPlace, planned: PlannedRow, seed: number): Promise<BoardRow> {
  const row = new Row(place, planned, seed);
  try {
    return await row.run();
  } finally {
    await row.close();
  }
}

class Row {
  readonly #place: BoardPlace;
  readonly #planned: PlannedRow;
  readonly #random: Random;
  readonly #reference = new HashingReference();
  #client: Client | undefined;
  #tally = { answered: 0, settled: 0, resets: 0, corruptedExecuted: 0, wrongAnswers: 0, damagedToBoard: 0 };

  constructor(place: BoardPlace, planned: PlannedRow, seed: number) {
    this.#place = place;
    this.#planned = planned;
    this.#random = seededRandom(seed);
  }

  async run(): Promise<BoardRow> {
    const began = performance.now();
    await this.#control({ do: 'serial-faults-clear' });
    const { port } = this.#place;
    const transport = await SerialLine.open({ path: port, baud: RESET_BAUD, deadlineFactor: 4 });
    const client = new Client({
      ...{ transport, deadlineFactor: DEADLINE_FACTOR, windowMessages: 8, packSamples: false },
      randomWord: () => this.#random.uint32(),
    });
    this.#client = client;
    await client.open({ timeoutMs: 20_000 });
    await this.#begin();
    const [before, boardBefore] = [client.counts, await this.#linkStats()];
    await this.#disturb();
    for (let done = 0; done < this.#planned.requests; done += BATCH) {
      this.#place.signal.throwIfAborted();
      await this.#batch(Math.min(BATCH, this.#planned.requests - done));
    }
    await this.#control({ do: 'serial-faults-clear' });
    await this.#settle([]);
    const [after, board] = [client.counts, await this.#linkStats()];
    // Counted by the board since its boot: a reset takes what was before it.
    const since = (name: 'framesAccepted' | 'framesRefused'): number =>
      this.#tally.resets > 0 ? board[name] : board[name] - boardBefore[name];
    return {
      ...this.#planned,
      ...this.#tally,
      frameBytes: this.#frameBytes(),
      framesToBoard: since('framesAccepted') + since('framesRefused'),
      framesToHost: after.framesReceived + after.framesDamaged - before.framesReceived - before.framesDamaged,
      damagedToBoard: since('framesRefused'),
      damagedToHost: after.framesDamaged - before.framesDamaged,
      repeated: after.unitsRepeated - before.unitsRepeated,
      seconds: (performance.now() - began) / 1000,
    };
  }

  async close(): Promise<void> {
    await this.#control({ do: 'serial-faults-clear' }).catch(() => undefined);
    // The next row begins at the rate after reset, and need not wait until the board falls back to it.
    if (this.#client?.baud === BAUD) await this.#client.setBaud(RESET_BAUD).catch(() => undefined);
    await this.#client?.close();
  }

  #control(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return askControl(this.#place.control, request);
  }

  #linkStats() {
    return this.#client!.call('stats', {}, { timeoutMs: 20_000 });
  }

  #frameBytes(): number {
    const payload = encodeRequest('learn', { signal: new Float32Array(this.#place.values) });
    return encodeFrame({
      ...{ kind: 'request', round: 0, nonce: 1, sequence: 1, command: 4 },
      ...{ length: payload.length, payload },
    }).length;
  }

  /** From nothing learned, at the raised rate, on a line without faults. */
  async #begin(): Promise<void> {
    const limits = { timeoutMs: 20_000 };
    if (this.#client!.baud !== BAUD) await this.#client!.setBaud(BAUD, limits);
    await this.#client!.call('initialize', {}, limits);
    this.#reference.initialize();
  }

  async #disturb(): Promise<void> {
    const { kind, rate, per } = this.#planned;
    if (kind === 'reset') return;
    for (const direction of ['to-board', 'to-host'])
      await this.#control({
        ...{ do: 'serial-fault', direction, kind, seed: this.#random.uint32() },
        // A flip turns one bit of a byte.
        rate: per === 'bit' ? 8 * rate : rate,
      });
  }

  async #batch(count: number): Promise<void> {
    const requests = Array.from({ length: count }, (): Request => {
      const isLearn = this.#random.below(10) < LEARNED_OF_TEN;
      const values = Array.from({ length: this.#place.values }, () => 40 * this.#random.normal());
      return { isLearn, signal: Float32Array.from(values) };
    });
    // At least one, however short the row is.
    const isDue = this.#tally.resets === 0 || this.#random.unit() < count * this.#planned.rate;
    const isReset = this.#planned.kind === 'reset' && isDue;
    const resetAt = this.#random.below(count);
    let left = count;
    const calls = requests.map((request, index) =>
      this.#ask(request).then((answer) => {
        left--;
        if (isReset && index === resetAt) {
          this.#tally.resets++;
          void this.#control({ do: 'reset' }).catch(() => undefined);
        }
        return answer;
      }),
    );
    const results = await Promise.allSettled(calls);
    let open: { request: Request; isUnknown: boolean }[] = [];
    for (const [index, result] of results.entries()) {
      const request = requests[index]!;
      if (result.status === 'fulfilled') {
        // The board works in order: what stands before an answer was executed, and only its own answer is lost.
        for (const earlier of open) {
          if (!earlier.isUnknown) this.#tally.corruptedExecuted++;
          this.#play(earlier.request);
        }
        open = [];
        this.#check(request, result.value);
        continue;
      }
      const { reason } = result;
      if (!(reason instanceof RequestError)) throw reason;
      open.push({ request, isUnknown: reason.outcome === 'unknown' });
    }
    if (left === 0) return;
    await this.#settle(open);
    await this.#disturb();
  }

  async #ask({ isLearn, signal }: Request) {
    const limits = { timeoutMs: CALL_MS };
    if (!isLearn) {
      const { similarityOrCode, ...state } = await this.#client!.call('detect', { signal }, limits);
      return { ...state, code: similarityOrCode };
    }
    return this.#client!.call('learn', { signal }, limits);
  }

  /** An answer must be that of a board to which nothing happened. */
  #check(request: Request, answer: { code: number; learnCounter: number; digest: number }): void {
    this.#tally.answered++;
    const code = this.#play(request);
    const { learnCounter, digest } = this.#reference;
    const isRight = answer.code === code && answer.learnCounter === learnCounter && answer.digest === digest;
    if (!isRight) this.#tally.wrongAnswers++;
  }

  #play({ isLearn, signal }: Request): number {
    if (!isLearn) return this.#reference.detect(signal);
    this.#reference.learn(signal);
    return 1;
  }

  /**
   * On a line without faults: where is the board? It must stand where the requests without an answer have brought it, one
   * after the other, and none that is said not to have been executed may be among those that were.
   */
  async #settle(open: readonly { request: Request; isUnknown: boolean }[]): Promise<void> {
    if (open.length > 0) this.#tally.settled++;
    await this.#control({ do: 'serial-faults-clear' });
    const { after, bootedAgain } = await this.#client!.settle({ timeoutMs: 20_000 });
    if (bootedAgain || !this.#advanceTo(after, open)) {
      if (!bootedAgain) this.#tally.corruptedExecuted++;
      await this.#begin();
    }
    if (this.#client!.baud !== BAUD) await this.#client!.setBaud(BAUD, { timeoutMs: 20_000 });
  }

  #advanceTo(
    after: { readonly learnCounter: number; readonly digest: number },
    open: readonly { request: Request; isUnknown: boolean }[],
  ): boolean {
    const isThere = (): boolean =>
      this.#reference.learnCounter === after.learnCounter && this.#reference.digest === after.digest;
    if (isThere()) return true;
    for (const { request, isUnknown } of open) {
      if (!isUnknown && request.isLearn) return false;
      this.#play(request);
      if (isThere()) return true;
    }
    return false;
  }
}
