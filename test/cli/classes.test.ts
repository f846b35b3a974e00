import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf } from '../../src/cli/compare-classes.ts';
import { generateMotor } from '../../src/studio/motor.ts';
import { type NeaiResult, runNeai } from './run-neai.ts';

const STATES = ['running', 'imbalance', 'bearing', 'looseness'] as const;
const LINES = 48;
const DEADLINE_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'neai-classes-cli-'));
const classes = (): string[] => STATES.flatMap((name) => ['--class', `${name}=${name}.csv`]);

let searched: NeaiResult;

beforeAll(async () => {
  const motor = generateMotor({ seed: 4, regularLines: LINES, abnormalLines: 3 * LINES, bufferSize: 64 });
  const files = [motor.regular, ...[0, 1, 2].map((k) => motor.abnormal.filter((_, i) => i % 3 === k))];
  STATES.forEach((name, c) => {
    writeFileSync(join(folder, `${name}.csv`), `${files[c]!.join('\n')}\n`);
  });
  searched = await runNeai(
    folder,
    ...['search-classes', ...classes(), '--axes', '3', '--evaluations', '24', '--out', 'lib', '--json'],
  );
}, DEADLINE_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('another id, one bit of one probability, or a missing one is a difference', () => {
  const answer = (code: number, ...words: number[]) => ({ code, words: Uint32Array.from(words) });
  const questions = [1, 2, 3, 4].map((line) => ({ file: 'f', line }));
  const emulator = questions.map(() => answer(1, 0x3f400000, 0x3e800000));
  const board = [
    answer(1, 0x3f400000, 0x3e800000),
    answer(2, 0x3f400000, 0x3e800000),
    answer(1, 0x3f400000, 0x3e800001),
    answer(1, 0x3f400000),
  ];
  expect(differencesOf(questions, emulator, board).map(({ line }) => line)).toEqual([2, 3, 4]);
});

describe('a classifier of the states of a motor', () => {
  test('is found, with figures on lines that the search never saw', () => {
    expect(searched.exitCode, searched.stderr).toBe(0);
    const { scores, split, classes: named } = JSON.parse(searched.stdout);
    expect(named).toEqual(STATES.map((name, i) => ({ id: i + 1, name })));
    expect(split).toMatchObject(STATES.map((name) => ({ name, selected: 36, heldOut: 12 })));
    expect(scores.heldOut.lines).toBe(48);
    expect(scores.heldOut.balancedAccuracy).toBeGreaterThanOrEqual(0.9);
  });

  test(
    'is the same when searched again, by more workers or from half a journal',
    async () => {
      const args = ['--axes', '3', '--evaluations', '24', '--out', 'again', '--json'];
      const text = (name: string): string => readFileSync(join(folder, name, 'library.json'), 'utf8');
      await runNeai(folder, 'search-classes', ...classes(), ...args, '--workers', '3');
      expect(text('again')).toBe(text('lib'));
      const journal = join(folder, 'again/journal.jsonl');
      const lines = readFileSync(journal, 'utf8').split('\n');
      // what a killed process leaves: some evaluations, and a torn line
      writeFileSync(journal, `${lines.slice(0, 10).join('\n')}\n${lines[10]!.slice(0, 30)}`);
      const resumed = await runNeai(folder, 'search-classes', ...classes(), ...args, '--resume');
      expect(resumed.stderr).toContain('gone on from 9 evaluations');
      expect(text('again')).toBe(text('lib'));
      const other = await runNeai(folder, 'search-classes', ...classes(), ...args, '--resume', '--seed', '2');
      expect(JSON.parse(other.stdout).error.code).toBe('SEARCH_RESUME_REFUSED');
    },
    DEADLINE_MS,
  );

  test('has a record and a page, which neai report makes again from the record', async () => {
    const { record, page, id } = JSON.parse(searched.stdout);
    expect([record, page]).toEqual([join(folder, 'lib/search-record.json'), join(folder, 'lib/search.html')]);
    const again = await runNeai(folder, 'report', 'lib', '--out', 'again.html', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ id, classes: STATES });
    expect(readFileSync(join(folder, 'again.html')).equals(readFileSync(page))).toBe(true);
  });

  test('is emulated: ids, names and probabilities that add up to 1', async () => {
    const { stdout, exitCode } = await runNeai(
      folder,
      ...['emulate', 'lib', 'classify', '--file', 'bearing.csv', '--begin', '40', '--end', '44'],
    );
    expect(exitCode).toBe(0);
    const { status, results, classification_summary: summary } = JSON.parse(stdout);
    expect(status).toBe('classification');
    expect(results.map(({ line }: { line: number }) => line)).toEqual([40, 41, 42, 43, 44]);
    for (const { class_id: id, probability, probabilities } of results) {
      expect(probabilities[id - 1]).toBe(probability);
      expect(probabilities.reduce((sum: number, one: number) => sum + one, 0)).toBe(1);
    }
    expect(summary.classes[2]).toEqual({ id: 3, name: 'bearing', signals: 5 });
  });

  test('says what it is, and takes no option that would change nothing', async () => {
    const info = await runNeai(folder, 'emulate', 'lib', 'get_info');
    expect(JSON.parse(info.stdout)).toMatchObject({
      ...{ status: 'info', axes: 3, buffer_size: 64 },
      classes: STATES.map((name, i) => ({ id: i + 1, name })),
    });
    const asked = ['emulate', 'lib', 'NanoEdgeAI_classifier', '--file', 'bearing.csv', '--confirm', 'mean:5'];
    const { exitCode, stdout, stderr } = await runNeai(folder, ...asked);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--confirm');
  });

  test('is searched with a warning where classes share signals, and not at all under a name that no library takes', async () => {
    const search = ['search-classes', '--axes', '3', '--evaluations', '2', '--no-page', '--out', 'shared'];
    const twice = [...classes(), '--class', 'again=bearing.csv'];
    const { exitCode, stderr } = await runNeai(folder, ...search, ...twice);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining(`bearing and again share signals: ${LINES} are in both`),
    ]);
    const refused = await runNeai(folder, ...search, ...classes(), '--class', 'wärme=bearing.csv');
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('up to 32 letters');
  });

  test('is refused where something is to learn', async () => {
    const { exitCode, stderr, stdout } = await runNeai(
      folder,
      'emulate',
      'lib',
      'learn',
      '--file',
      'bearing.csv',
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('classification');
  });

  test(
    'is searched, listed, fetched and emulated as a project',
    async () => {
      const neai = async (...args: string[]) => {
        const { exitCode, stdout } = await runNeai(folder, ...args, '--json');
        return { exitCode, document: JSON.parse(stdout) };
      };
      const create = ['--name', 'Motor', '--core', 'cortex-m4', '--sensor', 'accelerometer', '--axes', '3'];
      await neai('project', 'create', 'P', ...create, '--kind', 'classification', '--max-ram', '6000');
      const alone = await neai('search', '--project', 'P');
      expect(alone.document.error).toMatchObject({ code: 'PROJECT_FILE_INVALID' });
      const { document: added } = await neai('project', 'add', 'P', ...classes());
      expect(added.classes).toEqual(STATES.map((name) => ({ name, files: [`../${name}.csv`] })));
      const shown = await runNeai(folder, 'project', 'show', 'P');
      expect(shown.stdout).toContain('  classification for cortex-m4');
      expect(shown.stdout).toContain('  bearing:\n    ../bearing.csv\n');

      const { document: found, exitCode } = await neai('search', '--project', 'P', '--evaluations', '24');
      expect(exitCode).toBe(0);
      expect(found).toMatchObject({ benchmark: 1, kind: 'classification', evaluations: 24 });
      // the limit does not bind: the same library as without a project
      expect(found.id).toBe(JSON.parse(searched.stdout).id);
      expect(found.measured.ramBytes).toBeLessThanOrEqual(6000);
      const { heldOut } = found.scores;
      expect((await neai('project', 'benchmarks', 'P')).document.benchmarks).toMatchObject([
        {
          number: 1,
          files: [{ class: 'running', path: '../running.csv' }, {}, {}, {}],
          result: {
            complete: true,
            libraryId: found.id,
            ramBytes: found.measured.ramBytes,
            minimumLearningIterations: null,
            heldOut: { balancedAccuracy: heldOut.balancedAccuracy },
          },
        },
      ]);
      expect((await runNeai(folder, 'project', 'libraries', 'P')).stdout).toMatch(/classification$/m);
      const { document: fetched } = await neai('project', 'fetch', 'P', '1', '--out', 'fetched');
      expect(fetched.id).toBe(found.id);
      const lines = ['--file', 'bearing.csv', '--begin', '40', '--end', '41'];
      const emulated = await runNeai(folder, 'emulate', '--project', 'P', 'classify', ...lines);
      expect(JSON.parse(emulated.stdout)).toMatchObject({ status: 'classification', version: found.id });
    },
    DEADLINE_MS,
  );

  test(
    'and what belongs to the other kind of project is refused, and nothing written',
    async () => {
      const neai = async (...args: string[]) => {
        const { exitCode, stdout } = await runNeai(folder, ...args, '--json');
        return [exitCode, JSON.parse(stdout).error?.code];
      };
      const create = ['--name', 'M', '--core', 'cortex-m0', '--sensor', 's', '--axes', '3'];
      for (const kind of ['classification', 'anomaly-detection']) {
        await runNeai(folder, 'project', 'create', kind, ...create, '--kind', kind);
      }
      const file = join(folder, 'classification/neai-project.yaml');
      const before = readFileSync(file, 'utf8');
      const couple = ['--couple', 'c', '--regular', 'running.csv'];
      expect(await neai('project', 'add', 'classification', ...couple)).toEqual([2, 'PROJECT_KIND']);
      expect(await neai('project', 'add', 'anomaly-detection', ...classes())).toEqual([2, 'PROJECT_KIND']);
      expect(await neai('project', 'add', 'classification', ...couple, ...classes())).toEqual([2, 'USAGE']);
      expect(readFileSync(file, 'utf8')).toBe(before);
      writeFileSync(
        file,
        before.replace('classes: []', 'couples:\n  - name: c\n    regular: [../running.csv]'),
      );
      expect(await neai('project', 'show', 'classification')).toEqual([2, 'PROJECT_FILE_INVALID']);
    },
    DEADLINE_MS,
  );

  test(
    'compiles into a bundle whose example, headers and emulator a user can compile and run',
    async () => {
      const built = await runNeai(folder, 'build', 'lib', '--core', 'host', '--out', 'bundle', '--json');
      expect(built.exitCode, built.stderr).toBe(0);
      const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];
      const cwd = join(folder, 'bundle');
      await execa(
        'gcc',
        ['-std=c11', ...strict, '-I.', 'example/main.c', 'libneai.a', '-lm', '-o', 'example.out'],
        { cwd },
      );
      // the emulator of the bundle is one file that needs nothing beside it
      const lines = ['--file', '../bearing.csv', '--begin', '40', '--end', '41'];
      const alone = await execa(process.execPath, ['emulator.mjs', 'classify', ...lines], { cwd });
      const { results } = JSON.parse(alone.stdout);
      expect(results.map(({ class_name: name }: { class_name: string }) => name)).toEqual([
        'bearing',
        'bearing',
      ]);
      await execa('g++', ['-std=c++17', ...strict, '-fsyntax-only', '-x', 'c++', 'NanoEdgeAI.hpp'], { cwd });
    },
    DEADLINE_MS,
  );

  test(
    'gives the same bits on a virtual board',
    async () => {
      const lines = STATES.flatMap((name) => ['--class', `${name}=${name}.csv:35-48`]);
      const { stdout, stderr, exitCode } = await runNeai(
        folder,
        ...['compare-classes', 'lib', ...lines, '--board', 'nucleo-l432kc', '--json'],
      );
      expect(exitCode, stderr).toBe(0);
      const document = JSON.parse(stdout);
      expect(document).toMatchObject({
        equivalence: 'PASS',
        signals: 56,
        mismatches: 0,
        judged: 48,
        evidence: { kind: 'virtual' },
        perCall: { unit: 'instructions' },
      });
      // the board's figure is the one that the search promised for the same lines
      const { scores } = JSON.parse(searched.stdout);
      expect(document.balancedAccuracy).toBe(scores.heldOut.balancedAccuracy);
    },
    DEADLINE_MS,
  );
});
