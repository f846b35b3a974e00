import { crc32c } from '../shared/crc32c.ts';
import { NeaiError } from '../shared/errors.ts';
import type { Client } from './client.ts';
import { KNOWLEDGE_CHUNK_BYTES } from './commands.ts';
import type { CallLimits } from './session.ts';

function refuseDigest(asked: number, got: number): never {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  throw new NeaiError(
    'PROTOCOL_BAD_PAYLOAD',
    'the knowledge on the board is not the knowledge that was moved',
    {
      asked: `digest ${hex(asked)}`,
      got: `digest ${hex(got)}`,
    },
  );
}

/** The section .neai over the serial line, proven by its digest. Limits hold for each part. */
export async function readKnowledge(client: Client, limits: CallLimits = {}): Promise<Uint8Array> {
  const { bytes, digest } = await client.call('knowledge_info', {}, limits);
  const knowledge = new Uint8Array(bytes);
  for (let offsetBytes = 0; offsetBytes < bytes; offsetBytes += KNOWLEDGE_CHUNK_BYTES) {
    const count = Math.min(KNOWLEDGE_CHUNK_BYTES, bytes - offsetBytes);
    const { content } = await client.call('knowledge_read', { offsetBytes, count }, limits);
    knowledge.set(content, offsetBytes);
  }
  if (crc32c(knowledge) !== digest) refuseDigest(digest, crc32c(knowledge));
  return knowledge;
}

/**
 * Puts knowledge back into a board over the serial line, proven by its digest. Not atomic: a fault between two parts
 * leaves a mixture, which the digest shows.
 */
export async function writeKnowledge(
  client: Client,
  knowledge: Uint8Array,
  limits: CallLimits = {},
): Promise<void> {
  const room = client.hello.knowledgeBytes;
  if (knowledge.length !== room) {
    throw new NeaiError('PROTOCOL_MISMATCH', "the knowledge is not of this board's library", {
      asked: `knowledgeBytes ${knowledge.length}`,
      got: `knowledgeBytes ${room}`,
    });
  }
  for (let offsetBytes = 0; offsetBytes < knowledge.length; offsetBytes += KNOWLEDGE_CHUNK_BYTES) {
    const content = knowledge.slice(offsetBytes, offsetBytes + KNOWLEDGE_CHUNK_BYTES);
    await client.call('knowledge_write', { offsetBytes, content }, limits);
  }
  const { digest } = await client.call('knowledge_info', {}, limits);
  if (digest !== crc32c(knowledge)) refuseDigest(crc32c(knowledge), digest);
}
