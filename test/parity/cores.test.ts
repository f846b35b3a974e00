import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { buildDispatch } from './build.ts';
import { numericCase, portfolioCases } from './cases.ts';
import { differences, type Player, planBatches } from './play.ts';

const CORES: readonly CpuModel[] = ['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33'];
/** Soft-float cores need some hundred millions of instructions for the largest batch. */
const DEADLINE_INSTRUCTIONS = 2e9;
/** BKPT immediate of a program that ended as planned (dispatch/bare-main.c). */
const DONE = 0xab;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-parity-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The dispatching program on a bare virtual core. */
const corePlayer =
  (model: CpuModel, elf: Uint8Array): Player =>
  async (script) => {
    const mailbox = new Uint32Array(1 + script.length);
    mailbox[0] = script.length;
    mailbox.set(script, 1);
    const { output, breakpoint } = runBareCore({
      model,
      elf,
      input: { symbol: 'neai_mailbox_in', bytes: new Uint8Array(mailbox.buffer) },
      output: 'neai_mailbox_out',
      deadlineInstructions: DEADLINE_INSTRUCTIONS,
    });
    expect(breakpoint).toBe(DONE);
    const words = new Uint32Array(output.slice().buffer);
    return words.subarray(1, 1 + words[0]!);
  };

async function differencesOn(model: CpuModel, cases: number, extraFlags: readonly string[] = []) {
  const outDir = join(folder, `${model}-${extraFlags.length}`);
  const elf = await readFile(await buildDispatch({ core: model, outDir, extraFlags }));
  const batches = planBatches([...portfolioCases(20261120, cases), numericCase(7)]);
  return { cases: batches.flat().length, found: await differences(batches, corePlayer(model, elf)) };
}

describe('the emulator and the C kernels on virtual cores', () => {
  test.for(CORES)('%s answers with the same bits after every call', async (model) => {
    const { found } = await differencesOn(model, 8);
    expect(found).toEqual([]);
  });

  test('a fused multiply-add planted on cortex-m4 is found', async () => {
    const { cases, found } = await differencesOn('cortex-m4', 8, ['-ffp-contract=fast']);
    expect(found.length).toBeGreaterThan(cases / 2);
  });
});
