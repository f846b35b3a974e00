import { readFile } from 'node:fs/promises';
import { hex } from '../boards/emit-memory.ts';
import { BUILD_ID_BYTES, BUILD_ID_OFFSET_BYTES } from '../boards/schema.ts';
import { CAPABILITY } from '../protocol/capabilities.ts';
import { NeaiError } from '../shared/errors.ts';
import type { BoardSession } from './board.ts';
import type { Abortable } from './debug-target.ts';
import { readElf, symbolAddress } from './elf.ts';

/** Words of the block as firmware/core/knowledge.h declares them. */
const WORD = {
  magic: 0,
  format: 1,
  busy: 2,
  state: 3,
  address: 4,
  bytes: 5,
  version: 6,
  learnCounter: 7,
  sensitivity: 8,
  wanted: 9,
  wantedLearnCounter: 10,
  wantedSensitivity: 11,
  libraryId: 12,
  capabilities: 20,
} as const;
const BLOCK_WORDS = 21;
const MAGIC = 0x4241454e;
const FORMAT = 2;
const STATE = { restoring: 1, notInitialized: 2 } as const;

/** What the firmware tells a debugger of its knowledge. */
export interface KnowledgeBlock {
  /** Id of the command that is being executed; 0: none, and only then may .neai be touched. */
  readonly busyWith: number;
  /** A restore was begun over the serial line and not committed. */
  readonly isRestoring: boolean;
  /** Initialize was called since the reset, or knowledge was restored. */
  readonly isInitialized: boolean;
  /** The first word of its knowledge is never 0 once it is initialised. */
  readonly isVersioned: boolean;
  readonly address: number;
  readonly bytes: number;
  /** First word of valid knowledge; 0 where the library does not tell. */
  readonly knowledgeVersion: number;
  readonly learnCounter: number;
  readonly sensitivityWord: number;
  readonly libraryId: string;
  /** Where words are written that the firmware takes over before its next command. */
  readonly wishAddress: number;
}

/** Where an image says that its knowledge lies; checked against the board. */
async function readImage(file: string): Promise<{ block: number; address: number; bytes: number }> {
  const content = await readFile(file).catch((cause: Error) => {
    throw new NeaiError('ELF_INVALID', 'the image cannot be read', { file, got: cause.message });
  });
  const elf = readElf(content, file);
  const section = elf.sections.find(({ name }) => name === '.neai');
  if (section === undefined) throw new NeaiError('ELF_INVALID', 'the image has no section .neai', { file });
  return { block: symbolAddress(elf, 'knowledge_block'), address: section.address, bytes: section.bytes };
}

/**
 * Reads the block over SWD; the firmware has to have started. Its address stands behind the build id in flash.
 * @param elf image whose addresses are taken instead, and compared with what the board says
 * @throws KNOWLEDGE_PLACE_UNKNOWN, ELF_INVALID, MEMORY_ACCESS_FAILED, …
 */
export async function readKnowledgeBlock(
  session: BoardSession,
  { elf, signal }: Abortable & { readonly elf?: string | undefined } = {},
): Promise<KnowledgeBlock> {
  const { flash, ram } = session.board;
  const image = elf === undefined ? undefined : await readImage(elf);
  const pointer = flash.address + BUILD_ID_OFFSET_BYTES + BUILD_ID_BYTES;
  const at = image?.block ?? (await readWords(session, pointer, 1, { signal }))[0]!;
  const last = ram.regions.at(-1)!;
  const inRam =
    at % 4 === 0 && at >= ram.regions[0]!.address && at + 4 * BLOCK_WORDS <= last.address + last.bytes;
  const words = inRam ? await readWords(session, at, BLOCK_WORDS, { signal }) : [];
  if (words[WORD.magic] !== MAGIC || words[WORD.format] !== FORMAT) {
    throw new NeaiError('KNOWLEDGE_PLACE_UNKNOWN', 'no firmware of this project runs on the board', {
      asked: `a block of format ${FORMAT} at ${hex(at)}`,
      got: inRam ? words.slice(0, 2).map(hex).join(' ') : `${hex(at)} is no address in RAM`,
    });
  }
  const [address, bytes] = [words[WORD.address]!, words[WORD.bytes]!];
  if (image !== undefined && (image.address !== address || image.bytes !== bytes)) {
    throw new NeaiError('KNOWLEDGE_PLACE_UNKNOWN', 'the image named is not the one that runs on the board', {
      asked: `.neai at ${hex(image.address)}, ${image.bytes} bytes`,
      got: `.neai at ${hex(address)}, ${bytes} bytes`,
    });
  }
  const id = Buffer.from(Uint32Array.from(words.slice(WORD.libraryId, WORD.capabilities)).buffer);
  const end = id.indexOf(0);
  return {
    busyWith: words[WORD.busy]!,
    isRestoring: (words[WORD.state]! & STATE.restoring) !== 0,
    isInitialized: (words[WORD.state]! & STATE.notInitialized) === 0,
    isVersioned: (words[WORD.capabilities]! & CAPABILITY.tellsVersion) !== 0,
    address,
    bytes,
    knowledgeVersion: words[WORD.version]!,
    // A wish that the firmware has not taken over yet is what holds.
    learnCounter: words[WORD.wanted] ? words[WORD.wantedLearnCounter]! : words[WORD.learnCounter]!,
    sensitivityWord: words[WORD.wanted] ? words[WORD.wantedSensitivity]! : words[WORD.sensitivity]!,
    libraryId: id.subarray(0, end < 0 ? id.length : end).toString('latin1'),
    wishAddress: at + 4 * WORD.wanted,
  };
}

/** Reads whole words over SWD without running code on the chip. */
export async function readWords(
  session: BoardSession,
  address: number,
  count: number,
  limits: Abortable,
): Promise<number[]> {
  const bytes = await session.readMemory(address, 4 * count, limits);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getUint32(4 * index, true));
}
