import { hex } from '../boards/emit-memory.ts';
import { type Restored, restored } from '../protocol/knowledge.ts';
import { checkKnowledgeFits, describeKnowledge, type KnowledgeFile } from '../protocol/knowledge-file.ts';
import { crc32c } from '../shared/crc32c.ts';
import { NeaiError } from '../shared/errors.ts';
import { type BoardSession, uniqueIdBytes } from './board.ts';
import { type Abortable, DHCSR } from './debug-target.ts';
import { type KnowledgeBlock, readKnowledgeBlock, readWords } from './knowledge-block.ts';

const DHCSR_S_HALT = 1 << 17;
/** Start-up fills the stack with this word (firmware/families/cortex-m/stack.c). */
const STACK_PAINT = 0xc5c5c5c5;
/** OpenOCD places what it runs on the target at the very start of its work area. */
const WITNESS_WORDS = 16;
/** Words of one write command. */
const WRITE_WORDS = 256;

export interface SwdOptions extends Abortable {
  /** Image that runs on the board; without it the board itself says where its knowledge lies. */
  readonly elf?: string | undefined;
}

/**
 * A backup by the debug port: the core is halted for the reading, between two commands of the protocol, and nothing runs
 * on the target. The serial line is not needed; the board is not reset.
 * @throws RAM_USED_BY_PROBE, KNOWLEDGE_BUSY, KNOWLEDGE_INCOMPLETE, KNOWLEDGE_EMPTY, KNOWLEDGE_PLACE_UNKNOWN, TARGET_…
 */
export async function backupBySwd(session: BoardSession, options: SwdOptions = {}): Promise<KnowledgeFile> {
  return whileHalted(session, options, async (block) => {
    const { libraryId, learnCounter, sensitivityWord } = block;
    const knowledge = Uint8Array.from(await session.readMemory(block.address, block.bytes, options));
    const uniqueId = uniqueIdBytes(session.identity.uniqueId);
    const origin = { libraryId, uniqueId, learnCounter, sensitivityWord };
    return describeKnowledge(knowledge, origin, block.isVersioned);
  });
}

/**
 * Restores a backup by the debug port, read back and compared. The first word is written last: a restore that ends in
 * the middle leaves a library that is not initialised. Sensitivity and learn counter are taken over by the firmware
 * before its next command.
 * @throws KNOWLEDGE_OTHER_LIBRARY, KNOWLEDGE_OTHER_VERSION, KNOWLEDGE_OTHER_SIZE, KNOWLEDGE_NOT_KEPT, KNOWLEDGE_BUSY,
 *   RAM_USED_BY_PROBE, KNOWLEDGE_PLACE_UNKNOWN, TARGET_…
 */
export async function restoreBySwd(
  session: BoardSession,
  file: KnowledgeFile,
  options: SwdOptions = {},
): Promise<Restored> {
  return whileHalted(session, { ...options, mayBeIncomplete: true }, async (block) => {
    const { libraryId, bytes: knowledgeBytes, knowledgeVersion, address } = block;
    checkKnowledgeFits(file, { libraryId, knowledgeBytes, knowledgeVersion });
    const words = [...new Uint32Array(Uint8Array.from(file.knowledge).buffer)];
    await session.writeMemory(address, [0], options);
    for (let done = 1; done < words.length; done += WRITE_WORDS) {
      await session.writeMemory(address + 4 * done, words.slice(done, done + WRITE_WORDS), options);
    }
    const rest = await session.readMemory(address, knowledgeBytes, options);
    compare(rest.subarray(4), file.knowledge.subarray(4));
    await session.writeMemory(address, words.slice(0, 1), options);
    compare(await session.readMemory(address, knowledgeBytes, options), file.knowledge);
    const wish = [file.learnCounter, file.sensitivityWord];
    await session.writeMemory(block.wishAddress + 4, wish, options);
    await session.writeMemory(block.wishAddress, [1], options);
    const taken = await readWords(session, block.wishAddress, 3, options);
    if (taken.some((word, index) => word !== [1, ...wish][index])) {
      throw new NeaiError('KNOWLEDGE_NOT_KEPT', 'the sensitivity written reads back differently', {
        asked: hex(file.sensitivityWord),
        got: taken.map(hex).join(' '),
      });
    }
    return restored(file, uniqueIdBytes(session.identity.uniqueId), {
      learnCounter: file.learnCounter,
      digest: file.digest,
      sensitivityBefore: block.sensitivityWord,
      sensitivity: file.sensitivityWord,
    });
  });
}

function compare(got: Uint8Array, asked: Uint8Array): void {
  if (Buffer.compare(got, asked) === 0) return;
  const at = got.findIndex((byte, index) => byte !== asked[index]);
  throw new NeaiError('KNOWLEDGE_NOT_KEPT', `what was written reads back differently from byte ${at} on`, {
    asked: `digest ${hex(crc32c(asked))}`,
    got: `digest ${hex(crc32c(got))}`,
  });
}

/** Halts the core, makes sure that .neai may be touched, does the work, and lets the core go on as it was. */
async function whileHalted<T>(
  session: BoardSession,
  options: SwdOptions & { readonly mayBeIncomplete?: boolean },
  work: (block: KnowledgeBlock) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const [status] = await readWords(session, DHCSR, 1, { signal });
  const wasHalted = (status! & DHCSR_S_HALT) !== 0;
  if (!wasHalted) await session.halt({ signal });
  try {
    const block = await readKnowledgeBlock(session, options);
    await refuseUsedRam(session, { signal });
    if (block.busyWith !== 0) {
      throw new NeaiError('KNOWLEDGE_BUSY', 'the firmware is executing a command', {
        got: `command ${block.busyWith}`,
      });
    }
    if (block.isRestoring && options.mayBeIncomplete !== true) {
      throw new NeaiError('KNOWLEDGE_INCOMPLETE', 'a restore over the serial line was not finished');
    }
    if (!block.isVersioned && !block.isInitialized) {
      throw new NeaiError('KNOWLEDGE_INCOMPLETE', 'the library was not initialised since the reset', {
        remedy: 'Initialise it once, or use --via firmware, which does.',
      });
    }
    return await work(block);
  } finally {
    if (!wasHalted) await session.resume();
  }
}

/**
 * Whatever a debugger runs on the target, whoever started it, begins at the start of OpenOCD's work area. There lies the
 * bottom of the painted stack: paint that is gone is the witness. It is renewed by every reset.
 */
async function refuseUsedRam(session: BoardSession, limits: Abortable): Promise<void> {
  const { workAreaAddress } = session.board.openocd;
  const words = await readWords(session, workAreaAddress, WITNESS_WORDS, limits);
  const changed = words.findIndex((word) => word !== STACK_PAINT);
  if (changed < 0 && !session.codeRanSinceReset) return;
  throw new NeaiError('RAM_USED_BY_PROBE', 'code ran on the chip from the work area of the probe', {
    asked: `untouched RAM at ${hex(workAreaAddress)}`,
    got:
      changed < 0
        ? 'this session has run code on the chip'
        : `${hex(words[changed]!)} at ${hex(workAreaAddress + 4 * changed)}`,
  });
}
