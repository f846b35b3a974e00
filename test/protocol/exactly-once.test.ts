import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashingLibrary } from '../../bench/link/hashing-library.ts';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { SerialLine } from '../../src/host/serial-port.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { Client } from '../../src/protocol/client.ts';
import type { CommandName, RequestOf } from '../../src/protocol/commands.ts';
import { backupByFirmware } from '../../src/protocol/knowledge.ts';
import { type KnowledgeFile, knowledgeHeader } from '../../src/protocol/knowledge-file.ts';
import { dumpToStore, listStore } from '../../src/protocol/knowledge-store.ts';
import { RequestError } from '../../src/protocol/request-error.ts';
import type { Settlement } from '../../src/protocol/settlement.ts';
import { type Clock, realClock } from '../../src/protocol/transport.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { answerIn, MeddledLine, requestEndedBy } from './meddled-line.ts';

/** Every request that changes something, and every way in which a line can lose, double, cut or keep it. */
const AXES = 3;
const BUFFER_SIZE = 64;
const VALUES = AXES * BUFFER_SIZE;
const SIGNALS_OF_A_BATCH = 3;
const facts = loadBoard('nucleo-l432kc');
const limits = { timeoutMs: 20_000 };
const word = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/** Values that nothing packs: more than one unit. */
const noise = (seed: number, signals = 1): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: signals * VALUES }, () => random.normal());
};
/** Values that travel packed, in one unit. */
const small = (seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: VALUES }, () => random.below(100));
};

/** Deadlines of requests under way: they pass when a test says so. */
const deadlines = new Set<() => void>();
const clock: Clock = {
  nowMs: realClock.nowMs,
  after(delayMs, callback) {
    const cancel = realClock.after(delayMs, callback);
    if (delayMs !== limits.timeoutMs) return cancel;
    deadlines.add(callback);
    return () => {
      deadlines.delete(callback);
      cancel();
    };
  },
};
/** Those that run now, and none of a request that begins before they pass: its own bytes are not yet on the line. */
const passDeadlines = (): void => {
  const running = [...deadlines];
  setImmediate(() => {
    for (const pass of running) if (deadlines.has(pass)) pass();
  });
};

const resetBoard = () => askControl(virtual.slot.control!, { do: 'reset' });

let home: string;
let virtual: VirtualSlot;
let session: BoardSession;
let line: MeddledLine;
let client: Client;
/** Knowledge that was learned before anything happened, kept in flash and in a file. */
let kept: KnowledgeFile;

/** One request: what has to be done before it, and the request itself. */
interface Work<Name extends CommandName = CommandName> {
  readonly prepare?: () => Promise<unknown>;
  readonly command: Name;
  readonly request: () => RequestOf<Name>;
}

const of = <Name extends CommandName>(
  command: Name,
  request: () => RequestOf<Name>,
  prepare?: () => Promise<unknown>,
): Work => ({ command, request, ...(prepare ? { prepare } : {}) }) as Work;

const restoreBegin = () => ({ header: knowledgeHeader(kept) });
const restoreWrite = () => ({ offsetBytes: 0, content: kept.knowledge });
const beginRestore = () => client.call('restore_begin', restoreBegin(), limits);

const WORK: Readonly<Record<string, Work>> = {
  'an initialize': of('initialize', () => ({})),
  'a learn of one unit': of('learn', () => ({ signal: small(2) })),
  'a learn of several units': of('learn', () => ({ signal: noise(2) })),
  'a detect': of('detect', () => ({ signal: noise(3) })),
  'a batch of learns': of('learn_many', () => ({ signals: noise(4, SIGNALS_OF_A_BATCH) })),
  'a batch of detects': of('detect_many', () => ({ signals: noise(5, SIGNALS_OF_A_BATCH) })),
  'a sensitivity set': of('set_sensitivity', () => ({ sensitivity: word(3) })),
  'a sensitivity asked for': of('get_sensitivity', () => ({})),
  'a dump to flash': of(
    'store_dump',
    () => ({ loadAtBoot: 0 }),
    () => client.call('learn', { signal: noise(9) }, limits),
  ),
  'a load from flash': of('store_load', () => ({})),
  'the start of a restore': of('restore_begin', restoreBegin),
  'a part of a restore': of('knowledge_write', restoreWrite, beginRestore),
  'the end of a restore': of(
    'restore_commit',
    () => ({}),
    async () => {
      await beginRestore();
      await client.call('knowledge_write', restoreWrite(), limits);
    },
  ),
};

