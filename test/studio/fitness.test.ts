import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateMotor, MOTOR_AXES } from '../../src/studio/motor.ts';
import { runSearch } from '../../src/studio/run-search.ts';
import { datasetPaths } from '../support/datasets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-fitness-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a library found', () => {
  it('is fit for the generated motor on lines that the search never saw', async () => {
    const motor = generateMotor({ seed: 2, regularLines: 120, abnormalLines: 60, bufferSize: 512 });
    const files = {
      name: 'motor',
      regular: [join(folder, 'regular.csv')],
      abnormal: [join(folder, 'abnormal.csv')],
    };
    await writeFile(files.regular[0]!, motor.regular.join('\n'));
    await writeFile(files.abnormal[0]!, motor.abnormal.join('\n'));
    const { library } = await runSearch({ couples: [files], axes: MOTOR_AXES, evaluations: 60 });
    const { heldOut } = library.search!.scores as {
      heldOut: { balancedAccuracy: number; confidence: number };
    };
    expect(heldOut.balancedAccuracy).toBeGreaterThanOrEqual(0.95);
    expect(heldOut.confidence).toBeGreaterThanOrEqual(0.9);
    expect(library.minimumLearningIterations).toBeLessThanOrEqual(90);
  });

  it.for([
    ['ceiling_fan', 3, 0.97],
    ['room_occupancy_mv', 5, 0.75],
  ] as const)('reaches its goal on held-out lines of %s', async ([name, axes, goal], { skip }) => {
    const paths = datasetPaths(name);
    if ('missing' in paths) return skip(paths.missing);
    const files = { name, regular: [paths.regular], abnormal: [paths.abnormal] };
    const { library } = await runSearch({ couples: [files], axes, evaluations: 40 });
    const { heldOut } = library.search!.scores as { heldOut: { balancedAccuracy: number } };
    expect(heldOut.balancedAccuracy).toBeGreaterThanOrEqual(goal);
  });
});
