import { crc32c } from '../shared/crc32c.ts';
import { type ErrorCode, NeaiError } from '../shared/errors.ts';
import { CAPABILITY } from './capabilities.ts';
import type { Client } from './client.ts';
import type { RefusalName } from './codes.ts';
import type { ResponseOf } from './commands.ts';
import { payloadBytesPerUnit } from './frame.ts';
import {
  describeKnowledge,
  floatOfWord,
  type KnowledgeFile,
  knowledgeHeader,
  uniqueIdText,
} from './knowledge-file.ts';
import { KNOWLEDGE_CHUNK_BYTES } from './limits.ts';
import { RequestError } from './request-error.ts';
import type { CallLimits } from './session.ts';

/** What stands beside the part in a message: the array, its offset, the head of a byte string. */
const CHUNK_FRAME_BYTES = 10;

/** What a restore or a load has done. */
export interface Restored {
  readonly learnCounter: number;
  /** CRC-32C of the knowledge now. */
  readonly digest: number;
  /** In force until the restore. */
  readonly sensitivityBefore: number;
  /** In force now: that of the backup. */
  readonly sensitivity: number;
  /** It was learned by another MCU. */
  readonly fromOtherBoard: boolean;
  /** What a person should know: the sensitivity that was set, knowledge that comes from elsewhere. */
  readonly remarks: readonly string[];
}

const CODES: Partial<Record<RefusalName, ErrorCode>> = {
  other_library: 'KNOWLEDGE_OTHER_LIBRARY',
  other_version: 'KNOWLEDGE_OTHER_VERSION',
  other_size: 'KNOWLEDGE_OTHER_SIZE',
  bad_knowledge: 'KNOWLEDGE_NOT_KEPT',
  not_restoring: 'KNOWLEDGE_INCOMPLETE',
  restore_unfinished: 'KNOWLEDGE_INCOMPLETE',
  no_knowledge: 'KNOWLEDGE_EMPTY',
  store_empty: 'STORE_EMPTY',
  store_failed: 'STORE_FAILED',
  unsupported: 'STORE_NONE',
};

/** A refusal of the board under the code that users know it by; anything else as it came. */
export async function withKnowledgeCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof RequestError && error.refusal ? CODES[error.refusal] : undefined;
    if (code === undefined) throw error;
    const { got } = (error as RequestError).details;
    throw new NeaiError(code, `the board has refused: ${(error as RequestError).message}`, {
      ...(got === undefined ? {} : { got }),
      cause: error,
    });
  }
}

/** Sums up a restore for people and machines. @param uniqueId of the board that has it now */
export function restored(
  file: Pick<KnowledgeFile, 'uniqueId'>,
  uniqueId: Uint8Array,
  state: Pick<ResponseOf<'restore_commit'>, 'learnCounter' | 'digest' | 'sensitivityBefore' | 'sensitivity'>,
): Restored {
  const [before, now] = [floatOfWord(state.sensitivityBefore), floatOfWord(state.sensitivity)];
  const fromOtherBoard = uniqueIdText(file.uniqueId) !== uniqueIdText(uniqueId);
  const remarks = [`the backup's sensitivity is set: ${now}; it was ${before}`];
  if (fromOtherBoard) {
    remarks.push(
      `this was learned by the board ${uniqueIdText(file.uniqueId)}: let this one learn a few signals of its own place`,
    );
  }
  const { learnCounter, digest } = state;
  return { learnCounter, digest, sensitivityBefore: before, sensitivity: now, fromOtherBoard, remarks };
}

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

/** The section .neai over the serial line, proven by its digest. Limits hold for each part. */
export async function readKnowledge(client: Client, limits: CallLimits = {}): Promise<Uint8Array> {
  const { bytes, digest } = await client.call('knowledge_info', {}, limits);
  const knowledge = await readParts(bytes, (offsetBytes, count) =>
    client.call('knowledge_read', { offsetBytes, count }, limits),
  );
  if (crc32c(knowledge) !== digest) {
    throw new NeaiError('KNOWLEDGE_NOT_KEPT', 'the knowledge changed while it was read', {
      asked: `digest ${hex8(digest)}`,
      got: `digest ${hex8(crc32c(knowledge))}`,
    });
  }
  return knowledge;
}

/** Reads in the parts that one message carries. */
export async function readParts(
  bytes: number,
  read: (offsetBytes: number, count: number) => Promise<{ readonly content: Uint8Array }>,
): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  for (let offsetBytes = 0; offsetBytes < bytes; offsetBytes += KNOWLEDGE_CHUNK_BYTES) {
    const { content } = await read(offsetBytes, Math.min(KNOWLEDGE_CHUNK_BYTES, bytes - offsetBytes));
    whole.set(content, offsetBytes);
  }
  return whole;
}

/**
 * A backup over the serial line, each part in a frame with its own CRC. Limits hold for each part.
 * @throws KNOWLEDGE_EMPTY, KNOWLEDGE_NOT_KEPT, and what Client.call throws
 */
export async function backupByFirmware(client: Client, limits: CallLimits = {}): Promise<KnowledgeFile> {
  const knowledge = await readKnowledge(client, limits);
  const { learnCounter } = await client.call('knowledge_info', {}, limits);
  const { sensitivity } = await client.call('get_sensitivity', {}, limits);
  const { libraryId, uniqueId, capabilities } = client.hello;
  const origin = { libraryId, uniqueId, learnCounter, sensitivityWord: sensitivity };
  return describeKnowledge(knowledge, origin, (capabilities & CAPABILITY.tellsVersion) !== 0);
}

/**
 * Restores a backup over the serial line. The board looks at the header first and writes the first word last: a restore
 * that ends in the middle leaves a library that is not initialised, never a mixture.
 * @throws KNOWLEDGE_OTHER_LIBRARY, KNOWLEDGE_OTHER_VERSION, KNOWLEDGE_OTHER_SIZE, KNOWLEDGE_NOT_KEPT, and what
 *   Client.call throws
 */
export async function restoreByFirmware(
  client: Client,
  file: KnowledgeFile,
  limits: CallLimits = {},
): Promise<Restored> {
  const { knowledge } = file;
  const chunkBytes = Math.min(
    KNOWLEDGE_CHUNK_BYTES,
    payloadBytesPerUnit(client.hello.unitBytes) - CHUNK_FRAME_BYTES,
  );
  return withKnowledgeCodes(async () => {
    await client.call('restore_begin', { header: knowledgeHeader(file) }, limits);
    for (let offsetBytes = 0; offsetBytes < knowledge.length; offsetBytes += chunkBytes) {
      const content = knowledge.slice(offsetBytes, offsetBytes + chunkBytes);
      await client.call('knowledge_write', { offsetBytes, content }, limits);
    }
    const state = await client.call('restore_commit', {}, limits);
    return restored(file, client.hello.uniqueId, state);
  });
}
