import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { Emulator } from '../../src/engine/index.ts';
import { MODELS } from '../../src/engine/models/registry.ts';
import { Client } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { libraryOf } from '../parity/cases.ts';
import { SIGNAL_KINDS } from '../parity/signals.ts';
import { buildHostCoreAround } from './build.ts';
import { HostCore } from './host-core.ts';

const shape = { axes: 3, length: 32 };
const pipeline = [{ transform: 'time_stats', params: {} }];
const random = seededRandom(11);
const make = (kind: string, count: number): Float32Array[] =>
  Array.from({ length: count }, () => SIGNAL_KINDS[kind]!(random, shape.axes, shape.length));
const [early, late, asked] = [
  make('smooth', 30),
  make('spiky', 10),
  [...make('smooth', 6), ...make('spiky', 6)],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-models-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('knowledge restored into a library that has just been at work on other knowledge', () => {
  it.each(MODELS.map(({ name }) => name))('gives %s the same scores', async (name) => {
    const model = MODELS.find((candidate) => candidate.name === name)!;
    const library = libraryOf(shape, pipeline, {
      name,
      params: model.searchSpace(chainOutputLength(pipeline, shape)!)[0]!,
    });
    const client = new Client({
      transport: new HostCore(await buildHostCoreAround(library, join(folder, name))),
    });
    const emulator = new Emulator(library);
    try {
      await client.open();
      const learn = async (signals: readonly Float32Array[]): Promise<void> => {
        for (const signal of signals) {
          expect(await client.call('learn', { signal })).toMatchObject({ code: emulator.learn(signal) });
        }
      };
      const scores = async (): Promise<number[]> => {
        const { similaritiesOrCodes } = await client.call('detect_many', {
          signals: Float32Array.from(asked.flatMap((signal) => [...signal])),
        });
        expect([...similaritiesOrCodes]).toEqual(asked.map((signal) => emulator.detect(signal)));
        return [...similaritiesOrCodes];
      };
      await client.call('initialize', {});
      emulator.initialize();
      await learn(early);
      const kept = await backupByFirmware(client);
      const before = await scores();
      expect(new Set(before).size).toBeGreaterThan(1);
      await learn(late);
      expect(await scores()).not.toEqual(before);
      await restoreByFirmware(client, kept);
      emulator.restore(kept.knowledge);
      expect(await scores()).toEqual(before);
      await learn(late.slice(0, 1));
      expect(client.library?.digest).toBe(emulator.digest());
    } finally {
      await client.close();
    }
  });
});
