import { crc32c } from '../shared/crc32c.ts';
import { NeaiError } from '../shared/errors.ts';

/** First word of a knowledge file: the letters NEAK. */
export const KNOWLEDGE_MAGIC = 0x4b41454e;
/** Version of the header's layout. */
export const KNOWLEDGE_FORMAT = 1;
/** Bytes of the header in front of the knowledge: twenty little-endian words. */
export const KNOWLEDGE_HEADER_BYTES = 80;
const LIBRARY_ID_BYTES = 32;

/** Where the fields of the header begin, in bytes; every one but the id is a 32-bit word. */
export const KNOWLEDGE_AT = {
  magic: 0,
  format: 4,
  libraryId: 8,
  knowledgeVersion: 40,
  uniqueId: 44,
  learnCounter: 56,
  sensitivity: 60,
  bytes: 64,
  digest: 68,
  reserved: 72,
  headerCrc: 76,
} as const;
const AT = KNOWLEDGE_AT;

/** Whose knowledge it is, and what was set beside it. */
export interface KnowledgeOrigin {
  /** Id of the library, at most 32 ASCII characters. */
  readonly libraryId: string;
  /** Unique id of the MCU that learned it: 12 bytes as they lie in its memory. */
  readonly uniqueId: Uint8Array;
  readonly learnCounter: number;
  /** Bits of the float32 that was in force. */
  readonly sensitivityWord: number;
}

/** One backup, however it was taken. */
export interface KnowledgeFile extends KnowledgeOrigin {
  /** First word of the knowledge: library and layout, as the library writes it. */
  readonly knowledgeVersion: number;
  /** CRC-32C of the knowledge. */
  readonly digest: number;
  /** The bytes of section .neai. */
  readonly knowledge: Uint8Array;
}

/** The library that a backup would be restored into. */
export interface KnowledgeTarget {
  readonly libraryId: string;
  readonly knowledgeBytes: number;
  /** First word of valid knowledge there; 0 or undefined where the library does not tell. */
  readonly knowledgeVersion?: number | undefined;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/**
 * Describes knowledge as it was read from a board.
 * @param isVersioned the library never leaves the first word of its knowledge 0 once it is initialised
 * @throws KNOWLEDGE_EMPTY when there is none
 */
export function describeKnowledge(
  knowledge: Uint8Array,
  origin: KnowledgeOrigin,
  isVersioned = true,
): KnowledgeFile {
  const view = new DataView(knowledge.buffer, knowledge.byteOffset, knowledge.byteLength);
  const knowledgeVersion = knowledge.length < 4 ? 0 : view.getUint32(0, true);
  if (isVersioned && knowledgeVersion === 0) {
    throw new NeaiError(
      'KNOWLEDGE_EMPTY',
      'the library on the board is not initialised: there is nothing to keep',
    );
  }
  return { ...origin, knowledgeVersion, digest: crc32c(knowledge), knowledge };
}

/** The bytes of a backup: header, then the knowledge. The same backup gives the same bytes. */
export function encodeKnowledgeFile(file: KnowledgeFile): Uint8Array {
  const bytes = new Uint8Array(KNOWLEDGE_HEADER_BYTES + file.knowledge.length);
  const view = new DataView(bytes.buffer);
  const id = new TextEncoder().encode(file.libraryId);
  if (id.length > LIBRARY_ID_BYTES || file.uniqueId.length !== 12) {
    throw new NeaiError('INTERNAL', 'an id does not fit the header of a knowledge file');
  }
  view.setUint32(AT.magic, KNOWLEDGE_MAGIC, true);
  view.setUint32(AT.format, KNOWLEDGE_FORMAT, true);
  bytes.set(id, AT.libraryId);
  view.setUint32(AT.knowledgeVersion, file.knowledgeVersion, true);
  bytes.set(file.uniqueId, AT.uniqueId);
  view.setUint32(AT.learnCounter, file.learnCounter, true);
  view.setUint32(AT.sensitivity, file.sensitivityWord, true);
  view.setUint32(AT.bytes, file.knowledge.length, true);
  view.setUint32(AT.digest, file.digest, true);
  view.setUint32(AT.headerCrc, crc32c(bytes.subarray(0, AT.headerCrc)), true);
  bytes.set(file.knowledge, KNOWLEDGE_HEADER_BYTES);
  return bytes;
}

function refuse(message: string, asked: string, got: string, name: string | undefined): never {
  throw new NeaiError('KNOWLEDGE_FILE_INVALID', message, {
    asked,
    got,
    ...(name === undefined ? {} : { file: name }),
  });
}

/** What a header says. */
export interface KnowledgeSummary extends KnowledgeOrigin {
  readonly knowledgeVersion: number;
  readonly digest: number;
  readonly knowledgeBytes: number;
  /** Header and knowledge together. */
  readonly fileBytes: number;
}

/**
 * Reads the header of a backup.
 * @param name of the file, for errors
 * @throws KNOWLEDGE_FILE_INVALID, KNOWLEDGE_FILE_VERSION
 */
export function decodeKnowledgeHeader(bytes: Uint8Array, name?: string): KnowledgeSummary {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < KNOWLEDGE_HEADER_BYTES) {
    refuse(
      'the file is shorter than its header',
      `${KNOWLEDGE_HEADER_BYTES} bytes`,
      `${bytes.length} bytes`,
      name,
    );
  }
  const word = (at: number): number => view.getUint32(at, true);
  if (word(AT.magic) !== KNOWLEDGE_MAGIC) {
    refuse('the file does not begin like a knowledge file', hex(KNOWLEDGE_MAGIC), hex(word(AT.magic)), name);
  }
  if (word(AT.format) !== KNOWLEDGE_FORMAT) {
    throw new NeaiError('KNOWLEDGE_FILE_VERSION', 'the file is of another format version', {
      asked: `version ${KNOWLEDGE_FORMAT}`,
      got: `version ${word(AT.format)}`,
      ...(name === undefined ? {} : { file: name }),
    });
  }
  const headerCrc = crc32c(bytes.subarray(0, AT.headerCrc));
  if (word(AT.headerCrc) !== headerCrc) {
    refuse('the header is damaged', `CRC ${hex(word(AT.headerCrc))}`, `CRC ${hex(headerCrc)}`, name);
  }
  const id = bytes.subarray(AT.libraryId, AT.libraryId + LIBRARY_ID_BYTES);
  const end = id.indexOf(0);
  return {
    libraryId: new TextDecoder('latin1').decode(end < 0 ? id : id.subarray(0, end)),
    knowledgeVersion: word(AT.knowledgeVersion),
    uniqueId: Uint8Array.from(bytes.subarray(AT.uniqueId, AT.uniqueId + 12)),
    learnCounter: word(AT.learnCounter),
    sensitivityWord: word(AT.sensitivity),
    digest: word(AT.digest),
    knowledgeBytes: word(AT.bytes),
    fileBytes: KNOWLEDGE_HEADER_BYTES + word(AT.bytes),
  };
}

