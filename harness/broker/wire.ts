import { ERROR_CODES, type ErrorCode } from '../../src/shared/error-codes.ts';
import { type ErrorDetails, NeaiError } from '../../src/shared/errors.ts';

/**
 * One line of JSON each way. Numbers that JSON cannot carry as they are (float32 signals with NaN or infinity, bytes)
 * travel as base64 under a key of their own.
 */
const FLOATS = '$float32';
const BYTES = '$bytes';

export interface RequestLine {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

export type AnswerLine =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError };

/** A failure as it crosses the socket: the same code and details on the other side. */
interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

export function encodeLine(value: RequestLine | AnswerLine): string {
  return `${JSON.stringify(value, function (this: unknown, key: string, item: unknown) {
    // Buffers turn themselves into objects before they are handed over; the holder still has them.
    const raw = (this as Record<string, unknown>)[key];
    if (raw instanceof Float32Array)
      return { [FLOATS]: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64') };
    if (raw instanceof Uint8Array) return { [BYTES]: Buffer.from(raw).toString('base64') };
    return item;
  })}\n`;
}

export function decodeLine<Line extends RequestLine | AnswerLine>(text: string): Line {
  return JSON.parse(text, (_key, value: unknown) => {
    if (value === null || typeof value !== 'object') return value;
    const { [FLOATS]: floats, [BYTES]: bytes } = value as Record<string, unknown>;
    if (typeof floats === 'string') return new Float32Array(bytesOf(floats).buffer);
    return typeof bytes === 'string' ? bytesOf(bytes) : value;
  }) as Line;
}

/** Own memory, so that a view of any alignment can be laid over it. */
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

export function toWireError(thrown: unknown): WireError {
  if (!(thrown instanceof NeaiError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const evidence = thrown instanceof Error ? thrown.stack : undefined;
    return { code: 'INTERNAL', message, details: evidence === undefined ? {} : { evidence } };
  }
  const { cause: _cause, ...details } = thrown.details;
  return { code: thrown.code, message: thrown.message, details };
}

export function fromWireError({ code, message, details }: WireError): NeaiError {
  const known = code in ERROR_CODES ? code : 'INTERNAL';
  return new NeaiError(known, message, details);
}
