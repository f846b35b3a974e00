import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { buildDispatch } from './build.ts';
import { numericCase, portfolioCases } from './cases.ts';
import { classifierCases } from './classifier-cases.ts';
import { differences, inMailboxes, type Player, planBatches } from './play.ts';
import { DEADLINE_MS, LONG, paritySeed } from './tools.ts';
import { vectorCases } from './vectors.ts';

vi.setConfig({ testTimeout: DEADLINE_MS, hookTimeout: DEADLINE_MS });

const CORES: readonly CpuModel[] = ['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33'];
const CALLS_PER_CASE = LONG ? 60 : 20;
/** What the project is built with, and by night every other level as well. */
const LEVELS = LONG ? ['-O0', '-O1', '-O2', '-O3', '-Os'] : ['-O2'];
const DEADLINE_INSTRUCTIONS = 4e9;
/** BKPT immediates of bare-main.c. */
const DONE = 0xab;

/** The dispatching program on a bare core: see bare-main.c for the mailboxes. */
function barePlayer(model: CpuModel, elf: Uint8Array): Player {
  return async (script) => {
    const words = new Uint32Array(1 + script.length);
    words[0] = script.length;
    words.set(script, 1);
    const { output, breakpoint } = runBareCore({
      model,
      elf,
      input: { symbol: 'neai_mailbox_in', bytes: new Uint8Array(words.buffer) },
      output: 'neai_mailbox_out',
      deadlineInstructions: DEADLINE_INSTRUCTIONS,
    });
    expect(breakpoint).toBe(DONE);
    const answer = new Uint32Array(output.slice().buffer);
    return answer.subarray(1, 1 + answer[0]!);
  };
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-parity-arm-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const batches = planBatches([...portfolioCases(paritySeed(4), CALLS_PER_CASE), numericCase(9)]);
const further = inMailboxes([...vectorCases(), ...classifierCases(paritySeed(13))]);

describe.for(CORES)('the emulator and the instructions of %s', (core) => {
  test.for(LEVELS)('answer with the same bits after every call, compiled with %s', async (level) => {
    const outDir = join(folder, `${core}${level}`);
    const program = await readFile(await buildDispatch({ core, outDir, extraFlags: [level] }));
    expect(await differences(batches, barePlayer(core, program))).toEqual([]);
    expect(await differences(further, barePlayer(core, program))).toEqual([]);
  });
});

test('a fused multiply-add planted for cortex-m4 is found', async () => {
  const program = await buildDispatch({
    core: 'cortex-m4',
    outDir: join(folder, 'planted'),
    extraFlags: ['-std=gnu11', '-ffp-contract=fast'],
  });
  const found = await differences(batches, barePlayer('cortex-m4', await readFile(program)));
  expect(found.length).toBeGreaterThan(batches.flat().length / 2);
});
