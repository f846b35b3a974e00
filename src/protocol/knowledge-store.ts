import type { Client } from './client.ts';
import type { ResponseOf } from './commands.ts';
import { type Restored, readParts, restored, withKnowledgeCodes } from './knowledge.ts';
import {
  decodeKnowledgeFile,
  decodeKnowledgeHeader,
  type KnowledgeFile,
  type KnowledgeSummary,
} from './knowledge-file.ts';
import { STORE_STATES } from './limits.ts';
import type { CallLimits } from './session.ts';

/** A place in the flash of a board for one record of knowledge. */
export interface StoreSlot {
  readonly slot: number;
  /** Where it starts in flash. */
  readonly address: number;
  readonly slotBytes: number;
  readonly state: (typeof STORE_STATES)[number];
  /** This is the record that load takes. */
  readonly isNewest: boolean;
  /** Number of the dump; 0 unless valid. */
  readonly sequence: number;
  /** Loaded after each reset while it is the newest. */
  readonly loadAtBoot: boolean;
  /** Times this slot was erased for a dump, as far as its records tell (a cut loses some); 0 unless valid. */
  readonly erases: number;
  /** What the record says of itself; undefined unless valid. */
  readonly record: KnowledgeSummary | undefined;
}

/** What a dump has done. */
export interface Dumped {
  readonly slot: number;
  readonly sequence: number;
  readonly learnCounter: number;
  readonly digest: number;
}

const look = (client: Client, slot: number, limits: CallLimits): Promise<ResponseOf<'store_list'>> =>
  withKnowledgeCodes(() => client.call('store_list', { slot }, limits));

/** What the flash of the board holds, slot by slot. @throws STORE_NONE, and what Client.call throws */
export async function listStore(client: Client, limits: CallLimits = {}): Promise<StoreSlot[]> {
  const slots: StoreSlot[] = [];
  for (let slot = 0, count = 1; slot < count; slot++) {
    const answer = await look(client, slot, limits);
    count = answer.slots;
    slots.push({
      slot,
      address: answer.address,
      slotBytes: answer.slotBytes,
      state: STORE_STATES[answer.state]!,
      isNewest: answer.isNewest === 1,
      sequence: answer.sequence,
      loadAtBoot: answer.loadAtBoot === 1,
      erases: answer.erases,
      record: answer.header.length === 0 ? undefined : decodeKnowledgeHeader(answer.header),
    });
  }
  return slots;
}

/**
 * RAM to flash, on the chip. The record before stays whole until the new one is.
 * @throws STORE_NONE, STORE_FAILED, KNOWLEDGE_EMPTY, KNOWLEDGE_INCOMPLETE, and what Client.call throws
 */
export async function dumpToStore(
  client: Client,
  { loadAtBoot = false, ...limits }: CallLimits & { readonly loadAtBoot?: boolean } = {},
): Promise<Dumped> {
  return withKnowledgeCodes(() => client.call('store_dump', { loadAtBoot: loadAtBoot ? 1 : 0 }, limits));
}

/**
 * Flash to RAM, on the chip: the newest record. After a reset: initialize, load, detect.
 * @throws STORE_NONE, STORE_EMPTY, KNOWLEDGE_OTHER_LIBRARY, …_VERSION, …_SIZE, and what Client.call throws
 */
export async function loadFromStore(client: Client, limits: CallLimits = {}): Promise<Restored> {
  const state = await withKnowledgeCodes(() => client.call('store_load', {}, limits));
  const { header } = await look(client, state.slot, limits);
  return restored(decodeKnowledgeHeader(header), client.hello.uniqueId, state);
}

/** Erases every page of the store. @returns pages that were not blank. @throws STORE_NONE, STORE_FAILED */
export async function eraseStore(client: Client, limits: CallLimits = {}): Promise<number> {
  const { slots, slotBytes, pageBytes } = await look(client, 0, limits);
  const perSlot = slotBytes / pageBytes;
  // The first page of each slot holds its mark: records vanish first, whatever interrupts the rest.
  const inSlot = Array.from({ length: perSlot }, (_, page) => page);
  const pages = inSlot.flatMap((page) => Array.from({ length: slots }, (_, slot) => slot * perSlot + page));
  let erased = 0;
  for (const page of pages) {
    erased += (await withKnowledgeCodes(() => client.call('store_erase', { page }, limits))).erased;
  }
  return erased;
}

/**
 * A stored record as a backup: its bytes are those of a knowledge file.
 * @param slot the newest when not given
 * @throws STORE_NONE, STORE_EMPTY, KNOWLEDGE_FILE_INVALID, and what Client.call throws
 */
export async function backupFromStore(
  client: Client,
  { slot, ...limits }: CallLimits & { readonly slot?: number } = {},
): Promise<KnowledgeFile> {
  const list = await listStore(client, limits);
  const chosen = slot ?? list.find(({ isNewest }) => isNewest)?.slot ?? 0;
  const bytes = list[chosen]?.record?.fileBytes ?? 0;
  return withKnowledgeCodes(async () => {
    // Without a record the board is asked all the same: its refusal says why.
    const content = await readParts(Math.max(1, bytes), (offsetBytes, count) =>
      client.call('store_read', { slot: chosen, offsetBytes, count }, limits),
    );
    return decodeKnowledgeFile(content);
  });
}
