import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { DebugTarget } from '../../src/host/debug-target.ts';
import { backupBySwd, restoreBySwd } from '../../src/host/knowledge-swd.ts';
import { OpenOcd } from '../../src/host/openocd.ts';
import type { VirtualSlot } from '../../src/host/virtual-slot.ts';
import type { Client } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { encodeKnowledgeFile, type KnowledgeFile } from '../../src/protocol/knowledge-file.ts';
import {
  backupFromStore,
  dumpToStore,
  eraseStore,
  listStore,
  loadFromStore,
} from '../../src/protocol/knowledge-store.ts';
import { crc32c } from '../../src/shared/crc32c.ts';
import { board, control, flashCounts, Rig } from './rig.ts';
import { trivialLibrary } from './trivial-library.ts';

const rig = new Rig();
const [AXES, BUFFER] = [3, 32];
const shape = { axes: AXES, bufferSize: BUFFER };
/** More than one message and more than one flash page of it. */
const KNOWLEDGE_WORDS = 700;
const signal = new Float32Array(AXES * BUFFER);
/** Learning it takes about a second. */
const slowSignal = new Float32Array(AXES * BUFFER).fill(2);
const word = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const storeFirstPage = (board.knowledgeStore!.address - board.flash.address) / 2048;

let elf: string;
let otherElf: string;
let virtual: VirtualSlot;
let session: BoardSession;
let client: Client;

