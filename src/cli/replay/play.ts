import type { BoardSession } from '../../host/board.ts';
import { decodeFrame, type Frame, RECORD_END } from '../../protocol/frame.ts';
import type { NeaiError } from '../../shared/errors.ts';
import { askControl } from '../control-client.ts';
import type { LogEntry } from './log.ts';
import { answerDiffers, told } from './same-answer.ts';

export interface FrameReplay {
  /** Host's frames sent, board's answers and refusals compared. */
  readonly sent: number;
  readonly compared: number;
  /** The first answer that differs; null when all came again. */
  readonly first: { readonly line: number; readonly recorded: string; readonly why: string } | null;
  /** What the log tells of and a replay cannot do again. */
  readonly leftOut: readonly string[];
}

/** An answer that was there takes no longer than this, on a board that does nothing else. */
const ANSWER_MS = 5_000;
/** Work through the debug port is in the log as a remark: it changes what the board answers, and no frame carries it. */
const NOT_IN_FRAMES = /by swd|debug port/i;

/**
 * Sends a recorded host's frames to a board that is fresh from reset, each when everything has come that had come before
 * it, and compares the answers. Acknowledgements tell about time only: they are waited for, not compared. Ends at the
 * first difference, for after it the two go different ways.
 * @param isVirtual whether the recording is of a virtual board
 */
export async function playFrames(
  session: BoardSession,
  log: readonly LogEntry[],
  { isVirtual, signal }: { readonly isVirtual: boolean; readonly signal: AbortSignal },
): Promise<FrameReplay> {
  const line = await session.openLine(undefined, { signal });
  const inbox = new Inbox(ANSWER_MS * session.slot.deadlineFactor, signal);
  line.onRecord((record) => inbox.take(record));
  line.onLost((error) => inbox.fail(error));
  await session.resetRun({ signal });
  const leftOut: string[] = [];
  let [sent, compared] = [0, 0];
  for (const entry of log) {
    signal.throwIfAborted();
    if (entry.kind === 'sent') {
      await line.write(Uint8Array.of(...entry.record, RECORD_END));
      sent++;
    } else if (entry.kind === 'baud') await line.setBaud(entry.baud);
    else if (entry.kind === 'reset') {
      // The reset of the firmware's own is a frame that has just been sent.
      if (entry.by === 'pin') await session.resetRun({ signal });
    } else if (entry.kind === 'control') {
      const { control } = session.slot;
      if (control !== undefined) await askControl(control, entry.request);
    } else if (entry.kind === 'remark') {
      if (NOT_IN_FRAMES.test(entry.text)) leftOut.push(`line ${entry.line}: ${entry.text}`);
    } else {
      const recorded = decodeFrame(entry.record);
      // Text is for people, and what was damaged on its way says nothing about who sent it.
      if (typeof recorded === 'string') continue;
      if (recorded.kind === 'acknowledge') {
        await inbox.acknowledged(recorded);
        continue;
      }
      const replayed = await inbox.answerTo(recorded);
      const why =
        replayed === undefined
          ? `recorded ${told(recorded)}, replayed nothing within ${(ANSWER_MS * session.slot.deadlineFactor) / 1000} s`
          : answerDiffers(recorded, replayed, isVirtual);
      if (why !== undefined)
        return { sent, compared, first: { line: entry.line, recorded: told(recorded), why }, leftOut };
      compared++;
    }
  }
  return { sent, compared, first: null, leftOut };
}

/** What the replayed board has said and nobody has asked for yet. */
class Inbox {
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  #frames: Frame[] = [];
  /** Units that the board has taken, by its own word: answers and acknowledgements of later ones say it too. */
  #heardUpTo = -1;
  #session = 0;
  #failure: NeaiError | undefined;
  #wake: () => void = () => undefined;

  constructor(timeoutMs: number, signal: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  take(record: Uint8Array): void {
    const frame = decodeFrame(record);
    if (typeof frame === 'string') return;
    if (frame.nonce !== this.#session) [this.#session, this.#heardUpTo] = [frame.nonce, -1];
    this.#heardUpTo = Math.max(this.#heardUpTo, frame.sequence);
    if (frame.kind !== 'acknowledge') this.#frames.push(frame);
    this.#wake();
  }

  fail(error: NeaiError): void {
    this.#failure = error;
    this.#wake();
  }

  /** The next answer or refusal; undefined when none comes. A repetition of one that was there already is passed over. */
  async answerTo(recorded: Frame): Promise<Frame | undefined> {
    const isLater = await this.#until(() =>
      this.#frames.some((frame) => frame.sequence >= recorded.sequence || frame.nonce !== recorded.nonce),
    );
    if (!isLater) return undefined;
    while (this.#frames.length > 1 && isOlder(this.#frames[0]!, recorded)) this.#frames.shift();
    return this.#frames.shift();
  }

  /** Waits until the board has taken what it had taken then; a board that answers at once need not say so. */
  async acknowledged(recorded: Frame): Promise<void> {
    await this.#until(() => this.#session === recorded.nonce && this.#heardUpTo >= recorded.sequence);
  }

  /** @returns false when it did not come to be in time */
  async #until(isSo: () => boolean): Promise<boolean> {
    const untilMs = performance.now() + this.#timeoutMs;
    while (!isSo()) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#signal.throwIfAborted();
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}

const isOlder = (frame: Frame, wanted: Frame): boolean =>
  frame.nonce === wanted.nonce && frame.sequence < wanted.sequence;