/**
 * Reads the bytes of a backup.
 * @param name of the file, for errors
 * @throws KNOWLEDGE_FILE_INVALID, KNOWLEDGE_FILE_VERSION
 */
export function decodeKnowledgeFile(bytes: Uint8Array, name?: string): KnowledgeFile {
  const { fileBytes, knowledgeBytes, ...summary } = decodeKnowledgeHeader(bytes, name);
  // Not slice: that of a Buffer is no copy.
  const knowledge = Uint8Array.from(bytes.subarray(KNOWLEDGE_HEADER_BYTES));
  if (bytes.length !== fileBytes) {
    refuse('the file is cut short or too long', `${knowledgeBytes} bytes`, `${knowledge.length} bytes`, name);
  }
  const digest = crc32c(knowledge);
  if (digest !== summary.digest) {
    refuse('the knowledge is damaged', `digest ${hex(summary.digest)}`, `digest ${hex(digest)}`, name);
  }
  return { ...summary, knowledge };
}

/** The header alone, as the board is told it before the knowledge comes. */
export function knowledgeHeader(file: KnowledgeFile): Uint8Array {
  return encodeKnowledgeFile(file).subarray(0, KNOWLEDGE_HEADER_BYTES);
}

/**
 * Refuses a backup that does not belong into a library.
 * @throws KNOWLEDGE_OTHER_LIBRARY, KNOWLEDGE_OTHER_VERSION, KNOWLEDGE_OTHER_SIZE
 */
export function checkKnowledgeFits(file: KnowledgeFile, target: KnowledgeTarget): void {
  if (file.libraryId !== target.libraryId) {
    throw new NeaiError('KNOWLEDGE_OTHER_LIBRARY', 'the backup is of another library', {
      asked: `library ${target.libraryId}`,
      got: `library ${file.libraryId}`,
    });
  }
  if (target.knowledgeVersion && file.knowledgeVersion !== target.knowledgeVersion) {
    throw new NeaiError('KNOWLEDGE_OTHER_VERSION', 'the backup is of another version of the knowledge', {
      asked: `version ${hex(target.knowledgeVersion)}`,
      got: `version ${hex(file.knowledgeVersion)}`,
    });
  }
  if (file.knowledge.length !== target.knowledgeBytes) {
    throw new NeaiError('KNOWLEDGE_OTHER_SIZE', 'the backup has another size than the knowledge there', {
      asked: `${target.knowledgeBytes} bytes`,
      got: `${file.knowledge.length} bytes`,
    });
  }
}

/** Value of a float32 from its bits. */
export const floatOfWord = (word: number): number => new Float32Array(Uint32Array.of(word).buffer)[0]!;

/** 24 hexadecimal digits of a unique id: three words, each most significant digit first. */
export function uniqueIdText(uniqueId: Uint8Array): string {
  const view = new DataView(uniqueId.buffer, uniqueId.byteOffset, uniqueId.byteLength);
  return [0, 4, 8].map((at) => view.getUint32(at, true).toString(16).padStart(8, '0')).join('');
}
