import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOTOR_AXES, writeMotors } from '../studio/motor-files.ts';
import { MAIN, runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-project-'));
  await writeMotors(folder, { one: 1, two: 2 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const neai = (...args: string[]) => runNeai(folder, ...args);
const json = async (...args: string[]) => {
  const { stdout, exitCode, stderr } = await neai(...args, '--json');
  expect([exitCode, stderr.replace(/^(search|.*\.csv: ).*\n?/gm, '')]).toEqual([0, '']);
  return JSON.parse(stdout);
};
const CREATE = ['--name', 'Pumps', '--core', 'cortex-m4', '--sensor', 'accelerometer'];
const addCouple = (project: string, name: string) =>
  json(
    ...['project', 'add', project, '--couple', `pump ${name}`],
    ...['--regular', `${name}-regular.csv`, '--abnormal', `${name}-abnormal.csv`],
  );

describe('neai project', () => {
  it('goes from files to archived libraries: create, add, search, list, fetch, emulate', async () => {
    await json('project', 'create', 'P', ...CREATE, '--axes', String(MOTOR_AXES), '--owner', 'Maintenance');
    await addCouple('P', 'one');
    const shown = await addCouple('P', 'two');
    expect(shown).toMatchObject({
      name: 'Pumps',
      owner: 'Maintenance',
      target: { core: 'cortex-m4' },
      sensor: { type: 'accelerometer', axes: MOTOR_AXES },
      couples: [
        { name: 'pump one', regular: ['../one-regular.csv'], abnormal: ['../one-abnormal.csv'] },
        { name: 'pump two', regular: ['../two-regular.csv'], abnormal: ['../two-abnormal.csv'] },
      ],
    });

    const search = ['search', '--project', 'P', '--evaluations'];
    const first = await json(...search, '10');
    expect(first).toMatchObject({ benchmark: 1, evaluations: 10 });
    expect(first.scores.couples.map(({ name }: { name: string }) => name)).toEqual(['pump one', 'pump two']);
    const worst = Math.min(
      ...first.scores.couples.map(
        (c: { heldOut: { balancedAccuracy: number } }) => c.heldOut.balancedAccuracy,
      ),
    );
    expect(first.scores.heldOut.balancedAccuracy).toBe(worst);
    await appendFile(join(folder, 'two-regular.csv'), readFileSync(join(folder, 'one-regular.csv')));
    const second = await neai(...search, '8', '--seed', '3', '--json');
    expect(second.stderr).toContain('two-regular.csv has changed since benchmark 1');
    const { id } = JSON.parse(second.stdout);

    const { benchmarks } = await json('project', 'benchmarks', 'P');
    expect(benchmarks).toMatchObject([
      { number: 1, options: { evaluations: 10, seed: 1 }, result: { complete: true, libraryId: first.id } },
      { number: 2, options: { evaluations: 8, seed: 3 }, result: { complete: true, libraryId: id } },
    ]);
    expect(benchmarks[0].startedAt < benchmarks[0].endedAt).toBe(true);
    expect(benchmarks[1].files[2].path).toBe('../two-regular.csv');
    const { libraries } = await json('project', 'libraries', 'P');
    expect(libraries.map((one: { benchmark: number }) => one.benchmark)).toEqual([1, 2]);

    const fetched = await json('project', 'fetch', 'P', '1', '--out', 'again');
    expect(fetched).toMatchObject({ benchmark: 1, id: first.id });
    expect(await readFile(join(folder, 'again/library.json'))).toEqual(
      await readFile(join(folder, 'P/benchmarks/1/library.json')),
    );
    const emulated = await neai('emulate', '--project', 'P', '--benchmark', '1', 'initialize');
    expect(JSON.parse(emulated.stdout)).toMatchObject({ status: 'initialization', version: first.id });

    const unknown = await neai('project', 'fetch', 'P', '7', '--out', 'x', '--json');
    expect(JSON.parse(unknown.stdout).error.code).toBe('BENCHMARK_UNKNOWN');
    const stray = await neai(...search, '8', '--axes', '3');
    expect([stray.exitCode, stray.stderr]).toEqual([2, expect.stringContaining('--axes')]);
  });

  it('judges the files by the sampling frequency that it says', async () => {
    const axes = String(MOTOR_AXES);
    await json('project', 'create', 'F', ...CREATE, '--axes', axes, '--sampling-frequency', '1600');
    await addCouple('F', 'one');
    const { sampling } = await json('project', 'show', 'F');
    expect(sampling).toMatchObject([
      { path: '../one-regular.csv', sampling: { samplingFrequencyHz: 1600, signalLengthSeconds: 0.02 } },
      { path: '../one-abnormal.csv', sampling: { nyquistHz: 800 } },
    ]);
    // 32 samples at 1600 Hz hold half a turn of a motor of 25 Hz
    expect((await neai('project', 'show', 'F')).stderr).toContain('buffer too short');
  });

  it('points at the line and column of what a project file cannot mean', async () => {
    await json('project', 'create', 'Q', ...CREATE, '--axes', '3');
    const file = join(folder, 'Q/neai-project.yaml');
    const good = await readFile(file, 'utf8');
    const refusal = async (from: string, to: string) => {
      await writeFile(file, good.replace(from, to));
      const { stdout, exitCode } = await neai('project', 'show', 'Q', '--json');
      expect(exitCode).toBe(2);
      return JSON.parse(stdout).error;
    };
    const lineOf = (text: string): number => good.split('\n').findIndex((line) => line.includes(text)) + 1;
    expect(await refusal('axes: 3', 'axes: three')).toMatchObject({
      code: 'PROJECT_FILE_INVALID',
      file: 'Q/neai-project.yaml',
      line: lineOf('axes'),
      column: 9,
    });
    expect(await refusal('core: cortex-m4', 'core: cortex-m5')).toMatchObject({
      line: lineOf('core'),
      column: 9,
      asked: expect.stringContaining('cortex-m4'),
    });
    expect((await refusal('type:', 'kind:')).line).toBe(lineOf('type'));
    const couples = 'couples:\n  - name: a\n    regular:\n      - ../one-regular.csv\n      - none.csv\n';
    expect(await refusal('couples: []', couples)).toMatchObject({
      message: 'cannot read the signal file none.csv',
      line: lineOf('couples: []') + 4,
      column: 9,
    });
    expect((await neai('project', 'create', 'Q', ...CREATE, '--axes', '3')).stderr).toContain(
      'PROJECT_EXISTS',
    );
  });

  it('can be tried while its search runs; a second process is refused and told who the first is', async () => {
    await json('project', 'create', 'R', ...CREATE, '--axes', String(MOTOR_AXES));
    // long enough that it does not end by itself
    await writeMotors(folder, { long: 5 }, { regularLines: 400, abnormalLines: 200, bufferSize: 256 });
    await addCouple('R', 'long');
    const search = execa(process.execPath, [MAIN, 'search', '--project', 'R', '--evaluations', '100000'], {
      cwd: folder,
      reject: false,
    });
    try {
      const best = join(folder, 'R/benchmarks/1/best-so-far.json');
      await until(() => readFileSync(best, 'utf8').length > 0);
      const emulated = await neai('emulate', '--project', 'R', '--benchmark', '1', 'initialize');
      expect(JSON.parse(emulated.stdout).version).toMatch(/^[0-9a-f]{24}$/);
      const second = await neai('search', '--project', 'R', '--json');
      expect(second.exitCode).toBe(2);
      expect(JSON.parse(second.stdout).error).toMatchObject({
        code: 'PROJECT_BUSY',
        got: expect.stringMatching(
          new RegExp(`^process ${search.pid}, neai search --project R, since \\d{4}-\\d\\d-\\d\\dT`),
        ),
      });
    } finally {
      search.kill('SIGINT');
      expect((await search).exitCode).toBe(130);
    }
    const { benchmarks } = await json('project', 'benchmarks', 'R');
    expect(benchmarks).toMatchObject([{ number: 1, result: { complete: false } }]);
    const other = await neai('search', '--project', 'R', '--resume', '--evaluations', '5', '--json');
    expect(JSON.parse(other.stdout).error.code).toBe('SEARCH_RESUME_REFUSED');
  });
});

/** Waits until a condition holds; what it throws counts as not yet. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      if (holds()) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
