import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/protocol/client.ts';
import { RAISED_BAUDS, raiseBaud } from '../../src/protocol/raise-baud.ts';
import { type Clock, realClock } from '../../src/protocol/transport.ts';
import { answerIn } from '../protocol/meddled-line.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';

/** Waits so long that none ends by itself: a request is repeated when the test says so. */
const DEADLINE_FACTOR = 1000;
const LONG_MS = 10_000;
let program: string;
let client: Client;
let core: HostCore;
const waits = new Map<() => void, number>();

const clock: Clock = {
  nowMs: realClock.nowMs,
  after(delayMs, callback) {
    const cancel = realClock.after(delayMs, callback);
    if (delayMs >= LONG_MS) waits.set(callback, delayMs);
    return () => {
      waits.delete(callback);
      cancel();
    };
  },
};

/** The wait before a repetition is the shortest of all. */
function repeatNow(): void {
  const [shortest] = [...waits].sort(([, one], [, other]) => one - other);
  shortest?.[0]();
}

beforeAll(async () => {
  program = await buildHostCore();
});

afterEach(() => client.close());

async function open(): Promise<void> {
  core = new HostCore(program);
  client = new Client({ transport: core, deadlineFactor: DEADLINE_FACTOR, clock });
  await client.open();
}

describe('a raised rate', () => {
  it('carries when every answer comes late, after it was asked for again', async () => {
    await open();
    const { unitsRepeated } = client.counts;
    const late = new Map<number, Uint8Array>();
    core.toHost = (record) => {
      const answer = answerIn(record);
      if (answer === undefined) return [record];
      const first = late.get(answer.sequence);
      if (first !== undefined) return [first, record];
      late.set(answer.sequence, record);
      setImmediate(repeatNow);
      return [];
    };
    expect(await raiseBaud(client)).toBe(RAISED_BAUDS.at(-1));
    expect(client.counts.sessions).toBe(1);
    // Each rate was agreed on, and proven by more than eight answers.
    expect(client.counts.unitsRepeated - unitsRepeated).toBe(late.size);
    expect(late.size).toBeGreaterThan(9 * RAISED_BAUDS.length);
  });

  it.each([1, 9])(
    'does not when answer %i of its proof is lost, though it comes when asked for again',
    async (lost) => {
      await open();
      const atRate = new Set<number>();
      core.toHost = (record) => {
        const answer = answerIn(record);
        if (answer === undefined || core.bauds.at(-1) !== 921_600 || atRate.has(answer.sequence))
          return [record];
        atRate.add(answer.sequence);
        if (atRate.size !== 1 + lost) return [record]; // the first is that of the ping with which the rate is taken
        setImmediate(repeatNow);
        return [];
      };
      expect(await raiseBaud(client)).toBe(460_800);
      expect(client.counts.unitsRepeated).toBeGreaterThan(client.counts.unitsRepeatedInVain);
    },
  );
});