beforeAll(async () => {
  const plan = [
    ...trivialLibrary({
      ...shape,
      knowledgeWords: KNOWLEDGE_WORDS,
      onLearn: `for (uint32_t i = 2; i < ${KNOWLEDGE_WORDS}u; i++) knowledge[i] = knowledge[i] * 1664525u + i;
    for (volatile uint32_t n = 0; data_input[0] > 1.0f && n < 5000000u; n++) { }`,
    }),
  ];
  // As the generator writes it: the library tells the first word of its knowledge.
  plan[0] = {
    ...plan[0]!,
    content: String(plan[0]!.content).replace(
      '#define NB_AXES',
      '#define NEAI_KNOWLEDGE_VERSION 1u\n#define NB_AXES',
    ),
  };
  const otherPlan = plan.map(({ path, content }) => ({
    path,
    content: String(content).replace('0123456789abcdef01234567', 'fedcba987654321001234567'),
  }));
  elf = (await buildFirmware(plan, { board, shape, outDir: `${rig.folder}/fw` })).elf;
  otherElf = (await buildFirmware(otherPlan, { board, shape, outDir: `${rig.folder}/other` })).elf;
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

/** The same backup with something changed, all CRCs right. */
function forged(file: KnowledgeFile, change: Partial<KnowledgeFile>): KnowledgeFile {
  const next = { ...file, ...change };
  return { ...next, digest: crc32c(next.knowledge) };
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

  it('bring the same state back after a reset, and say which sensitivity they set', async () => {
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
      expect(await restore(), way).toEqual({
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

  it('leave the board running and its session open', async () => {
    await learned(2);
    await backupBySwd(session);
    expect(await client.call('learn', { signal })).toMatchObject({ code: 1, learnCounter: 3 });
    expect(client.counts.sessions).toBe(1);
  });

  it('warn when the knowledge was learned by another board', async () => {
    const foreign = { ...(await learned(3)), uniqueId: Uint8Array.from({ length: 12 }, (_, i) => i) };
    for (const restore of [() => restoreBySwd(session, foreign), () => restoreByFirmware(client, foreign)]) {
      const done = await restore();
      expect(done.fromOtherBoard).toBe(true);
      expect(done.remarks.join('\n')).toContain('03020100070605040b0a0908');
      expect((await client.call('get_status', {})).digest).toBe(foreign.digest);
    }
  });

  it('refuse a board without knowledge', async () => {
    client = await session.connect();
    const refusal = { code: 'KNOWLEDGE_EMPTY' };
    await expect(backupBySwd(session)).rejects.toMatchObject(refusal);
    await expect(backupByFirmware(client)).rejects.toMatchObject(refusal);
    await expect(dumpToStore(client)).rejects.toMatchObject(refusal);
  });
});

describe('a backup that does not belong into the board', () => {
  it('is refused on every way with a code of its own, and the knowledge stays', async () => {
    const kept = await learned(4);
    const wrong: [Partial<KnowledgeFile>, string][] = [
      [{ libraryId: 'fedcba987654321001234567' }, 'KNOWLEDGE_OTHER_LIBRARY'],
      [{ knowledgeVersion: 2 }, 'KNOWLEDGE_OTHER_VERSION'],
      [{ knowledge: kept.knowledge.slice(4) }, 'KNOWLEDGE_OTHER_SIZE'],
    ];
    for (const [change, code] of wrong) {
      const file = forged(kept, change);
      await expect(restoreBySwd(session, file)).rejects.toMatchObject({ code });
      await expect(restoreByFirmware(client, file)).rejects.toMatchObject({ code });
    }
    expect((await client.call('get_status', {})).digest).toBe(kept.digest);
  });

  it('is refused in the flash of the chip too, after another library was flashed', async () => {
    await learned(4);
    await dumpToStore(client, { loadAtBoot: true });
    await session.flash(otherElf);
    client = await session.connect();
    await expect(loadFromStore(client)).rejects.toMatchObject({ code: 'KNOWLEDGE_OTHER_LIBRARY' });
    expect(session.console.at(-1)).toMatch(
      /^neai-hil knowledge not loaded from slot \d: it is of another library$/,
    );
    expect((await client.call('get_status', {})).learnCounter).toBe(0);
    await session.flash(elf);
  });
});

describe('a restore that breaks off', () => {
  it('leaves no knowledge: nothing learns, detects, is backed up or stored until it is committed', async () => {
    const kept = await learned(4);
    await client.call('learn', { signal });
    const header = encodeKnowledgeFile(kept).slice(0, 80);
    await client.call('restore_begin', { header });
    await client.call('knowledge_write', { offsetBytes: 0, content: kept.knowledge.slice(0, 400) });
    for (const command of ['learn', 'detect'] as const)
      await expect(client.call(command, { signal })).rejects.toMatchObject({ refusal: 'restore_unfinished' });
    await expect(client.call('restore_commit', {})).rejects.toMatchObject({ refusal: 'bad_knowledge' });
    await expect(backupBySwd(session)).rejects.toMatchObject({ code: 'KNOWLEDGE_INCOMPLETE' });
    await expect(dumpToStore(client)).rejects.toMatchObject({ code: 'KNOWLEDGE_INCOMPLETE' });
    await expect(backupByFirmware(client)).rejects.toMatchObject({ code: 'KNOWLEDGE_EMPTY' });
    await client.call('initialize', {});
    expect(await client.call('learn', { signal })).toMatchObject({ code: 1, learnCounter: 1 });
  });

  it('is no way of writing without a beginning', async () => {
    const kept = await learned(1);
    const write = client.call('knowledge_write', { offsetBytes: 8, content: new Uint8Array(4) });
    await expect(write).rejects.toMatchObject({ refusal: 'not_restoring' });
    expect((await client.call('get_status', {})).digest).toBe(kept.digest);
  });
});

describe('by SWD', () => {
  it('nothing is read or written while a library call runs, and afterwards it is', async () => {
    const kept = await learned(1);
    const running = client.call('learn', { signal: slowSignal }, { timeoutMs: 60_000 });
    let answered = false;
    void running.then(() => {
      answered = true;
    });
    let refusals = 0;
    while (!answered) {
      const attempt = await backupBySwd(session).catch((error: { code: string }) => error.code);
      if (attempt === 'KNOWLEDGE_BUSY') {
        refusals++;
        await expect(restoreBySwd(session, kept)).rejects.toMatchObject({ code: 'KNOWLEDGE_BUSY' });
        break;
      }
    }
    expect(refusals).toBe(1);
    const { digest } = await running;
    expect((await backupBySwd(session)).digest).toBe(digest);
  });

  it('RAM that a probe has run code in since the last reset is not backed up, whoever did it', async () => {
    await learned(3);
    await session.close();
    const openOcd = await OpenOcd.start({
      boardFile: board.openocd.boardFile,
      adapter: virtual.slot.adapter,
      probeSerial: virtual.slot.probeSerial,
      deadlineFactor: virtual.slot.deadlineFactor,
    });
    const stranger = new DebugTarget(openOcd);
    await stranger.connect();
    await stranger.halt();
    await openOcd.run(`verify_image ${elf}`, { timeoutMs: 30_000 });
    await stranger.resume();
    await stranger.close();
    session = await rig.attach(virtual.slot);
    await expect(backupBySwd(session)).rejects.toMatchObject({ code: 'RAM_USED_BY_PROBE' });
    await session.resetRun();
    await learned(3);
    await expect(backupBySwd(session)).resolves.toMatchObject({ learnCounter: 3 });
  });

  it('an image that is not the one on the board is refused', async () => {
    await learned(1);
    const wrong = await buildFirmware(trivialLibrary({ ...shape, knowledgeWords: 9 }), {
      board,
      shape,
      outDir: `${rig.folder}/wrong`,
    });
    await expect(backupBySwd(session, { elf: wrong.elf })).rejects.toMatchObject({
      code: 'KNOWLEDGE_PLACE_UNKNOWN',
    });
  });
});

describe('the flash of the chip', () => {
  it('takes records in turn, lists them, and loses them when they are erased', async () => {
    await learned(1);
    await eraseStore(client);
    expect((await listStore(client)).map(({ state }) => state)).toEqual(['empty', 'empty']);
    await expect(loadFromStore(client)).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    await expect(backupFromStore(client)).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    const dumps = [];
    for (let n = 0; n < 3; n++) {
      await client.call('learn', { signal });
      dumps.push(await dumpToStore(client));
    }
    expect(dumps.map(({ slot, sequence }) => [slot, sequence])).toEqual([
      [0, 1],
      [1, 2],
      [0, 3],
    ]);
    expect(await listStore(client)).toMatchObject([
      {
        slot: 0,
        address: 0x08034000,
        state: 'valid',
        isNewest: true,
        sequence: 3,
        record: { learnCounter: 4 },
      },
      {
        slot: 1,
        address: 0x0803a000,
        state: 'valid',
        isNewest: false,
        sequence: 2,
        record: { learnCounter: 3 },
      },
    ]);
    expect(await backupFromStore(client, { slot: 1 })).toMatchObject({ learnCounter: 3 });
    expect(await eraseStore(client)).toBe(4);
    // The model of the flash controller complains of every step that the reference manual does not allow.
    const { complaints } = await control<{ complaints: { peripheral?: string }[] }>(virtual.slot, {
      do: 'complaints',
    });
    expect(complaints.filter((entry) => JSON.stringify(entry).includes('FLASH'))).toEqual([]);
    await expect(loadFromStore(client)).rejects.toMatchObject({ code: 'STORE_EMPTY' });
  });

  it('is loaded after each reset when the record asks for it', async () => {
    const kept = await learned(6, 0.5);
    const { slot } = await dumpToStore(client, { loadAtBoot: true });
    client = await session.connect();
    expect(session.console.at(-1)).toBe(`neai-hil knowledge loaded from slot ${slot}: 6 learns`);
    expect(encodeKnowledgeFile(await backupByFirmware(client))).toEqual(encodeKnowledgeFile(kept));
    await dumpToStore(client);
    client = await session.connect();
    expect((await client.call('get_status', {})).learnCounter).toBe(0);
  });

  it('is left alone by flashing, and holds no code', async () => {
    const before = await flashCounts(virtual.slot);
    await session.flash(otherElf);
    await session.flash(elf);
    const after = await flashCounts(virtual.slot);
    const inStore = (counts: typeof before): object[] =>
      counts.perPage.filter(({ page }) => page >= storeFirstPage);
    expect(inStore(after)).toEqual(inStore(before));
    expect(after.erases).toBeGreaterThan(before.erases);
    const part = { address: board.knowledgeStore!.address, bytes: Uint8Array.of(1, 2, 3, 4) };
    await expect(session.flash(rig.elf(part))).rejects.toMatchObject({ code: 'IMAGE_WRONG_BOARD' });
  });

  it('is no place for code: an image that reaches into it is not built', async () => {
    const extra = 'const unsigned char ballast[212000] = {1};';
    const plan = trivialLibrary({
      ...shape,
      extra,
      onLearn: 'knowledge[2] += ballast[data_input[0] > 0.0f];',
    });
    const build = buildFirmware(plan, { board, shape, outDir: `${rig.folder}/large` });
    await expect(build).rejects.toMatchObject({ code: 'BUILD_DOES_NOT_FIT' });
  });

  it.each([
    ['erase', 'during', 0],
    ['erase', 'after', 1],
    ['program', 'during', 0],
    ['program', 'during', 100],
    ['program', 'before', 361],
    ['program', 'during', 361],
  ])('keeps the record before when power fails (%s, %s, operation %i)', async (operation, moment, skip) => {
    const kept = await learned(5);
    const { sequence } = await dumpToStore(client);
    await client.call('learn', { signal });
    await control(virtual.slot, { do: 'cut-power-at-flash-op', operation, moment, skip });
    const gone = new AbortController();
    const failed = expect(dumpToStore(client, { signal: gone.signal })).rejects.toThrow();
    await expect
      .poll(() => control(virtual.slot, { do: 'time' }), { timeout: 60_000, interval: 5 })
      .toMatchObject({ power: 'off' });
    gone.abort();
    await failed;
    await control(virtual.slot, { do: 'power', state: 'on' });
    await control(virtual.slot, { do: 'cut-power-disarm' });
    client = await session.connect();
    expect((await listStore(client)).filter(({ isNewest }) => isNewest)).toMatchObject([{ sequence }]);
    await client.call('initialize', {});
    expect(await loadFromStore(client)).toMatchObject({ digest: kept.digest, learnCounter: 5 });
    expect((await dumpToStore(client)).sequence).toBe(sequence + 1);
  });
});