interface State {
  readonly learnCounter: number;
  readonly digest: number;
  readonly sensitivity: number;
  /** Number of the newest dump, and erases of all slots. */
  readonly dumps: number;
  readonly erases: number;
}

async function stateNow(): Promise<State> {
  const { learnCounter, digest } = await client.call('get_status', {}, limits);
  const { sensitivity } = await client.call('get_sensitivity', {}, limits);
  const slots = await listStore(client, limits);
  const dumps = Math.max(...slots.map(({ sequence }) => sequence));
  const erases = slots.reduce((sum, slot) => sum + slot.erases, 0);
  return { learnCounter, digest, sensitivity, dumps, erases };
}

/** The state before each request: something learned, a sensitivity that is not the library's own. */
async function begin(): Promise<State> {
  await client.call('initialize', {}, limits);
  await client.call('learn', { signal: noise(1) }, limits);
  await client.call('set_sensitivity', { sensitivity: word(2) }, limits);
  return stateNow();
}

const moved = (before: State, after: State) => ({
  ...after,
  dumps: after.dumps - before.dumps,
  erases: after.erases - before.erases,
});

/** One request on a line that is meddled with from its first byte on: its answer, and where the board then is. */
async function outcomeOf({ prepare, command, request }: Work, meddle: () => void = () => undefined) {
  const before = await begin();
  await prepare?.();
  meddle();
  // What differs from run to run is no part of what is compared.
  const { ticks, sequence, slot, ...answer } = (await client.call(command, request(), limits)) as Record<
    string,
    unknown
  >;
  line.leave();
  return { answer, state: moved(before, await stateNow()) };
}

type Outcome = Awaited<ReturnType<typeof outcomeOf>>;
const clean: Record<string, Outcome> = {};
/** What a board has learned that was reset: nothing. */
let rebooted: State;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'neai-once-'));
  const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
  const built = await buildFirmware(hashingLibrary(BUFFER_SIZE), { board: facts, shape, outDir: home });
  virtual = await startVirtualSlot(facts);
  session = await attach(virtual.slot);
  await session.flash(built.elf);
  const { deadlineFactor } = virtual.slot;
  line = new MeddledLine(await SerialLine.open({ path: session.port, baud: 115_200, deadlineFactor }));
  // Waits before a repetition are shortened: this board answers within milliseconds.
  client = new Client({ transport: line, deadlineFactor: 0.1, clock });
  await client.open(limits);
  await client.call('initialize', {}, limits);
  await client.call('learn', { signal: noise(7) }, limits);
  await client.call('learn', { signal: noise(8) }, limits);
  kept = await backupByFirmware(client, limits);
  // Both slots, so that a dump costs an erase whichever it takes.
  for (let slot = 0; slot < 2; slot++) await dumpToStore(client, limits);
  for (const [name, work] of Object.entries(WORK)) clean[name] = await outcomeOf(work);
  await client.reset(limits);
  rebooted = await stateNow();
});

afterEach(async ({ task }) => {
  line?.leave();
  if (task.result?.state !== 'fail') return;
  // Whatever has gone wrong in one test is not left to the next.
  await resetBoard();
  await client.open(limits);
});

afterAll(async () => {
  await client?.close();
  await session?.close();
  await virtual?.close();
  await rm(home, { recursive: true, force: true });
});

