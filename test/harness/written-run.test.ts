import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIXTURES, Project, type RunResult } from './project.ts';

const LIBRARY = `library: ${FIXTURES}/pump-1x16\n`;
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const project = new Project({
  'written.scenario.ts': `import { writtenScenarios } from 'harness';\nwrittenScenarios(import.meta.dirname);\n`,
  'broken.yaml': `scenario: broken\n${LIBRARY}steps:\n  - initialize\n  - lern: regular 1-5\n`,
  'missed.yaml': `scenario: misses its counter\n${LIBRARY}steps:\n  - initialize\n  - learn: regular 1-5\n  - expect_counter: 6\n`,
  'passes.yaml': `scenario: survives a power cut\n${LIBRARY}tags: [night]\nsteps:\n  - initialize\n  - learn: regular 1-25\n  - save: firmware\n  - power_cycle\n  - expect_counter: 0\n  - wait: 12 h\n  - restore: firmware\n  - detect: abnormal 1-3\n`,
});
let result: RunResult;
beforeAll(async () => {
  result = await project.test();
});
afterAll(() => project.remove());

describe('neai test with scenarios written as data', () => {
  it('passes those that pass, though another file beside them is broken', () => {
    expect(project.verdict).toMatchObject({ passed: 1, failed: 2, notRun: 0, exitStatus: 1 });
    expect(result.exitCode).toBe(1);
  });

  it('fails a broken file as the fault of its author, with line and column', () => {
    const failure = project.verdict.failures.find(({ title }) => title.includes('broken.yaml'));
    expect(failure).toMatchObject({ class: 'scenario', code: 'SCENARIO_FILE_INVALID' });
    expect(result.output).toMatch(/broken\.yaml:5:5: .*'lern' is no step/);
  });

  it('fails a missed expectation as the fault of the product, at its step in the YAML file', () => {
    const failure = project.verdict.failures.find(({ title }) => title.includes('missed.yaml'));
    expect(failure).toMatchObject({ class: 'product', code: 'EXPECTATION_MISSED' });
    expect(result.output).toMatch(
      /EXPECTATION_MISSED: .*missed\.yaml:6:5: the learn counter\n\s+asked: 6\n\s+got: 5/,
    );
    // The lines of the YAML file are shown, not those of the program that plays it.
    expect(result.output).toMatch(/> 6 \| {3}- expect_counter: 6/);
    expect(result.output).not.toMatch(/play\.ts|register\.ts/);
  });

  it.each([
    ['file and line', ['passes.yaml:1']],
    ['title and tag', ['--grep', 'power cut @night']],
  ])('knows scenarios by %s, and lists them where they stand', async (_what, choice) => {
    const listed = await project.test('--list', ...choice);
    expect(listed.output).toContain('passes.yaml:1:11 › passes.yaml › survives a power cut');
    expect(listed.output).toContain('Total: 1 test');
  });

  it('gives the places in the YAML files to every report', () => {
    const { results } = project.json<{ results: { tests: { filePath: string; line: number }[] } }>(
      'ctrf.json',
    );
    const places = results.tests.map(({ filePath, line }) => `${filePath.split('/').at(-1)}:${line}`);
    expect(places.sort()).toEqual(['broken.yaml:5', 'missed.yaml:1', 'passes.yaml:1']);
  });
});
