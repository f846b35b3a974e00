import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildBoardFirmware } from '../../src/cli/build.ts';
import { Emulator } from '../../src/engine/index.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { backupBySwd, restoreBySwd } from '../../src/host/knowledge-swd.ts';
import type { Client } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { encodeKnowledgeFile } from '../../src/protocol/knowledge-file.ts';
import { backupFromStore, dumpToStore, loadFromStore } from '../../src/protocol/knowledge-store.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { libraryOf } from '../parity/cases.ts';
import { board, Rig } from './rig.ts';

/** What a model derives from its knowledge must be that of the knowledge now there, whoever has put it there. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const rig = new Rig();
const shape = { axes: 1, length: 16 };
const LEARNS = 30;
const signals = (seed: number, spread: number): Float32Array[] => {
  const random = seededRandom(seed);
  return Array.from({ length: LEARNS }, () =>
    Float32Array.from({ length: 16 }, (_, i) => Math.sin(i + random.unit()) + spread * random.normal()),
  );
};
const first = signals(1, 0.1);
const second = signals(2, 3);
const probes = [...first.slice(0, 3), ...second.slice(0, 3)];

let session: BoardSession;
beforeAll(async () => {
  session = await rig.attach((await rig.virtual()).slot);
});
afterAll(() => rig.close());

async function learn(client: Client, all: readonly Float32Array[]): Promise<void> {
  for (const signal of all) expect(await client.call('learn', { signal })).toMatchObject({ code: 1 });
}

async function detect(client: Client, all: readonly Float32Array[]): Promise<number[]> {
  const similarities: number[] = [];
  for (const signal of all) similarities.push((await client.call('detect', { signal })).similarityOrCode);
  return similarities;
}

describe.each(MODELS.map(({ name }) => name))('knowledge of the model %s', (name) => {
  it('gives the same scores when it comes back by each of the three ways, into caches of other knowledge', async () => {
    const pipeline = [{ transform: 'time_stats', params: {} }];
    const model = modelByName(name);
    const params = model.searchSpace(16).find((one) => model.applies(16, one))!;
    const library = libraryOf(shape, pipeline, { name, params });
    const { elf } = await buildBoardFirmware(
      library,
      board.id,
      `${rig.folder}/${name}`,
      new AbortController().signal,
    );
    await session.flash(elf);
    const client = await session.connect();

    const emulator = new Emulator(library);
    emulator.initialize();
    await client.call('initialize', {});
    for (const signal of first) emulator.learn(signal);
    await learn(client, first);
    const expected = probes.map((signal) => emulator.detect(signal));
    expect(await detect(client, probes)).toEqual(expected);

    const kept = await backupBySwd(session);
    await dumpToStore(client);
    const bytes = encodeKnowledgeFile(kept);
    expect(encodeKnowledgeFile(await backupByFirmware(client))).toEqual(bytes);
    expect(encodeKnowledgeFile(await backupFromStore(client))).toEqual(bytes);
    const ways = {
      swd: () => restoreBySwd(session, kept),
      firmware: () => restoreByFirmware(client, kept),
      chip: () => loadFromStore(client),
    };
    for (const [way, restore] of Object.entries(ways)) {
      await learn(client, second);
      const other = await detect(client, probes);
      expect(other, `${way}: other knowledge, other scores`).not.toEqual(expected);
      expect(await restore()).toMatchObject({ learnCounter: LEARNS, digest: kept.digest });
      expect(await detect(client, probes), way).toEqual(expected);
    }
  });
});
