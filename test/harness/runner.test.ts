import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openHistory } from '../../src/history/database.ts';
import { readRuns } from '../../src/history/read-runs.ts';
import { childrenEnd, descendants } from '../host/processes.ts';
import { ctrfSchema } from './ctrf-schema.ts';
import { propertiesIn, readJUnit } from './junit.ts';
import { Project } from './project.ts';

/** The command as its users call it, on tiny projects that need no board. */
// Every test starts the runner, its workers and, where wanted, boards: seconds when nothing else runs.
vi.setConfig({ testTimeout: 300_000 });
const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function project(files: Record<string, string>): Project {
  const made = new Project(files);
  projects.push(made);
  return made;
}

const scenario = (body: string): string => `import { expect, test } from 'harness';\n${body}\n`;
const MIXED = {
  'a.scenario.ts': scenario(`
    test('holds', () => { expect(1).toBe(1); });
    test('is left out', () => { test.skip(true, 'no such board here'); });`),
  'b.scenario.ts': scenario("test('expects in vain', () => { expect(1, 'one is two').toBe(2); });"),
  'd.scenario.ts': scenario(
    "test.use({ libraryPath: 'missing' });\ntest('has no library', ({ library }) => { expect(library).toBeDefined(); });",
  ),
  'c.scenario.ts': scenario("test('is itself wrong', () => { (undefined as never as string).trim(); });"),
};

describe('neai test', () => {
  it('passes with 0 and lists without running anything', async () => {
    const tiny = project({ 'a.scenario.ts': MIXED['a.scenario.ts'] });
    const listed = await tiny.test('--list');
    expect(listed).toMatchObject({ exitCode: 0 });
    expect(listed.output).toContain('Total: 2 tests in 1 file');
    expect(tiny.has('broker.log'), 'no board is touched').toBe(false);

    const run = await tiny.test();
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.output).toContain('NOT RUN: a.scenario.ts › is left out: no such board here');
    expect(run.output).toContain('scenarios: 1 passed, 0 failed, 0 flaky, 1 not run');
  });

  it('fails with 1, tells whose failure it is, and writes JUnit, CTRF and a summary for GitHub', async () => {
    const tiny = project(MIXED);
    const summaryFile = tiny.write('summary.md', 'before\n');
    const run = await tiny.testWith({ GITHUB_STEP_SUMMARY: summaryFile });
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.output).toMatch(/failed \(product\) b\.scenario\.ts › expects in vain: Error: one is two/);
    expect(run.output).toMatch(/failed \(scenario, LIBRARY_NOT_FOUND\) d\.scenario\.ts › has no library/);
    expect(run.output).toMatch(/failed \(scenario\) c\.scenario\.ts › is itself wrong: TypeError/);

    const junit = readJUnit(tiny.text('junit.xml'));
    expect(junit.attributes).toMatchObject({ tests: '5', failures: '1', skipped: '1', errors: '2' });
    expect(propertiesIn(junit, 'has no library')).toMatchObject({
      'failure class': 'scenario',
      'failure code': 'LIBRARY_NOT_FOUND',
    });
    expect(propertiesIn(junit, 'is left out')).toMatchObject({ 'not run because': 'no such board here' });
    const { results } = ctrfSchema.parse(tiny.json('ctrf.json'));
    expect(results.summary).toMatchObject({ tests: 5, passed: 1, failed: 3, skipped: 1, suites: 4 });
    expect(results.tests.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'holds: passed',
      'is left out: skipped',
      'expects in vain: failed',
      'is itself wrong: failed',
      'has no library: failed',
    ]);
    const summary = readFileSync(summaryFile, 'utf8');
    expect(summary).toMatch(
      /^before\n## Scenarios: FAIL \(short form\)\n\n3 failed · 0 flaky · 1 not run · 1 passed\n/,
    );
    expect(summary).toMatch(/\| ⚠️ NOT RUN \| is left out<br>.* \| no such board here \|/);
    expect(summary).toMatch(/\| ❌ FAIL \| has no library<br>.*\*\*scenario, LIBRARY_NOT_FOUND\*\*: /);
    expect(tiny.has('html/index.html')).toBe(true);
  });

  it('takes grep, trace, shard, repeat-each, workers and another reporter as Playwright does', async () => {
    const tiny = project({
      'a.scenario.ts': scenario("test('one', () => {});\ntest('two', () => {});"),
      'b.scenario.ts': scenario("test('three', () => {});\ntest('four', () => { expect(1).toBe(2); });"),
    });
    const dotted = await tiny.test('-g', 'one|four', '--trace', 'on', '--reporter=dot');
    expect(dotted).toMatchObject({ exitCode: 1 });
    expect(dotted.output).toContain('1 passed, 1 failed');
    const history = openHistory(join(tiny.folder, 'runs', 'history.db'), { mustExist: true });
    expect(readRuns(history).map(({ scenario: title, outcome }) => [title, outcome])).toEqual([
      ['one', 'passed'],
      ['four', 'failed'],
    ]);
    history.close();
    expect(tiny.has('evidence.zip')).toBe(true);
    expect(readdirSync(join(tiny.out, 'results'), { recursive: true }).map(String)).toEqual(
      expect.arrayContaining([expect.stringMatching(/trace\.zip$/)]),
    );
    const args = ['--shard', '1/2', '--repeat-each', '4', '--workers', '2', 'a.scenario.ts'];
    expect((await tiny.test(...args)).exitCode).toBe(0);
    expect(tiny.verdict).toMatchObject({ passed: 4 });
  });

  it('opens the UI mode, and leaves nothing running when it is killed', async () => {
    const tiny = project({ 'a.scenario.ts': scenario("test('one', () => {});") });
    const ui = tiny.startTest('--ui-host', '127.0.0.1', '--ui-port', '0');
    const listening = new Promise<string>((seen) => {
      ui.all?.on('data', (chunk: Buffer) => {
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(chunk)) ?? [];
        if (address !== undefined) seen(address);
      });
    });
    const page = await fetch(await Promise.race([listening, ui.then(({ all }) => String(all))]));
    expect(await page.text()).toContain('<html');
    const started = descendants(ui.pid!);
    expect(started.length).toBeGreaterThan(0);
    ui.kill('SIGKILL');
    await childrenEnd(started, 60_000);
  });

  it('counts a scenario that passes when it is tried again as flaky, with the class of its failure', async () => {
    const tiny = project({
      'a.scenario.ts': scenario("test('second time lucky', ({}, info) => { expect(info.retry).toBe(1); });"),
    });
    const run = await tiny.test('--retries', '1');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.output).toContain('flaky (product) a.scenario.ts › second time lucky');
    const { results } = ctrfSchema.parse(tiny.json('ctrf.json'));
    expect(results.tests[0]!.retryAttempts!.map(({ status }) => status)).toEqual(['failed', 'passed']);
    expect(await tiny.test('--retries', '1', '--fail-on-flaky-tests')).toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['a file that does not load', { 'a.scenario.ts': 'const = 1;' }, []],
    ['an unknown option', { 'a.scenario.ts': scenario("test('one', () => {});") }, ['--no-such-option']],
  ])('%s is no pass', async (_what, files, args) => {
    const tiny = project(files);
    const { exitCode } = await tiny.test(...args);
    expect(exitCode).toBe(2);
  });
});
