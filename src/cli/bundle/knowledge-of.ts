import { readFile } from 'node:fs/promises';
import { type ApiName, apiByName, Emulator, type Library } from '../../engine/index.ts';
import { checkKnowledgeFits, decodeKnowledgeFile, KNOWLEDGE_MAGIC } from '../../protocol/knowledge-file.ts';
import { NeaiError } from '../../shared/errors.ts';
import { decodeState } from '../../studio/emulator-state.ts';

/**
 * Knowledge that a library is to begin with: of `neai backup`, or the state that `neai emulate` has left.
 * @returns bytes of section .neai
 * @throws KNOWLEDGE_…, EMULATOR_REFUSED where the file is damaged or of another library; USAGE where it is of too few
 *   signals for an answer
 */
export async function knowledgeOf(library: Library, path: string, api: ApiName): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new NeaiError('KNOWLEDGE_FILE_INVALID', 'the file cannot be read', {
      file: path,
      got: cause.message,
    });
  });
  const emulator = new Emulator(library);
  const knowledge = decode(bytes, path, library, emulator.knowledge().length);
  emulator.restore(knowledge);
  const least = apiByName(api).detectFloor(library);
  if (emulator.learnCounter >= least) return knowledge;
  throw new NeaiError('USAGE', 'the knowledge is of too few signals to detect with', {
    file: path,
    asked: `${least} signals`,
    got: `${emulator.learnCounter} signals`,
    remedy: 'Learn more of them, and back up again.',
  });
}

function decode(bytes: Buffer, path: string, library: Library, knowledgeBytes: number): Uint8Array {
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== KNOWLEDGE_MAGIC) {
    return decodeState(path, bytes, library.id, knowledgeBytes).knowledge;
  }
  const file = decodeKnowledgeFile(bytes, path);
  checkKnowledgeFits(file, { libraryId: library.id, knowledgeBytes });
  return file.knowledge;
}
