import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDispatch } from './build.ts';
import { longCases, numericCase, portfolioCases } from './cases.ts';
import { differences, hostPlayer, planBatches } from './play.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-parity-'));
  program = await buildDispatch({ core: 'host', outDir: join(folder, 'host') });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the emulator and the C kernels on this computer', () => {
  test('answer with the same bits after every call, over the whole portfolio', async () => {
    const batches = planBatches(portfolioCases(20261120, 90));
    expect(await differences(batches, hostPlayer(program))).toEqual([]);
  });

  test('agree on logarithms, roots and limits, the integer square root included', async () => {
    expect(await differences(planBatches([numericCase(7)]), hostPlayer(program))).toEqual([]);
  });
});

describe('the C kernels', () => {
  test('keep the same bits beyond the cap of the learn count', async () => {
    expect(await differences(planBatches(longCases(5)), hostPlayer(program))).toEqual([]);
  });

  test('read and write nothing but what is theirs, and do nothing that C leaves undefined', async () => {
    const sanitized = await buildDispatch({
      core: 'host',
      outDir: join(folder, 'sanitized'),
      extraFlags: [
        '-O1',
        '-fsanitize=address,undefined,float-cast-overflow,float-divide-by-zero',
        '-fno-sanitize-recover=all',
      ],
    });
    const batches = planBatches([...portfolioCases(77, 40), numericCase(8)]);
    expect(await differences(batches, hostPlayer(sanitized))).toEqual([]);
  });
});

describe('a planted fused multiply-add', () => {
  test('is found by the same cases', async (context) => {
    const fused = await canFuse();
    context.skip(!fused, 'this computer has no fused multiply-add');
    const planted = await buildDispatch({
      core: 'host',
      outDir: join(folder, 'planted'),
      extraFlags: ['-std=gnu11', '-ffp-contract=fast', '-mfma'],
    });
    const batches = planBatches(portfolioCases(20261120, 40));
    const found = await differences(batches, hostPlayer(planted));
    expect(found.length).toBeGreaterThan(batches.flat().length / 2);
  });
});

async function canFuse(): Promise<boolean> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /\bfma\b/.test(info);
}
