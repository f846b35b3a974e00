import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLibrary, Emulator, generateLibrary } from '../../src/engine/index.ts';
import { compile } from '../../src/host/compile.ts';
import { Client } from '../../src/protocol/client.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { HostCore } from '../firmware-core/host-core.ts';

/** A machine that others have modelled, and the board of ours that has its core. */
const WITNESSES = [
  { machine: 'netduinoplus2', board: 'nucleo-f401re' },
  { machine: 'stm32vldiscovery', board: 'nucleo-f103rb' },
  { machine: 'microbit', board: 'nucleo-f072rb' },
];
const AXES = 3;
const SAMPLES = 64;
const LEARNED = 24;
const DETECTED = 12;

const folder = mkdtempSync(join(tmpdir(), 'neai-witness-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

/** Builds the firmware of a board, or the same with the hardware of a witness in its place. */
function build(board: string, machine?: string): Promise<string> {
  const variables = {
    NEAI_BOARD: board,
    NEAI_LONGEST_CALL_MS: 5000,
    ...(machine && { NEAI_WITNESS: machine }),
  };
  return compile(join(folder, machine ?? board), { plan, cross: true, variables });
}

/** Hash of every object file of the library and of the firmware's core, by name. */
function objectsOf(build: string): Record<string, string> {
  const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')) as {
    command: string;
    file: string;
  }[];
  const shipped = commands.filter(({ file }) => /\/(firmware\/core|library\/sources)\/[^/]+\.c$/.test(file));
  return Object.fromEntries(
    shipped.map(({ command, file }) => [
      file.split('/').slice(-2).join('/'),
      createHash('sha256')
        .update(readFileSync(join(build, / -o (\S+)/.exec(command)![1]!)))
        .digest('hex'),
    ]),
  );
}

/** Signals of a machine that turns, with noise; every third one detected is another machine. */
function signals(count: number, seed: number): Float32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, line) =>
    Float32Array.from({ length: AXES * SAMPLES }, (_v, i) => {
      const turn = Math.sin(Math.floor(i / AXES) * (line % 3 === 2 ? 1.7 : 0.4) + line);
      return Math.fround(turn + 0.1 * random.unit() + (i % AXES));
    }),
  );
}

describe.each(WITNESSES)('$machine, a machine of QEMU', ({ machine, board }) => {
  it(`runs the objects that ${board} is shipped with, and gives the emulator's bits`, async () => {
    const [shipped, witness] = [await build(board), await build(board, machine)];
    const objects = objectsOf(shipped);
    expect(Object.keys(objects)).toEqual(
      expect.arrayContaining(['core/frame.c', 'core/cbor.c', 'core/commands.c', 'core/session.c']),
    );
    expect(objectsOf(witness)).toEqual(objects);

    const elf = join(witness, 'firmware.elf');
    const args = ['-M', machine, '-kernel', elf, '-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
    const core = new HostCore('qemu-system-arm', {}, args);
    const client = new Client({ transport: core });
    try {
      const hello = await client.open();
      expect(hello).toMatchObject({ boardId: `witness-${machine}`, libraryId: library.id, axes: AXES });
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
      const scores: number[] = [];
      for (const signal of signals(DETECTED, 2)) {
        const answer = await client.call('detect', { signal });
        scores.push(answer.similarityOrCode);
        expect(answer).toMatchObject({
          similarityOrCode: emulator.detect(signal),
          digest: emulator.digest(),
        });
      }
      expect(new Set(scores).size).toBeGreaterThan(1);
    } finally {
      core.kill();
      await client.close();
    }
  }, 120_000);
});