describe('on a line that loses, doubles, cuts or keeps what passes', () => {
  it('the clean run does what it says', () => {
    expect(clean['a learn of several units']!.state.learnCounter).toBe(2);
    expect(clean['a batch of learns']!.state.learnCounter).toBe(1 + SIGNALS_OF_A_BATCH);
    expect(clean['a sensitivity set']!.state.sensitivity).toBe(word(3));
    expect(clean['a dump to flash']!.state).toMatchObject({ learnCounter: 2, dumps: 1, erases: 1 });
    const { digest } = clean['a dump to flash']!.state;
    expect(clean['a load from flash']!.state).toMatchObject({ learnCounter: 2, digest });
    expect(clean['the end of a restore']!.state).toMatchObject({ learnCounter: 2, digest: kept.digest });
  });

  it.each<[string, () => void]>([
    [
      'every answer is lost the first time',
      () => {
        const seen = new Set<number>();
        line.toHost = (record) => {
          const frame = answerIn(record);
          if (frame === undefined || seen.has(frame.sequence)) return [record];
          seen.add(frame.sequence);
          return [];
        };
      },
    ],
    [
      'every request is doubled, and an older one comes once more',
      () => {
        const earlier: Uint8Array[] = [];
        line.toBoard = (bytes) => {
          const late = earlier.slice(-4, -3);
          earlier.push(bytes);
          return [bytes, bytes, ...late];
        };
      },
    ],
    [
      'every answer comes twice',
      () => {
        line.toHost = (record) => [record, record];
      },
    ],
    [
      'every unit is cut the first time',
      () => {
        let turn = 0;
        line.toBoard = (bytes) => [turn++ % 2 === 0 ? bytes.subarray(0, bytes.length >> 1) : bytes];
      },
    ],
    [
      'every answer is cut the first time',
      () => {
        let turn = 0;
        line.toHost = (record) => [turn++ % 2 === 0 ? record.subarray(0, record.length >> 1) : record];
      },
    ],
  ])(
    'answers, counters, digests, sensitivity and dumps are those of a clean run when %s',
    async (_what, meddle) => {
      const outcomes: Record<string, Outcome> = {};
      for (const [name, work] of Object.entries(WORK)) outcomes[name] = await outcomeOf(work, meddle);
      expect(outcomes).toEqual(clean);
    },
  );
});

/** A request that gets no answer: how it ends, what the board was before it. */
async function unanswered({ prepare, command, request }: Work, meddle: () => void) {
  await begin();
  await prepare?.();
  const before = await stateNow();
  meddle();
  const ended = await client.call(command, request(), limits).then(
    (answer) => answer,
    (error: unknown) => error,
  );
  if (!(ended instanceof RequestError)) throw new Error(`${command} was to get no answer`, { cause: ended });
  return { before, ended };
}

/**
 * Keeps every answer to the request that comes next. On a busy machine an earlier one may have been asked twice, and its
 * second answer is still on the way: that one passes.
 */
function keepAnswersToNext(keep: (record: Uint8Array) => void): void {
  let sequence: number | undefined;
  line.toBoard = (bytes) => {
    sequence ??= requestEndedBy(bytes);
    return [bytes];
  };
  line.toHost = (record) => {
    const answer = answerIn(record);
    if (answer === undefined || answer.sequence !== sequence) return [record];
    keep(record);
    return [];
  };
}

/** What is said of a request is what has become of it. */
function expectTrue({ requests }: Settlement, work: Work, isExecuted: boolean, name: string): void {
  const { command } = work;
  const changes = isExecuted && command !== 'detect' && command !== 'detect_many';
  const told = [{ command, outcome: changes ? 'executed' : 'no-effect' }];
  expect(requests, name).toEqual(command === 'get_sensitivity' ? [] : told);
}

