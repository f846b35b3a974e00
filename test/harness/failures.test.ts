import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ctrfSchema } from './ctrf-schema.ts';
import { propertiesIn, readJUnit } from './junit.ts';
import { FIXTURES, Project, type RunResult } from './project.ts';

/** What a person sees of scenarios that are wrong, and of a run in which nothing was to run: one run, read in parts. */
const WRONG = `import { expect, test } from 'harness';
test.use({ libraryPath: '${FIXTURES}/motor-1x8' });
test.beforeEach(({ board }) => board.initialize());
test('a signal that is not there', async ({ board, dataset }) => {
  await board.learn(dataset.regular[900]);
});
test('a signal of another length', async ({ board }) => {
  await board.detect([1, 2, 3]);
});
test('a signal of another length, to the emulator', ({ emulator }) => {
  emulator.learn([1, 2, 3]);
});
test('a command that there is not', async ({ board }) => {
  await board.call('nonsense', {});
});
test('a command without its values', async ({ board }) => {
  await board.call('learn', {});
});
test('a load of what was never stored', async ({ board }) => {
  await board.load();
});
test('an anomaly before learning', async ({ board, dataset }) => {
  expect(await board.detect(dataset.regular[0])).toBeAnomalous();
});
test('no normal signal before learning', async ({ board, dataset }) => {
  expect(await board.detect(dataset.regular[0])).not.toBeNominal();
});
test('before initialize the sensitivity is 1 and can be set', async ({ board, emulator }) => {
  await board.reset();
  expect(await board.getStatus()).toEqual(emulator.getStatus());
  expect(await board.getSensitivity()).toBe(1);
  expect(await board.setSensitivity(2)).toBe(2);
  expect(emulator.setSensitivity(2)).toBe(2);
  await board.initialize();
  expect(await board.getSensitivity()).toBe(1);
});
`;
const project = new Project({ 'wrong.scenario.ts': WRONG });
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
let run: RunResult;
beforeAll(async () => {
  run = await project.test();
});
afterAll(() => project.remove());

/** What the terminal shows of one failure, up to the next. */
function shown(title: string): string {
  const [, after = ''] = run.output.split(new RegExp(`^ +\\d+\\) .*› ${title} `, 'm'));
  return after.split(/^ +(?:\d+\) |\d+ (?:failed|passed))/m)[0]!;
}

const lineOf = (text: string): number => WRONG.split('\n').findIndex((line) => line.includes(text)) + 1;

describe('a scenario that is wrong', () => {
  it.each([
    ['a signal that is not there', 'USAGE', /got: undefined/, 'regular[900]'],
    [
      'a signal of another length',
      'SIGNAL_WRONG_COUNT',
      /asked: 8 numbers \(1 × 8\)\s+got: 3 numbers/,
      'detect([1',
    ],
    ['a signal of another length, to the emulator', 'SIGNAL_WRONG_COUNT', /got: 3 numbers/, 'learn([1'],
    [
      'a command that there is not',
      'USAGE',
      /no command 'nonsense'\s+asked: one of hello, .*learn/,
      "'nonsense'",
    ],
    ['a command without its values', 'USAGE', /asked: \[signal\]/, "'learn', {}"],
  ])('is told so, at its own line: %s', (title, code, text, place) => {
    const failure = project.verdict.failures.find((one) => one.title.endsWith(`› ${title}`));
    expect(failure).toMatchObject({ class: 'scenario', code });
    expect(shown(title)).toMatch(text);
    expect(shown(title)).toMatch(new RegExp(`> +${lineOf(place)} \\|`));
    expect(shown(title)).not.toMatch(/ at .*harness\//);
  });
});

describe('what the board refuses', () => {
  it('is shown at the line of the scenario that asked', () => {
    const text = shown('a load of what was never stored');
    expect(text).toContain('STORE_EMPTY');
    expect(text).toMatch(new RegExp(`> +${lineOf('board.load()')} \\|`));
    expect(text).not.toMatch(/ at .*harness\//);
  });

  it.each(['an anomaly before learning', 'no normal signal before learning'])(
    'is no similarity, whichever is expected: %s',
    (title) => {
      expect(shown(title)).toContain('124, which is no similarity: not ready: initialize was not called');
    },
  );

  it('is not all: status and sensitivity answer before initialize', () => {
    expect(project.verdict).toMatchObject({ passed: 1, failed: 8 });
  });
});

describe('the evidence of a failure', () => {
  it('is one line in the terminal, a folder that bears the title, and all its files in the reports', () => {
    const text = shown('an anomaly before learning');
    expect(text.match(/attachment #/g)).toHaveLength(1);
    const [folder] = /out\/evidence\/an-anomaly-before-learning-[0-9a-f]{8}$/m.exec(text) ?? [];
    expect(folder).toBeDefined();
    expect(readdirSync(join(project.folder, folder!))).toHaveLength(7);

    const { results } = ctrfSchema.parse(project.json('ctrf.json'));
    const { attachments } = results.tests.find(({ name }) => name === 'an anomaly before learning')!;
    expect(attachments.map(({ name }) => name)).toHaveLength(7);
    for (const { path } of attachments) expect(existsSync(path)).toBe(true);
    expect(readdirSync(join(project.out, 'html/data')).length).toBeGreaterThanOrEqual(7);
    const junit = readJUnit(project.text('junit.xml'));
    expect(propertiesIn(junit, 'an anomaly before learning')).toMatchObject({
      board: 'nucleo-l432kc',
      evidence: expect.stringMatching(/^virtual [0-9a-f]{24}$/),
      library: expect.stringMatching(/^[0-9a-f]{24}$/),
      'failure class': 'product',
    });
  });

  it('and the reports stay when the next run finds nothing to run, which says how scenarios are selected', async () => {
    const before = ['verdict.json', 'junit.xml', 'ctrf.json', 'html/index.html'].map((name) =>
      project.text(name),
    );
    const nothing = await project.test('nosuch');
    expect(nothing.exitCode).toBe(2);
    expect(nothing.output).toMatch(/A bare word selects files .*--grep selects.*--list shows/s);
    expect(
      ['verdict.json', 'junit.xml', 'ctrf.json', 'html/index.html'].map((name) => project.text(name)),
    ).toEqual(before);
    expect(readdirSync(join(project.out, 'evidence'))).toHaveLength(9);
    const [evidence] = readdirSync(join(project.out, 'evidence'));
    expect(readFileSync(join(project.out, 'evidence', evidence!, 'frames.log'), 'utf8')).toContain(
      'initialize',
    );
  });
});
