import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../src/protocol/client.ts';
import { decodeFrame, FRAME_START, RECORD_END } from '../../src/protocol/frame.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';
import { digestAfter, signalOf } from './signals.ts';

let program: string;
let programOfLongSignals: string;
const LONG = 300;
const opened: Client[] = [];

beforeAll(async () => {
  [program, programOfLongSignals] = await Promise.all([buildHostCore(), buildHostCore(LONG)]);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

async function session(
  options: Partial<ClientOptions> = {},
  path = program,
): Promise<{ core: HostCore; client: Client }> {
  const core = new HostCore(path);
  // Waits are shortened: this board answers within microseconds.
  const client = new Client({ transport: core, deadlineFactor: 0.25, ...options });
  opened.push(client);
  await client.open({ timeoutMs: 5000 });
  await client.call('initialize', {});
  return { core, client };
}

const limits = { timeoutMs: 20_000 };
const isFrame = (record: Uint8Array): boolean => record[0] === FRAME_START;

/** The board must now be exactly where a run without faults would be. */
async function expectCleanState(client: Client, signals: readonly Float32Array[]): Promise<void> {
  expect(await client.call('get_status', {}, limits)).toMatchObject({
    learnCounter: signals.length,
    digest: digestAfter(signals),
  });
}

describe('a learn is executed exactly once', () => {
  it('when every answer is lost the first time', async () => {
    const { core, client } = await session();
    const seen = new Set<number>();
    core.toHost = (record) => {
      const frame = decodeFrame(record);
      if (typeof frame === 'string' || seen.has(frame.sequence)) return [record];
      seen.add(frame.sequence);
      return [];
    };
    const signals = [1, 2, 3, 4, 5].map((seed) => signalOf(seed));
    for (const signal of signals) expect((await client.call('learn', { signal }, limits)).code).toBe(1);
    core.toHost = (record) => [record];
    await expectCleanState(client, signals);
    expect((await client.call('stats', {}, limits)).requestsRepeated).toBeGreaterThanOrEqual(5);
  });

  it('when every request is doubled, at once or long after', async () => {
    const { core, client } = await session();
    let earlier: Uint8Array[] = [];
    core.toBoard = (bytes) => {
      const late = earlier.slice(0, 1);
      earlier = [...earlier.slice(-6), bytes];
      return [bytes, bytes, ...late];
    };
    const signals = Array.from({ length: 30 }, (_, seed) => signalOf(seed));
    for (const signal of signals) expect((await client.call('learn', { signal }, limits)).code).toBe(1);
    core.toBoard = (bytes) => [bytes];
    await expectCleanState(client, signals);
  });

  it('when units of long messages are lost, damaged or doubled in both directions', async () => {
    const { core, client } = await session({ unitBytes: 100 }, programOfLongSignals);
    const random = seededRandom(17);
    const lie = (bytes: Uint8Array): Uint8Array[] => {
      const choice = random.below(60);
      if (choice === 0) return [];
      if (choice === 1) return [bytes, bytes];
      if (choice > 3) return [bytes];
      const wrong = bytes.slice();
      if (wrong.length > 0) wrong[random.below(wrong.length)]! ^= 1 << random.below(8);
      return [wrong];
    };
    core.toBoard = lie;
    // A damaged record must not become two when a bit makes a '\n': the transport hands over whole records.
    core.toHost = (record) => lie(record).filter((each) => !each.includes(RECORD_END));
    const signals = Array.from({ length: 12 }, (_, seed) => signalOf(seed, LONG));
    for (const signal of signals) expect((await client.call('learn', { signal }, limits)).code).toBe(1);
    core.toBoard = (bytes) => [bytes];
    core.toHost = (record) => [record];
    await expectCleanState(client, signals);
    expect(client.counts.unitsRepeated).toBeGreaterThan(20);
  });

  it('with eight messages under way on a lying line', async () => {
    const { core, client } = await session({ windowMessages: 8 });
    const random = seededRandom(23);
    core.toBoard = (bytes) => (random.below(6) === 0 ? [] : [bytes]);
    core.toHost = (record) => (random.below(6) === 0 ? [] : [record]);
    const signals = Array.from({ length: 40 }, (_, seed) => signalOf(seed));
    const answers = await Promise.all(signals.map((signal) => client.call('learn', { signal }, limits)));
    expect(answers.map(({ learnCounter }) => learnCounter)).toEqual(signals.map((_, index) => index + 1));
    core.toBoard = (bytes) => [bytes];
    core.toHost = (record) => [record];
    await expectCleanState(client, signals);
  });

  it('when noise, half frames and foreign text stand between the frames', async () => {
    const { core, client } = await session();
    const random = seededRandom(29);
    const rubbish = (): Uint8Array => Uint8Array.from({ length: random.below(900) }, () => random.below(256));
    core.toBoard = (bytes) => [rubbish(), bytes, bytes.subarray(0, random.below(bytes.length))];
    const signals = Array.from({ length: 20 }, (_, seed) => signalOf(seed));
    for (const signal of signals) expect((await client.call('learn', { signal }, limits)).code).toBe(1);
    core.toBoard = (bytes) => [bytes];
    await expectCleanState(client, signals);
    expect((await client.call('stats', {}, limits)).framesRefused).toBeGreaterThan(10);
  });
});

describe('an answer that is lost among later ones', () => {
  it('is asked for at once, and alone', async () => {
    // Waits are so long here that nothing would ever be repeated for want of an answer.
    const { core, client } = await session({ windowMessages: 8, deadlineFactor: 1000 });
    const before = client.counts.unitsRepeated; // hello, when the board was not up yet
    const answered: number[] = [];
    core.toHost = (record) => {
      const frame = decodeFrame(record);
      if (typeof frame === 'string' || answered.includes(frame.sequence)) return [record];
      answered.push(frame.sequence);
      return answered.length === 2 || answered.length === 5 ? [] : [record];
    };
    const signals = Array.from({ length: 6 }, (_, seed) => signalOf(seed));
    const learned = Promise.all(signals.map((signal) => client.call('learn', { signal }, limits)));
    expect((await learned).map(({ learnCounter }) => learnCounter)).toEqual([1, 2, 3, 4, 5, 6]);
    // The second and the fifth answer, and nothing else.
    expect(client.counts.unitsRepeated - before).toBe(2);
    core.toHost = (record) => [record];
    await expectCleanState(client, signals);
  });
});

describe('a request without an answer', () => {
  it('is unknown, and settled by counter and digest: executed', async () => {
    const { core, client } = await session();
    core.toHost = (record) => (isFrame(record) ? [] : [record]);
    const learned = client.call('learn', { signal: signalOf(1) }, { timeoutMs: 300 });
    await expect(learned).rejects.toMatchObject({
      code: 'BOARD_SILENT',
      command: 'learn',
      outcome: 'unknown',
    });
    await expect(client.call('ping', {})).rejects.toMatchObject({ code: 'PROTOCOL_SESSION_LOST' });
    core.toHost = (record) => [record];
    expect(await client.settle(limits)).toMatchObject({
      bootedAgain: false,
      before: { learnCounter: 0 },
      after: { learnCounter: 1, digest: digestAfter([signalOf(1)]) },
      requests: [{ command: 'learn', outcome: 'executed' }],
    });
  });

  it('is unknown, and settled by counter and digest: without effect', async () => {
    const { core, client } = await session();
    core.toBoard = () => [];
    const learned = client.call('learn', { signal: signalOf(1) }, { timeoutMs: 300 });
    await expect(learned).rejects.toMatchObject({ outcome: 'unknown' });
    core.toBoard = (bytes) => [bytes];
    expect(await client.settle(limits)).toMatchObject({
      requests: [{ command: 'learn', outcome: 'no-effect' }],
      after: { learnCounter: 0 },
    });
    // The session goes on as if nothing had happened.
    expect(await client.call('learn', { signal: signalOf(1) }, limits)).toMatchObject({ learnCounter: 1 });
  });

  it('was not executed when it was called off before it was sent', async () => {
    const { client } = await session();
    const calledOff = AbortSignal.abort();
    const learned = client.call('learn', { signal: signalOf(1) }, { signal: calledOff });
    await expect(learned).rejects.toMatchObject({ code: 'INTERRUPTED', outcome: 'not-executed' });
    expect(await client.call('learn', { signal: signalOf(1) }, limits)).toMatchObject({ learnCounter: 1 });
  });

  it('is unknown when it was called off after it was sent', async () => {
    const { core, client } = await session();
    const controller = new AbortController();
    core.toHost = (record) => {
      controller.abort();
      return isFrame(record) ? [] : [record];
    };
    const learned = client.call('learn', { signal: signalOf(1) }, { signal: controller.signal });
    await expect(learned).rejects.toMatchObject({ code: 'INTERRUPTED', outcome: 'unknown' });
    core.toHost = (record) => [record];
    expect(await client.settle(limits)).toMatchObject({ requests: [{ outcome: 'executed' }] });
  });
});
