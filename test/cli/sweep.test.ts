import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/shared/random.ts';
import { runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-sweep-test-'));
  await writeFile(join(folder, 'regular.csv'), signals(1, 60));
  await writeFile(join(folder, 'abnormal.csv'), signals(4, 40));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lines of 16 samples of two axes. */
function signals(scale: number, lines: number): string {
  const random = seededRandom(scale);
  return Array.from({ length: lines }, () =>
    Array.from({ length: 32 }, () => (scale * random.normal()).toFixed(4)).join(' '),
  ).join('\n');
}
const FILES = ['--regular', 'regular.csv', '--abnormal', 'abnormal.csv', '--axes', '2'];

describe('neai sweep', () => {
  it('tables the indicators of the best library at each rate, and keeps files and libraries', async () => {
    const args = ['--rates', '1,4', '--sampling-frequency', '800', '--evaluations', '4', '--workers', '1'];
    const swept = await runNeai(folder, 'sweep', ...FILES, ...args, '--out', 'kept', '--json');
    expect(swept.exitCode, swept.stderr).toBe(0);
    const { rates } = JSON.parse(swept.stdout);
    expect(rates).toMatchObject([
      { rate: 1, bufferSize: 16, samplingFrequencyHz: 800, signalLengthSeconds: 0.02 },
      { rate: 4, bufferSize: 4, samplingFrequencyHz: 200, signalLengthSeconds: 0.02 },
    ]);
    for (const { crossValidated, heldOut, ramBytes, library, id } of rates) {
      for (const { balancedAccuracy, confidence } of [crossValidated, heldOut]) {
        expect(balancedAccuracy).toBeGreaterThan(0.5);
        expect(confidence).toBeGreaterThanOrEqual(0);
      }
      expect(ramBytes).toBeGreaterThan(0);
      expect(JSON.parse(await readFile(library, 'utf8')).id).toBe(id);
    }
    expect((await readdir(join(folder, 'kept', 'rate-4'))).sort()).toEqual([
      'abnormal-1-abnormal.csv',
      'library.json',
      'regular-1-regular.csv',
    ]);
  });

  it('refuses rates that are none, and files that cannot be searched, naming the rate', async () => {
    expect((await runNeai(folder, 'sweep', ...FILES, '--rates', '1,0')).exitCode).toBe(2);
    const refused = await runNeai(folder, 'sweep', ...FILES.slice(0, -1), '3', '--rates', '1');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('SIGNAL_AXES_MISMATCH');
    expect(refused.stderr).toContain('at rate 1');
  });
});
