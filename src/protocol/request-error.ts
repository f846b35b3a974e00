import { type ErrorCode, type ErrorDetails, NeaiError } from '../shared/errors.ts';
import type { RefusalName } from './codes.ts';

/** What is known of the effect of a request that failed. */
export type Outcome = 'not-executed' | 'unknown';

/** A request that did not end with its answer. An unknown outcome is settled by Client.settle, never by asking again. */
export class RequestError extends NeaiError {
  readonly command: string;
  readonly outcome: Outcome;
  /** The board's reason, when it has refused the request. */
  readonly refusal: RefusalName | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    command: string,
    outcome: Outcome,
    details: ErrorDetails = {},
    refusal?: RefusalName,
  ) {
    super(code, message, details);
    this.name = 'RequestError';
    this.command = command;
    this.outcome = outcome;
    this.refusal = refusal;
  }
}

/** What came over the line, counted since the client exists. */
export interface LinkCounts {
  bytesSent: number;
  readonly bytesReceived: number;
  framesReceived: number;
  /** Records that begin like a frame and are damaged. */
  framesDamaged: number;
  /** Of our own frames, those the board has seen damaged. */
  framesDamagedToBoard: number;
  /** Frames of another session, answers nobody waits for any more, echoes of our own. */
  framesStray: number;
  textLines: number;
  /** Bytes that were neither frame nor text. */
  noiseBytes: number;
  unitsRepeated: number;
  /** Of these, last units of requests whose first sending was answered after all: it was not lost, the answer was late. */
  unitsRepeatedInVain: number;
  sessions: number;
}

export const noCounts = (traffic: { readonly bytesIn: number }): LinkCounts => ({
  bytesSent: 0,
  get bytesReceived() {
    return traffic.bytesIn;
  },
  framesReceived: 0,
  framesDamaged: 0,
  framesDamagedToBoard: 0,
  framesStray: 0,
  textLines: 0,
  noiseBytes: 0,
  unitsRepeated: 0,
  unitsRepeatedInVain: 0,
  sessions: 0,
});

/** Which failure a time without an answer was, judged by what came meanwhile. */
export function diagnoseSilence(before: LinkCounts, after: LinkCounts): { code: ErrorCode; got: string } {
  const frames = after.framesReceived - before.framesReceived;
  const damaged = after.framesDamaged - before.framesDamaged;
  const damagedToBoard = after.framesDamagedToBoard - before.framesDamagedToBoard;
  const lines = after.textLines - before.textLines;
  const noise = after.noiseBytes - before.noiseBytes;
  const bytes = after.bytesReceived - before.bytesReceived;
  const got = `${bytes} bytes: ${frames} frames, ${damaged} damaged frames, ${damagedToBoard} of ours damaged, ${lines} lines of text, ${noise} bytes of noise`;
  if (damaged + damagedToBoard > 0) return { code: 'PROTOCOL_BAD_CRC', got };
  if (frames > 0) return { code: 'PROTOCOL_NO_ANSWER', got };
  if (noise > 0) return { code: 'BOARD_GARBLED', got };
  if (lines > 0) return { code: 'BOARD_NO_PROTOCOL', got };
  // A wrong rate need not bring a single '\n': bytes that end no record are garbage too.
  if (bytes > 0) return { code: 'BOARD_GARBLED', got };
  return { code: 'BOARD_SILENT', got: 'not one byte' };
}
