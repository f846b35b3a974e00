import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FirmwareCache } from '../../harness/broker/firmware-cache.ts';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import { sectorsOf } from '../../src/boards/schema.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { Emulator } from '../../src/engine/index.ts';
import { attach } from '../../src/host/attach.ts';
import { readElf } from '../../src/host/elf.ts';
import { startVirtualSlot } from '../../src/host/virtual-slot.ts';
import { dumpToStore, listStore, loadFromStore } from '../../src/protocol/knowledge-store.ts';
import { RAISED_BAUDS, raiseBaud } from '../../src/protocol/raise-baud.ts';
import { readStackUse } from '../../src/protocol/stack-use.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';

/** The one library that every board runs: 3 × 64, small enough for the smallest. */
const FIXTURE = resolve(import.meta.dirname, '../../scenarios/fixtures/gearbox-3x64');
const LEARNED = 20;
const DETECTED = 5;

const library = await loadLibrary(FIXTURE);
const signalsOf = (file: string): Float32Array[] =>
  readFileSync(join(FIXTURE, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Float32Array.from(line.split(' '), Number));
const regular = signalsOf('regular.csv');
const abnormal = signalsOf('abnormal.csv');
const detected = [...regular.slice(LEARNED, LEARNED + DETECTED), ...abnormal.slice(0, DETECTED)];

/** What each board answered, call by call: counters, digests, similarities. */
const bits = new Map<string, number[]>();

const boards = listBoards().map((id) => loadBoard(id));

describe.each(boards.map((board) => [board.id, board] as const))('the virtual %s', (_id, board) => {
  it('is flashed by OpenOCD, learns and detects like the emulator, and keeps what it has stored', async () => {
    const built = await new FirmwareCache(AbortSignal.timeout(120_000)).get(library, board.id);
    const virtual = await startVirtualSlot(board);
    const session = await attach(virtual.slot);
    try {
      await session.flash(built.elf);
      // OpenOCD sets clocks of its own while it flashes, not always by the book; the firmware has to.
      await askControl(virtual.slot.control!, { do: 'complaints', clear: true });
      const client = await session.connect();
      const { hello } = client;
      const knowledge = readElf(readFileSync(built.elf), built.elf).sections.find(
        ({ name }) => name === '.neai',
      )!;
      expect(hello).toMatchObject({
        boardId: board.id,
        libraryId: library.id,
        coreClockHz: board.clock.coreHz,
        knowledgeAddress: knowledge.address,
        knowledgeBytes: knowledge.bytes,
        axes: library.axes,
        bufferSize: library.bufferSize,
      });
      expect(hello.deviceId & 0xfff).toBe(board.identity.deviceId);
      // A dump erases: the board's longest call, by which its host waits, covers the slowest erase of the store.
      const inStore = sectorsOf(board.flash).find(
        ({ address }) => address === board.knowledgeStore!.address,
      )!;
      expect(hello.longestCallMs).toBeGreaterThan(inStore.eraseMaxMs);
      expect(Buffer.from(hello.firmwareHash).toString('hex')).toBe(built.buildId);

      const emulator = new Emulator(library);
      const answers: number[] = [];
      expect((await client.call('initialize', {})).code).toBe(emulator.initialize());
      for (const signal of regular.slice(0, LEARNED)) {
        const code = emulator.learn(signal);
        const answer = await client.call('learn', { signal });
        answers.push(answer.code, answer.learnCounter, answer.digest);
        expect(answer).toMatchObject({
          code,
          learnCounter: emulator.learnCounter,
          digest: emulator.digest(),
        });
      }
      for (const signal of detected) {
        const similarityOrCode = emulator.detect(signal);
        const answer = await client.call('detect', { signal });
        answers.push(answer.similarityOrCode, answer.digest);
        expect(answer).toMatchObject({ similarityOrCode, digest: emulator.digest() });
      }
      bits.set(board.id, answers);

      // Between two requests the core sleeps, and its own time goes on.
      const time = () => askControl(virtual.slot.control!, { do: 'time' });
      const spent = async (name: string) => Number((await time())[name]) - Number(atRest[name]);
      const atRest = await time();
      await expect.poll(() => spent('virtualSeconds'), { timeout: 20_000 }).toBeGreaterThan(0.1);
      expect(await spent('instructions')).toBeLessThan(5_000);

      const stack = Object.fromEntries((await readStackUse(client)).map((use) => [use.call, use]));
      for (const call of ['initialize', 'learn', 'detect']) {
        expect(stack[call]!.libraryBytes, call).toBeGreaterThan(0);
        expect(stack[call]!.stackBytes, call).toBeLessThan(board.ram.stackBytes);
      }

      const { slot: number } = await dumpToStore(client);
      const digest = emulator.digest();
      expect(await client.reset()).toMatchObject({ resetCause: 'software' });
      await client.call('initialize', {});
      expect(await loadFromStore(client)).toMatchObject({ digest, learnCounter: LEARNED });
      expect((await listStore(client))[number]).toMatchObject({ state: 'valid', isNewest: true, erases: 1 });

      // Its clock makes every rate within 1 %, and the line carries them.
      expect(await raiseBaud(client)).toBe(RAISED_BAUDS.at(-1));

      // One byte in the middle of a signal arrives with a bit turned: it is asked for again.
      await askControl(virtual.slot.control!, {
        ...{ do: 'serial-fault', direction: 'to-board', kind: 'flip', offset: 200, count: 1 },
      });
      const signal = abnormal.at(-1)!;
      expect(await client.call('detect', { signal })).toMatchObject({
        similarityOrCode: emulator.detect(signal),
        digest: emulator.digest(),
      });
      expect(await askControl(virtual.slot.control!, { do: 'time' })).toMatchObject({
        faultsApplied: { toBoard: 1, toHost: 0 },
      });

      const complained = await askControl(virtual.slot.control!, { do: 'complaints' });
      expect((complained['complaints'] as { kind: string }[]).filter(({ kind }) => kind !== 'note')).toEqual(
        [],
      );
    } finally {
      await session.close();
      await virtual.close();
    }
  }, 240_000);
});

it('all boards give identical bits for the same library', () => {
  expect([...bits.keys()]).toEqual(boards.map(({ id }) => id));
  expect(boards.length).toBeGreaterThanOrEqual(9);
  const [first, ...others] = [...bits.values()];
  for (const other of others) expect(other).toEqual(first);
  // Regular and abnormal signals are told apart, so that there is something to be identical in.
  expect(new Set(first!.slice(3 * LEARNED)).size).toBeGreaterThan(3);
});
