import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { createLibrary, Emulator, generateLibrary } from '../../src/engine/index.ts';
import { attach } from '../../src/host/attach.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { startVirtualSlot } from '../../src/host/virtual-slot.ts';
import { dumpToStore, listStore, loadFromStore } from '../../src/protocol/knowledge-store.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { FAMILIES } from '../../src/virtual/families/registry.ts';

const AXES = 3;
const SAMPLES = 64;
const LEARNED = 24;
const DETECTED = 12;

const folder = mkdtempSync(join(tmpdir(), 'neai-nine-boards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: AXES,
    bufferSize: SAMPLES,
    pipeline: [{ transform: 'time_stats', params: {} }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f800000', width: '40000000' },
    detectFloor: 20,
    minimumLearningIterations: 20,
  },
  null,
);
const plan = generateLibrary(library, {
  kernelSources: (path) => readFileSync(resolve(import.meta.dirname, '../../src/engine', path), 'utf8'),
});

/** Signals of a machine that turns, with noise; every third one is another machine's. */
function signals(count: number, seed: number): Float32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, line) =>
    Float32Array.from({ length: AXES * SAMPLES }, (_v, i) => {
      const turn = Math.sin(Math.floor(i / AXES) * (line % 3 === 2 ? 1.7 : 0.4) + line);
      return Math.fround(turn + 0.1 * random.unit() + (i % AXES));
    }),
  );
}

const boards = listBoards()
  .map((id) => loadBoard(id))
  .filter(({ family }) => family in FAMILIES);

describe.each(boards.map((board) => [board.id, board] as const))('the virtual %s', (_id, board) => {
  it('is flashed by OpenOCD, learns and detects like the emulator, and keeps what it has stored', async () => {
    const shape = { axes: AXES, bufferSize: SAMPLES };
    const built = await buildFirmware(plan, { board, shape, outDir: join(folder, board.id) });
    const virtual = await startVirtualSlot(board);
    const session = await attach(virtual.slot);
    try {
      await session.flash(built.elf);
      // OpenOCD sets clocks of its own while it flashes, not always by the book; the firmware has to.
      await askControl(virtual.slot.control!, { do: 'complaints', clear: true });
      const client = await session.connect();
      const { hello } = client;
      expect(hello).toMatchObject({
        boardId: board.id,
        libraryId: library.id,
        coreClockHz: board.clock.coreHz,
        knowledgeAddress: built.neai.address,
        knowledgeBytes: built.neai.bytes,
        axes: AXES,
        bufferSize: SAMPLES,
      });
      expect(hello.deviceId & 0xfff).toBe(board.identity.deviceId);
      expect(Buffer.from(hello.firmwareHash).toString('hex')).toBe(built.buildId);

      const emulator = new Emulator(library);
      expect((await client.call('initialize', {})).code).toBe(emulator.initialize());
      for (const signal of signals(LEARNED, 1)) {
        const code = emulator.learn(signal);
        expect(await client.call('learn', { signal })).toMatchObject({
          code,
          learnCounter: emulator.learnCounter,
          digest: emulator.digest(),
        });
      }
      const scores = new Set<number>();
      for (const signal of signals(DETECTED, 2)) {
        const similarityOrCode = emulator.detect(signal);
        scores.add(similarityOrCode);
        expect(await client.call('detect', { signal })).toMatchObject({
          similarityOrCode,
          digest: emulator.digest(),
        });
      }
      expect(scores.size).toBeGreaterThan(1);

      // Between two requests the core sleeps, and its own time goes on.
      const time = () => askControl(virtual.slot.control!, { do: 'time' });
      const spent = async (name: string) => Number((await time())[name]) - Number(atRest[name]);
      const atRest = await time();
      await expect.poll(() => spent('virtualSeconds'), { timeout: 20_000 }).toBeGreaterThan(0.1);
      expect(await spent('instructions')).toBeLessThan(5_000);

      const { slot: number } = await dumpToStore(client);
      const digest = emulator.digest();
      expect(await client.reset()).toMatchObject({ resetCause: 'software' });
      await client.call('initialize', {});
      expect(await loadFromStore(client)).toMatchObject({ digest, learnCounter: LEARNED });
      expect((await listStore(client))[number]).toMatchObject({ state: 'valid', isNewest: true });

      // One byte in the middle of a signal arrives with a bit turned: it is asked for again.
      await askControl(virtual.slot.control!, {
        ...{ do: 'serial-fault', direction: 'to-board', kind: 'flip', offset: 200, count: 1 },
      });
      const [signal] = signals(1, 3);
      expect(await client.call('detect', { signal: signal! })).toMatchObject({
        similarityOrCode: emulator.detect(signal!),
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
