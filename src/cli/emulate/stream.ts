import { createInterface } from 'node:readline';
import { startConfirmation } from '../../engine/index.ts';
import type { Library } from '../../engine/library.ts';
import { DEFAULT_THRESHOLD } from '../../engine/metrics/metrics.ts';
import { describeError, NeaiError } from '../../shared/errors.ts';
import { lineSignal } from '../../studio/emulator-input.ts';
import type { Confirmation, EmulatorSession } from '../../studio/emulator-session.ts';

const DEFAULT_BAUD = 115200;
/** How much a crash may lose. */
const SAVE_EVERY_MS = 1000;

/** Where lines come from. */
export interface LineListener {
  line(text: string): void;
  /** The source is at its end, or broke. */
  end(error?: NeaiError): void;
}

/** What a program around the emulator lends it. */
export interface StreamHost {
  print(text: string): void;
  remark(text: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Opens a serial port; @returns what closes it. */
  openSerial(
    port: string,
    options: { readonly baud: number; readonly longestLineBytes: number },
    listener: LineListener,
  ): Promise<() => Promise<void>>;
}

interface Stream {
  readonly library: Library;
  readonly name: 'learn' | 'detect';
  readonly options: { readonly serial?: string; readonly baud?: number; readonly count?: number };
  readonly confirmation: Confirmation | undefined;
  readonly host: StreamHost;
  save(): Promise<void>;
}

/** Characters that a value may take in a line, separator included. */
const LONGEST_VALUE_BYTES = 64;

/**
 * Learns or detects signals as they come, a line each, and prints a line of JSON for each. A line that is no signal is
 * said on standard error and passed over. Ends after `count` signals, at the end of the source, or on Ctrl-C; the state is
 * kept in any case.
 */
export async function streamSignals(session: EmulatorSession, stream: Stream): Promise<void> {
  const { library, name, options, host, confirmation } = stream;
  if (name === 'detect') session.requireLearned();
  else session.requireInitialized(name);
  const confirm = confirmation && startConfirmation(confirmation.rule, DEFAULT_THRESHOLD);
  const input = options.serial ?? 'stream';
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let lines = 0;
  let taken = 0;
  let refused = 0;
  let savedMs = performance.now();
  let isOver = false;
  const over = (error?: NeaiError): void => {
    isOver = true;
    if (error) reject(error);
    else resolve();
  };

  const take = (text: string): void => {
    const signal = lineSignal(text, { line: lines, mayBeHeader: lines === 1 }, library);
    if (signal === null) return;
    const [result] = session[name]({ input, signals: [signal] }).results;
    taken++;
    const confirmed = confirm && { confirmed: confirm(result!.similarity!) };
    host.print(JSON.stringify({ ...result, ...confirmed }));
    if (taken === options.count) over();
  };
  const listener: LineListener = {
    line(text) {
      if (isOver) return;
      lines++;
      try {
        take(text);
      } catch (error) {
        if (!(error instanceof NeaiError)) throw error;
        refused++;
        host.remark(describeError(error));
      }
      if (performance.now() - savedMs < SAVE_EVERY_MS) return;
      savedMs = performance.now();
      stream.save().catch((error: NeaiError) => over(error));
    },
    end: over,
  };
  const onAbort = (): void => over();
  host.signal.addEventListener('abort', onAbort, { once: true });
  // nobody reads any more (a pipe into head): the stream is over, and no defect
  process.stdout.once('error', onAbort);
  const close = await open(stream, listener);
  try {
    if (host.signal.aborted) over();
    await ended;
  } finally {
    isOver = true;
    host.signal.removeEventListener('abort', onAbort);
    process.stdout.off('error', onAbort);
    await close();
    await stream.save();
    host.remark(`${taken} signals ${name === 'learn' ? 'learned' : 'detected'}, ${refused} lines refused`);
  }
}

async function open(
  { library, options, host }: Stream,
  listener: LineListener,
): Promise<() => Promise<void>> {
  const { serial, baud = DEFAULT_BAUD } = options;
  if (serial === undefined) return readStandardInput(listener);
  const longestLineBytes = LONGEST_VALUE_BYTES * library.axes * library.bufferSize;
  const close = await host.openSerial(serial, { baud, longestLineBytes }, afterFirst(listener, host));
  host.remark(`listening on ${serial} at ${baud} baud`);
  return close;
}

/** Whoever begins to listen to a talking logger hears the end of a line first: it may look whole and be another number. */
function afterFirst(listener: LineListener, host: StreamHost): LineListener {
  let isFirst = true;
  return {
    end: listener.end,
    line(text) {
      if (!isFirst) return listener.line(text);
      isFirst = false;
      host.remark(`left out, it may have begun before we listened: "${text.slice(0, 40)}"`);
    },
  };
}

function readStandardInput(listener: LineListener): () => Promise<void> {
  const reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  reader.on('line', listener.line);
  reader.on('close', () => listener.end());
  return async () => {
    reader.close();
    process.stdin.destroy();
  };
}
