import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../src/protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../src/protocol/knowledge.ts';
import { tableHash } from '../../src/protocol/table-hash.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';
import { AXES, digestAfter, signalOf } from './signals.ts';

const LONG = 700;
let program: string;
let programOfLongSignals: string;
const opened: Client[] = [];

beforeAll(async () => {
  [program, programOfLongSignals] = await Promise.all([buildHostCore(), buildHostCore(LONG)]);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

function connect(
  options: Partial<ClientOptions> = {},
  path = program,
  environment: Record<string, string> = {},
): { core: HostCore; client: Client } {
  const core = new HostCore(path, environment);
  const client = new Client({ transport: core, ...options });
  opened.push(client);
  return { core, client };
}

describe('the client and the core of the firmware', () => {
  it('greet each other, and hello says who is there', async () => {
    const lines: string[] = [];
    const { client } = connect({ onConsole: (line) => lines.push(line) });
    const hello = await client.open();
    expect(hello).toMatchObject({
      protocolVersion: 1,
      tableHash: tableHash(),
      unitBytes: 655,
      windowBytes: 4096,
      windowMessages: 8,
      baud: 115200,
      boardId: 'host',
      libraryId: '00112233445566778899aabb',
      libraryKind: 'anomaly-detection',
      apiGeneration: 2,
      axes: AXES,
      bufferSize: 16,
      resetCause: 'power-on',
      bootCounter: 1,
      longestCallMs: 200,
      knowledgeBytes: 16,
    });
    expect(lines).toEqual(['neai-hil host 00112233445566778899aabb power-on boot 1']);
  });

  it('refuse each other naming the field that differs', async () => {
    const { client } = connect({ expected: { axes: 5 } });
    await expect(client.open()).rejects.toMatchObject({
      code: 'PROTOCOL_MISMATCH',
      details: { asked: 'axes 5', got: 'axes 3' },
    });
  });

  it('learn and detect, and every answer tells counter and digest', async () => {
    const { client } = connect();
    await client.open();
    const signals = [1, 2, 3].map((seed) => signalOf(seed));
    expect(await client.call('learn', { signal: signals[0]! })).toMatchObject({ code: 0, learnCounter: 0 });
    expect(await client.call('detect', { signal: signals[0]! })).toMatchObject({ similarityOrCode: 124 });
    expect(await client.call('initialize', {})).toMatchObject({ code: 0, digest: digestAfter([]) });
    for (const [index, signal] of signals.entries()) {
      expect(await client.call('learn', { signal })).toMatchObject({
        code: 1,
        learnCounter: index + 1,
        digest: digestAfter(signals.slice(0, index + 1)),
      });
    }
    const { similarityOrCode, ticks } = await client.call('detect', { signal: signals[2]! });
    expect(similarityOrCode).toBe(100);
    expect(ticks).toBeGreaterThan(0);
    expect(client.library).toEqual({ learnCounter: 3, digest: digestAfter(signals) });
  });

  it('carry every bit of a signal: NaN and infinity reach the library, which answers its own code', async () => {
    const { client } = connect();
    await client.open();
    await client.call('initialize', {});
    const good = signalOf(1);
    await client.call('learn', { signal: good });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const signal = signalOf(2);
      signal[signal.length - 1] = bad;
      expect(await client.call('learn', { signal })).toMatchObject({ code: 2, learnCounter: 1 });
      expect(await client.call('detect', { signal })).toMatchObject({ similarityOrCode: 125 });
    }
    expect(client.library).toEqual({ learnCounter: 1, digest: digestAfter([good]) });
  });

  it('set and get the sensitivity as the bits of a float32', async () => {
    const { client } = connect();
    await client.open();
    const word = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
    expect(await client.call('set_sensitivity', { sensitivity: word(1.1) })).toEqual({
      sensitivity: word(1.1),
    });
    expect(await client.call('set_sensitivity', { sensitivity: word(-1) })).toEqual({
      sensitivity: word(1.1),
    });
    expect(await client.call('get_sensitivity', {})).toEqual({ sensitivity: word(1.1) });
  });

  it.each([64, 100, 655])('move a signal of 8400 bytes in units of %i bytes', async (unitBytes) => {
    const { client } = connect({ unitBytes }, programOfLongSignals, { NEAI_HOST_WINDOW: '700' });
    expect((await client.open()).unitBytes).toBe(unitBytes);
    const repeatedBefore = client.counts.unitsRepeated;
    await client.call('initialize', {});
    const signals = [1, 2].map((seed) => signalOf(seed, LONG));
    for (const signal of signals) await client.call('learn', { signal });
    expect(client.library).toEqual({ learnCounter: 2, digest: digestAfter(signals) });
    expect(client.counts.unitsRepeated).toBe(repeatedBefore);
  });

  it('keep several messages under way, answered in order', async () => {
    const { client } = connect({ windowMessages: 8 });
    await client.open();
    await client.call('initialize', {});
    const signals = Array.from({ length: 40 }, (_, seed) => signalOf(seed));
    const answers = await Promise.all(signals.map((signal) => client.call('learn', { signal })));
    expect(answers.map(({ learnCounter }) => learnCounter)).toEqual(signals.map((_, index) => index + 1));
    expect(client.library?.digest).toBe(digestAfter(signals));
  });

  it('learn and detect several short signals in one message, and learning stops at the first refused one', async () => {
    const { client } = connect();
    await client.open();
    await client.call('initialize', {});
    const signals = [1, 2, 3, 4].map((seed) => signalOf(seed));
    const join = (list: readonly Float32Array[]): Float32Array =>
      Float32Array.from(list.flatMap((each) => [...each]));
    expect(await client.call('learn_many', { signals: join(signals) })).toEqual({
      learned: 4,
      code: 1,
      learnCounter: 4,
      digest: digestAfter(signals),
    });
    const bad = signalOf(5);
    bad[0] = Number.NaN;
    expect(await client.call('learn_many', { signals: join([signals[0]!, bad, signals[1]!]) })).toMatchObject(
      {
        learned: 1,
        code: 2,
        learnCounter: 5,
      },
    );
    const { similaritiesOrCodes } = await client.call('detect_many', { signals: join([signals[0]!, bad]) });
    expect([...similaritiesOrCodes]).toEqual([100, 125]);
  });

  it('move knowledge out of a board and into another, proven by its digest', async () => {
    const first = connect();
    await first.client.open();
    await first.client.call('initialize', {});
    const signals = [4, 5].map((seed) => signalOf(seed));
    for (const signal of signals) await first.client.call('learn', { signal });
    const file = await backupByFirmware(first.client);

    const second = connect();
    await second.client.open();
    await restoreByFirmware(second.client, file);
    expect(await second.client.call('get_status', {})).toMatchObject({
      learnCounter: 2,
      digest: digestAfter(signals),
    });
  });

  it('reset the board on request and greet again', async () => {
    const lines: string[] = [];
    const { client } = connect({ onConsole: (line) => lines.push(line) });
    await client.open();
    const hello = await client.reset();
    expect(hello).toMatchObject({ bootCounter: 2, resetCause: 'software' });
    expect(lines.at(-1)).toBe('neai-hil host 00112233445566778899aabb software boot 2');
  });

  it('raise the rate together, and come back from it when the board hears nothing', async () => {
    const { core, client } = connect({}, program, { NEAI_HOST_TIME: '20' });
    await client.open();
    expect(await client.setBaud(921_600)).toBe(921_600);
    expect(core.bauds).toEqual([921_600]);
    core.toBoard = () => []; // 2 s of the board's own time are 100 ms here: no ping arrives in time
    await expect(client.call('stats', {}, { timeoutMs: 400 })).rejects.toMatchObject({
      code: 'BOARD_SILENT',
    });
    core.toBoard = (bytes) => [bytes];
    expect((await client.open()).baud).toBe(115_200);
    expect((await client.call('stats', {})).baudFallbacks).toBe(1);
  });

  it('go back to the rate after reset when the raised one does not carry', async () => {
    const { core, client } = connect({}, program, { NEAI_HOST_TIME: '20' });
    await client.open();
    core.toBoard = (bytes) => (core.bauds.at(-1) === 460_800 ? [] : [bytes]);
    expect(await client.setBaud(460_800)).toBe(115_200);
    expect(core.bauds).toEqual([460_800, 115_200]);
    expect((await client.call('ping', {})).bootCounter).toBe(1);
  });
});
