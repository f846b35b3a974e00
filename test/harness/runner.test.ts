import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { childrenEnd, descendants } from '../host/processes.ts';
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

  it('fails with 1, tells whose failure it is, and writes JUnit and CTRF', async () => {
    const tiny = project(MIXED);
    const run = await tiny.test();
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.output).toMatch(/failed \(product\) b\.scenario\.ts › expects in vain: Error: one is two/);
    expect(run.output).toMatch(/failed \(scenario\) c\.scenario\.ts › is itself wrong: TypeError/);

    const junit = tiny.text('junit.xml');
    expect(junit).toContain('tests="4" failures="1" skipped="1" errors="1"');
    const ctrf = tiny.json<{ results: { summary: object; tests: { name: string; status: string }[] } }>(
      'ctrf.json',
    );
    expect(ctrf.results.summary).toMatchObject({ tests: 4, passed: 1, failed: 2, skipped: 1 });
    expect(ctrf.results.tests.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'holds: passed',
      'is left out: skipped',
      'expects in vain: failed',
      'is itself wrong: failed',
    ]);
    expect(tiny.has('html/index.html')).toBe(true);
  });

  it('takes grep, trace, shard, repeat-each, workers and another reporter as Playwright does', async () => {
    const tiny = project({
      'a.scenario.ts': scenario("test('one', () => {});\ntest('two', () => {});"),
      'b.scenario.ts': scenario("test('three', () => {});\ntest('four', () => { expect(1).toBe(2); });"),
    });
    expect((await tiny.test('-g', 'one', '--reporter=line', '--trace', 'on')).exitCode).toBe(0);
    expect(readdirSync(join(tiny.out, 'results'), { recursive: true }).map(String)).toEqual(
      expect.arrayContaining([expect.stringMatching(/trace\.zip$/)]),
    );
    expect((await tiny.test('--shard', '1/2')).exitCode).toBe(0);
    expect(tiny.verdict).toMatchObject({ passed: 2, failed: 0 });
    expect((await tiny.test('--repeat-each', '3', '--workers', '2', 'a.scenario.ts')).exitCode).toBe(0);
    expect(tiny.verdict).toMatchObject({ passed: 6 });
    const dotted = await tiny.test('--reporter', 'dot', 'b.scenario.ts');
    expect(dotted).toMatchObject({ exitCode: 1 });
    expect(dotted.output).toContain('1 passed, 1 failed');
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
    expect(await tiny.test('--retries', '1', '--fail-on-flaky-tests')).toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['a file that does not load', { 'a.scenario.ts': 'const = 1;' }, []],
    ['no scenario at all', { 'a.scenario.ts': scenario("test('one', () => {});") }, ['--grep', 'nothing']],
    ['an unknown option', { 'a.scenario.ts': scenario("test('one', () => {});") }, ['--no-such-option']],
    [
      'a library that is not there',
      {
        'a.scenario.ts': scenario(
          "test.use({ libraryPath: 'missing' });\ntest('one', ({ library }) => { expect(library).toBeDefined(); });",
        ),
      },
      [],
    ],
  ])('%s is no pass', async (_what, files, args) => {
    const tiny = project(files);
    const { exitCode } = await tiny.test(...args);
    expect(exitCode).toBe(_what === 'a library that is not there' ? 1 : 2);
  });
});
