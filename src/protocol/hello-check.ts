import { NeaiError } from '../shared/errors.ts';
import { decodeCbor } from './cbor.ts';
import { RESET_CAUSES, type ResetCause } from './codes.ts';
import type { ResponseOf } from './commands.ts';
import { PROTOCOL_VERSION } from './limits.ts';
import { decodeResponse } from './payload.ts';
import { tableHash } from './table-hash.ts';

/** The answer to hello, the reset cause by its name. */
export type Hello = Omit<ResponseOf<'hello'>, 'resetCause'> & { readonly resetCause: ResetCause };

const shown = (value: unknown): string =>
  value instanceof Uint8Array
    ? Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')
    : String(value);

function refuseMismatch(field: string, wanted: unknown, got: unknown): never {
  throw new NeaiError('PROTOCOL_MISMATCH', `the board's ${field} is not the one this session needs`, {
    asked: `${field} ${shown(wanted)}`,
    got: `${field} ${shown(got)}`,
  });
}

/**
 * Reads the answer to hello. Version and table are looked at before anything else, because with another table the rest
 * cannot be read.
 * @throws NeaiError PROTOCOL_MISMATCH naming the field, PROTOCOL_BAD_PAYLOAD
 */
export function readHello(payload: Uint8Array, expected: Partial<Hello>): Hello {
  const raw = decodeCbor(payload);
  const [version, hash] = Array.isArray(raw) ? (raw as unknown[]) : [];
  if (version !== PROTOCOL_VERSION) refuseMismatch('protocolVersion', PROTOCOL_VERSION, version);
  if (hash !== tableHash()) refuseMismatch('tableHash', tableHash(), hash);
  const answer = decodeResponse('hello', payload);
  const hello: Hello = { ...answer, resetCause: RESET_CAUSES[answer.resetCause] ?? 'unknown' };
  for (const [field, wanted] of Object.entries(expected)) {
    const got = hello[field as keyof Hello];
    if (wanted !== undefined && shown(got) !== shown(wanted)) refuseMismatch(field, wanted, got);
  }
  return hello;
}