describe('a request whose deadline passes', () => {
  let held: Uint8Array[] = [];
  const keepAnswer = (): void => {
    held = [];
    keepAnswersToNext((record) => {
      held.push(record);
      passDeadlines();
    });
  };
  const keepLastUnit = (): void => {
    held = [];
    line.toBoard = (bytes) => {
      if (requestEndedBy(bytes) === undefined) return [bytes];
      held.push(bytes);
      passDeadlines();
      return [];
    };
  };

  it.each(Object.keys(WORK))('%s: executed once when its answer comes too late', async (name) => {
    const work = WORK[name]!;
    const { ended } = await unanswered(work, keepAnswer);
    expect(ended.outcome).toBe(work.command === 'get_sensitivity' ? 'not-executed' : 'unknown');
    line.leave();
    const settlement = await client.settle(limits);
    for (const record of held) line.deliver(record);
    expectTrue(settlement, work, true, name);
    expect(comparable(await stateNow())).toEqual(comparable(clean[name]!.state));
  });

  it.each(Object.keys(WORK))(
    '%s: executed once when it comes to the board too late, before the next session',
    async (name) => {
      const work = WORK[name]!;
      await unanswered(work, keepLastUnit);
      line.leave();
      for (const bytes of held) await line.send(bytes);
      expectTrue(await client.settle(limits), work, true, name);
      expect(comparable(await stateNow())).toEqual(comparable(clean[name]!.state));
    },
  );

  it.each(Object.keys(WORK))(
    '%s: never executed when it comes to the board in the next session',
    async (name) => {
      const work = WORK[name]!;
      const { before } = await unanswered(work, keepLastUnit);
      line.leave();
      expectTrue(await client.settle(limits), work, false, name);
      for (const bytes of held) await line.send(bytes);
      expect(await stateNow()).toEqual(before);
    },
  );
});

describe('a reset between a request and its answer', () => {
  it.each(Object.keys(WORK))('%s: told as a reset, and lost when it was executed', async (name) => {
    const work = WORK[name]!;
    const { before, ended } = await unanswered(work, () => {
      let isAsked = false;
      keepAnswersToNext(() => {
        if (!isAsked) void resetBoard();
        isAsked = true;
      });
    });
    line.leave();
    expect(ended.code).toBe('BOARD_RESET_IN_SESSION');
    const settlement = await client.settle(limits);
    expect(settlement.bootedAgain).toBe(true);
    const { dumps, erases, ...learned } = await stateNow();
    expect({ dumps: dumps - before.dumps, erases: erases - before.erases }).toEqual({
      dumps: clean[name]!.state.dumps,
      erases: clean[name]!.state.erases,
    });
    expect(learned).toEqual(comparable(rebooted));
    expect(settlement.requests.map(({ outcome }) => outcome)).toEqual(lostBy(work, before, 'executed'));
  });

  it.each(Object.keys(WORK))(
    '%s: told as a reset, and not executed when half of it was there',
    async (name) => {
      const work = WORK[name]!;
      const { before, ended } = await unanswered(work, () => {
        line.toBoard = (bytes) => {
          if (requestEndedBy(bytes) === undefined) return [bytes];
          line.toBoard = () => []; // the reset may take longer than the wait before a repetition
          setImmediate(() => void resetBoard());
          return [bytes.subarray(0, bytes.length >> 1)];
        };
      });
      line.leave();
      expect(ended.code).toBe('BOARD_RESET_IN_SESSION');
      const settlement = await client.settle(limits);
      expect(settlement.bootedAgain).toBe(true);
      const { dumps, erases, ...learned } = await stateNow();
      expect({ dumps, erases }).toEqual({ dumps: before.dumps, erases: before.erases });
      expect(learned).toEqual(comparable(rebooted));
      expect(settlement.requests.map(({ outcome }) => outcome)).toEqual(lostBy(work, before, 'no-effect'));
    },
  );

  /** A reset takes what was in RAM, not a dump, and nothing from a board that had nothing. */
  function lostBy({ command }: Work, before: State, dump: string): string[] {
    if (command === 'get_sensitivity') return [];
    if (command === 'store_dump') return [dump];
    return [before.digest === rebooted.digest ? 'no-effect' : 'state-lost'];
  }
});

/** Where a board is, without what its flash has gone through. */
function comparable({ learnCounter, digest, sensitivity }: State): Omit<State, 'dumps' | 'erases'> {
  return { learnCounter, digest, sensitivity };
}
