import { crc32c } from '../shared/crc32c.ts';
import { TAG_PACKED_SAMPLES } from './cbor.ts';
import { REFUSALS, RESET_CAUSES } from './codes.ts';
import { COMMAND_ROWS } from './commands.ts';
import { FRAME_KINDS } from './frame.ts';
import {
  BAUD_FALLBACK_MS,
  CACHED_ANSWER_BYTES,
  CACHED_ANSWERS,
  PROTOCOL_VERSION,
  RESET_BAUD,
} from './limits.ts';

/**
 * CRC-32C of everything host and board must agree about. It travels in hello: two builds of different tables refuse
 * each other by name instead of misreading each other.
 */
export function tableHash(): number {
  const facts = {
    version: PROTOCOL_VERSION,
    commands: COMMAND_ROWS.map(({ id, name, read, state, request, response }) => [
      id,
      name,
      read,
      state,
      ...[request, response].map((fields) => fields.map(({ name, kind, max }) => [name, kind, max])),
    ]),
    refusals: REFUSALS.map(({ code, name, consumed }) => [code, name, consumed]),
    resetCauses: RESET_CAUSES,
    kinds: FRAME_KINDS,
    tags: [TAG_PACKED_SAMPLES],
    limits: [CACHED_ANSWERS, CACHED_ANSWER_BYTES, BAUD_FALLBACK_MS, RESET_BAUD],
  };
  return crc32c(new TextEncoder().encode(JSON.stringify(facts)));
}
