import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { encodeKnowledgeFile, knowledgeHeader } from '../../src/protocol/knowledge-file.ts';
import {
  backupFromStore,
  dumpToStore,
  eraseStore,
  listStore,
  loadFromStore,
} from '../../src/protocol/knowledge-store.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';
import { digestAfter, signalOf } from './signals.ts';

/** Slots of the store that hal_host.c makes of a file. */
const SLOT_BYTES = 256;
/** Two pages, then header, knowledge and mark by eight bytes. */
const OPERATIONS_OF_A_DUMP = 2 + (80 + 16 + 16) / 8;
const signals = [1, 2, 3].map((seed) => signalOf(seed));

let program: string;
let folder: string;
let stores = 0;
const opened: Client[] = [];

beforeAll(async () => {
  program = await buildHostCore();
  folder = await mkdtemp(join(tmpdir(), 'neai-store-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newStore = (): string => join(folder, `store-${stores++}`);

/** A board that has just started, with this store. */
async function start(
  store: string | undefined,
  environment: Record<string, string> = {},
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const core = new HostCore(program, { ...(store ? { NEAI_HOST_STORE: store } : {}), ...environment });
  const client = new Client({ transport: core, ...options });
  opened.push(client);
  await client.open();
  return client;
}

async function learn(client: Client, count: number): Promise<void> {
  await client.call('initialize', {});
  for (const signal of signals.slice(0, count)) await client.call('learn', { signal });
}

describe('the store of the core', () => {
  it('keeps the record before or the new one, whole, at whatever moment power is lost', async () => {
    for (let cut = 1; cut <= OPERATIONS_OF_A_DUMP + 1; cut++) {
      const store = newStore();
      const before = await start(store);
      await learn(before, 2);
      await dumpToStore(before);
      await before.close();

      const client = await start(store, { NEAI_HOST_STORE_CUT: String(cut) });
      await learn(client, 3);
      const isCut = cut <= OPERATIONS_OF_A_DUMP;
      const dump = dumpToStore(client).then(
        () => 'done',
        (error) => error.code,
      );
      expect(await dump, `cut at ${cut}`).toBe(isCut ? 'BOARD_RESET_IN_SESSION' : 'done');
      if (isCut) await client.open();
      expect(await loadFromStore(client), `cut at ${cut}`).toMatchObject({
        learnCounter: isCut ? 2 : 3,
        digest: digestAfter(signals.slice(0, isCut ? 2 : 3)),
      });
      await client.close();
    }
  });

  it('takes the older record when the newer one is damaged, and says which is', async () => {
    const store = newStore();
    const client = await start(store);
    await learn(client, 1);
    await dumpToStore(client);
    await learn(client, 3);
    await dumpToStore(client);
    for (const at of [SLOT_BYTES, SLOT_BYTES + 20, SLOT_BYTES + 100]) {
      const content = await readFile(store);
      const right = content[at]!;
      content[at] = right ^ 1;
      await writeFile(store, content);
      expect((await listStore(client)).map(({ state, isNewest }) => [state, isNewest])).toEqual([
        ['valid', true],
        ['damaged', false],
      ]);
      expect(await loadFromStore(client)).toMatchObject({ learnCounter: 1 });
      content[at] = right;
      await writeFile(store, content);
    }
    expect(await loadFromStore(client)).toMatchObject({ learnCounter: 3 });
  });

  it('writes its slots in turn and counts how often each was erased, across resets and a cut', async () => {
    const store = newStore();
    const client = await start(store);
    await learn(client, 1);
    const slots: number[] = [];
    for (let dump = 0; dump < 5; dump++) slots.push((await dumpToStore(client)).slot);
    expect(slots).toEqual([0, 1, 0, 1, 0]);
    expect((await listStore(client)).map(({ erases }) => erases)).toEqual([3, 2]);
    await client.close();

    const cut = await start(store, { NEAI_HOST_STORE_CUT: '4' });
    await learn(cut, 2);
    await expect(dumpToStore(cut)).rejects.toMatchObject({ code: 'BOARD_RESET_IN_SESSION' });
    await cut.close();
    const after = await start(store);
    await learn(after, 2);
    expect((await listStore(after)).map(({ erases }) => erases)).toEqual([3, 0]);
    // Slot 1 was erased for dumps 2 and 4, for the one that was cut, and now: four times.
    expect(await dumpToStore(after)).toMatchObject({ slot: 1 });
    expect((await listStore(after)).map(({ erases }) => erases)).toEqual([3, 4]);
  });

  it('holds the very bytes of a backup', async () => {
    const client = await start(newStore());
    await learn(client, 3);
    await dumpToStore(client);
    expect(encodeKnowledgeFile(await backupFromStore(client))).toEqual(
      encodeKnowledgeFile(await backupByFirmware(client)),
    );
  });

  it('is loaded at boot when the newest record asks for it, and survives resets', async () => {
    const lines: string[] = [];
    const client = await start(newStore(), {}, { onConsole: (line) => lines.push(line) });
    await learn(client, 2);
    await dumpToStore(client, { loadAtBoot: true });
    await client.reset();
    expect(client.library).toEqual({ learnCounter: 2, digest: digestAfter(signals.slice(0, 2)) });
    expect(lines.at(-1)).toBe('neai-hil knowledge loaded from slot 0: 2 learns');
    expect(await eraseStore(client)).toBe(2);
    await client.reset();
    expect(client.library?.learnCounter).toBe(0);
  });

  it('does not exist on a board without pages for it', async () => {
    const client = await start(undefined);
    await learn(client, 1);
    for (const refused of [listStore, dumpToStore, loadFromStore, eraseStore])
      await expect(refused(client)).rejects.toMatchObject({ code: 'STORE_NONE' });
  });
});

describe('a restore', () => {
  it.each([
    [{ libraryId: '00112233445566778899aabc' }, 'KNOWLEDGE_OTHER_LIBRARY'],
    [{ knowledgeVersion: 2 }, 'KNOWLEDGE_OTHER_VERSION'],
    [{ knowledge: new Uint8Array(20) }, 'KNOWLEDGE_OTHER_SIZE'],
  ])('with %o is refused by the board, which keeps its knowledge', async (change, code) => {
    const client = await start(undefined);
    await learn(client, 2);
    const file = { ...(await backupByFirmware(client)), ...change };
    await expect(restoreByFirmware(client, file)).rejects.toMatchObject({ code });
    expect(await client.call('get_status', {})).toMatchObject({ digest: digestAfter(signals.slice(0, 2)) });
  });

  it('with a damaged header is refused', async () => {
    const client = await start(undefined);
    await learn(client, 2);
    const header = knowledgeHeader(await backupByFirmware(client)).slice();
    header[60] = header[60]! ^ 1;
    await expect(client.call('restore_begin', { header })).rejects.toMatchObject({
      refusal: 'bad_knowledge',
    });
  });

  it('goes through units of 160 bytes', async () => {
    const client = await start(undefined, {}, { unitBytes: 160 });
    await learn(client, 2);
    const file = await backupByFirmware(client);
    await learn(client, 0);
    expect(await restoreByFirmware(client, file)).toMatchObject({ learnCounter: 2, digest: file.digest });
  });
});
