import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Classifier } from '../../src/engine/classification/classifier.ts';
import { classModelByName } from '../../src/engine/classification/models/registry.ts';
import { Client } from '../../src/protocol/client.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { classifierOf } from '../parity/classifier-cases.ts';
import { SIGNAL_KINDS } from '../parity/signals.ts';
import { buildHostCoreAround } from './build.ts';
import { HostCore } from './host-core.ts';

const random = seededRandom(3);
const pipeline = [{ transform: 'time_stats', params: {} }];
// as many classes as an answer takes
const library = classifierOf(random, 13, pipeline, classModelByName('lda'), {});
const signals = Object.values(SIGNAL_KINDS).map((kind) => kind(random, library.axes, library.bufferSize));

let folder: string;
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-classify-'));
  client = new Client({ transport: new HostCore(await buildHostCoreAround(library, folder)) });
  await client.open();
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer);

describe('the core around a classification library', () => {
  it('tells its kind in hello', () => {
    expect(client.hello).toMatchObject({ libraryKind: 'classification', libraryId: library.id });
  });

  it('answers class and probabilities with the bits of the emulator, before and after initialize', async () => {
    const classifier = new Classifier(library);
    const compare = async (signal: Float32Array): Promise<void> => {
      const expected = classifier.classify(signal);
      const answer = await client.call('classify', { signal });
      expect(answer.classIdOrCode).toBe(expected.code);
      expect(wordsOf(answer.probabilities)).toEqual(bitsOf(expected.probabilities));
    };
    await compare(signals[0]!);
    expect(await client.call('initialize', {})).toMatchObject({ code: classifier.initialize() });
    for (const signal of signals) await compare(signal);
    const bad = signals[0]!.slice();
    bad[3] = Number.NaN;
    await compare(bad);
    expect(await client.call('get_status', {})).toMatchObject({ code: 0, digest: classifier.digest() });
  });

  it.each(['learn', 'detect'] as const)('refuses %s as unsupported', async (name) => {
    await expect(client.call(name, { signal: signals[0]! })).rejects.toMatchObject({
      code: 'PROTOCOL_REFUSED',
      message: expect.stringContaining('unsupported'),
    });
  });
});
