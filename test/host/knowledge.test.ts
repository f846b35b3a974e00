import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { backupBySwd, restoreBySwd } from '../../src/host/knowledge-swd.ts';
import type { VirtualSlot } from '../../src/host/virtual-slot.ts';
import type { Client } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { encodeKnowledgeFile, type KnowledgeFile } from '../../src/protocol/knowledge-file.ts';
import { backupFromStore, dumpToStore, loadFromStore } from '../../src/protocol/knowledge-store.ts';
import { board, Rig } from './rig.ts';
import { trivialLibrary } from './trivial-library.ts';

const rig = new Rig();
const [AXES, BUFFER] = [3, 32];
const shape = { axes: AXES, bufferSize: BUFFER };
/** More than one message and more than one flash page of it. */
const KNOWLEDGE_WORDS = 700;
const signal = new Float32Array(AXES * BUFFER);
const word = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

let elf: string;
let virtual: VirtualSlot;
let session: BoardSession;
let client: Client;

beforeAll(async () => {
  const plan = trivialLibrary({
    ...shape,
    knowledgeWords: KNOWLEDGE_WORDS,
    onLearn: `for (uint32_t i = 2; i < ${KNOWLEDGE_WORDS}u; i++) knowledge[i] = knowledge[i] * 1664525u + i;
    for (volatile uint32_t n = 0; data_input[0] > 1.0f && n < 20000000u; n++) { }`,
  });
  elf = (await buildFirmware(plan, { board, shape, outDir: `${rig.folder}/fw` })).elf;
  virtual = await rig.virtual();
  session = await rig.attach(virtual.slot);
  await session.flash(elf);
});
afterAll(() => rig.close());

/** A board that has learned `learns` signals and has this sensitivity. */
async function learned(learns: number, sensitivity = 1.1): Promise<KnowledgeFile> {
  client = await session.connect();
  await client.call('initialize', {});
  for (let n = 0; n < learns; n++) await client.call('learn', { signal });
  await client.call('set_sensitivity', { sensitivity: word(sensitivity) });
  return backupByFirmware(client);
}

describe('the three ways of keeping knowledge', () => {
  it('give the same bytes', async () => {
    const byFirmware = await learned(5);
    const bySwd = await backupBySwd(session);
    const byNamedImage = await backupBySwd(session, { elf });
    await dumpToStore(client);
    const fromChip = await backupFromStore(client);
    const bytes = encodeKnowledgeFile(byFirmware);
    expect(bytes.length).toBe(80 + 4 * KNOWLEDGE_WORDS);
    for (const other of [bySwd, byNamedImage, fromChip]) expect(encodeKnowledgeFile(other)).toEqual(bytes);
    expect(byFirmware).toMatchObject({ learnCounter: 5, sensitivityWord: word(1.1) });
  });

  it('bring the same state back after a reset', async () => {
    const kept = await learned(7, 2.5);
    await dumpToStore(client);
    const ways = {
      swd: () => restoreBySwd(session, kept),
      firmware: () => restoreByFirmware(client, kept),
      chip: () => loadFromStore(client),
    };
    for (const [way, restore] of Object.entries(ways)) {
      await client.reset();
      expect((await client.call('get_status', {})).learnCounter, way).toBe(0);
      await client.call('initialize', {});
      expect(await restore(), way).toMatchObject({
        learnCounter: 7,
        digest: kept.digest,
        sensitivityBefore: 1,
        sensitivity: 2.5,
        fromOtherBoard: false,
        remarks: ["the backup's sensitivity is set: 2.5; it was 1"],
      });
      expect(await client.call('get_sensitivity', {}), way).toEqual({ sensitivity: word(2.5) });
      expect(encodeKnowledgeFile(await backupByFirmware(client)), way).toEqual(encodeKnowledgeFile(kept));
    }
  });
});
