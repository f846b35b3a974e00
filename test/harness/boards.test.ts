import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { decodeScenarioRecord } from '../../src/record/scenario-record.ts';
import { childrenEnd, descendants, isAlive } from '../host/processes.ts';
import { FIXTURES, Project } from './project.ts';

/** Scenarios that borrow boards: one virtual board in a rack file, as a bench has it, or boards of the run's own. */
const USE = `test.use({ libraryPath: '${FIXTURES}/motor-1x8' });`;
const scenario = (body: string): string => `import { expect, test } from 'harness';\n${USE}\n${body}\n`;
// Every test starts the runner, its workers and, where wanted, boards: seconds when nothing else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const projects: Project[] = [];
let virtual: VirtualSlot;
let rack: string;

beforeAll(async () => {
  virtual = await startVirtualSlot(loadBoard('nucleo-l432kc'));
});
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});
afterAll(() => virtual?.close());

function project(files: Record<string, string>): Project {
  const made = new Project(files);
  projects.push(made);
  const { slot } = virtual;
  rack = made.write(
    'rack.yaml',
    JSON.stringify({ slots: [{ ...slot, name: 'bench', baud: 'negotiate' }] }).replaceAll(/:4\b/g, ': "4"'),
  );
  return made;
}

interface Attempt {
  readonly evidence: string;
  readonly files: readonly string[];
}

function attempts({ out }: Project): Attempt[] {
  const root = join(out, 'evidence');
  return readdirSync(root)
    .sort()
    .map((name) => ({ evidence: join(root, name), files: readdirSync(join(root, name)).sort() }));
}

const EVIDENCE = [
  'console.log',
  'facts.json',
  'frames.log',
  'knowledge-after.bin',
  'knowledge-before.bin',
  'openocd.log',
  'scores.csv',
];

describe('a board that is lent', () => {
  it('is the same one for the second attempt, fresh from reset, after the first has left its evidence', async () => {
    const tiny = project({
      'a.scenario.ts': scenario(`
        test('fails once', async ({ board, dataset }, info) => {
          info.annotations.push({ type: 'slot', description: board.slot.probeSerial });
          expect((await board.getStatus()).learnCounter).toBe(0);
          if (info.retry === 0) await board.reset();
          await board.initialize();
          for (let n = 0; n < 60; n++) await board.learn(dataset.regular[n]);
          expect(info.retry).toBe(1);
        });`),
    });
    const run = await tiny.test('--rack', rack, '--retries', '1');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.output).toContain('flaky (product)');

    const [failed, passed] = attempts(tiny);
    expect(failed!.files).toEqual(EVIDENCE);
    expect(passed!.files).toEqual(EVIDENCE);
    const read = (attempt: Attempt | undefined, name: string) =>
      readFileSync(join(attempt!.evidence, name), 'utf8');
    // Kept whole on failure, thinned on success.
    expect(read(failed, 'frames.log').match(/> request learn /g)).toHaveLength(60);
    expect(read(failed, 'frames.log')).toMatch(/^ *\d+ < answer learn #\d+ session [0-9a-f]{8} /m);
    expect(read(passed, 'frames.log')).toContain('lines left out: the scenario passed');
    expect(read(failed, 'scores.csv').trim().split('\n')).toHaveLength(1 + 1 + 60);
    // The place wishes for a raised line: at the beginning, and again after a reset.
    expect(read(failed, 'frames.log').match(/own line rate 2000000 baud/g)).toHaveLength(2);
    expect(read(failed, 'openocd.log')).toContain('dump_image');
    expect(read(failed, 'console.log')).toContain('neai-hil nucleo-l432kc');
    expect(read(failed, 'knowledge-after.bin')).not.toBe(read(failed, 'knowledge-before.bin'));
  });

  it('comes back from a worker that died, with its evidence in the report', async () => {
    const tiny = project({
      'a.scenario.ts': scenario(`
        test('dies', async ({ board, dataset }, info) => {
          await board.initialize();
          await board.learn(dataset.regular[0]);
          if (info.retry === 0) process.exit(7);
        });`),
    });
    const run = await tiny.test('--rack', rack, '--retries', '1');
    expect(run).toMatchObject({ exitCode: 0 });
    const [died] = attempts(tiny);
    expect(died!.files).toEqual(EVIDENCE);
    expect(readFileSync(join(died!.evidence, 'frames.log'), 'utf8')).toContain('ended: died');
    expect(readFileSync(join(died!.evidence, 'scores.csv'), 'utf8')).toContain('1,initialize,0,0,');
    const record = decodeScenarioRecord(tiny.text('record.json'), 'record.json');
    expect(record.scenarios[0]!.attempts.map(({ facts }) => facts?.ending)).toEqual(['died', 'passed']);
  });

  it('is waited for within a deadline of its own', async () => {
    // Whoever has the board keeps it until the other has given up.
    const hold = (name: string): string => `
      import { existsSync, writeFileSync } from 'node:fs';
      import { expect, test } from 'harness';
      ${USE}
      const GAVE_UP = import.meta.dirname + '/gave-up';
      test('${name}', async ({ board }) => {
        await board.initialize();
        await expect.poll(() => existsSync(GAVE_UP), { timeout: 100_000 }).toBe(true);
      });
      test.afterEach(({}, info) => { if (info.status === 'failed') writeFileSync(GAVE_UP, ''); });`;
    const tiny = project({ 'a.scenario.ts': hold('first'), 'b.scenario.ts': hold('second') });
    const run = await tiny.testWith({ NEAI_SLOT_WAIT_MS: '500' }, '--rack', rack, '--workers', '2');
    expect(run).toMatchObject({ exitCode: 3 });
    expect(tiny.verdict).toMatchObject({ passed: 1, failed: 1 });
    expect(run.output).toMatch(/failed \(rack, SLOT_WAIT\).*no nucleo-l432kc became free within 0\.5 s/);
  });

  it('that is not there is a failure of the rack', async () => {
    const tiny = project({
      'a.scenario.ts': scenario("test('one', async ({ board }) => { await board.initialize(); });"),
    });
    const missing = tiny.write(
      'missing.yaml',
      JSON.stringify({
        slots: [{ ...virtual.slot, name: 'gone', probeSerial: '0'.repeat(24), deadlineFactor: '1' }],
      }),
    );
    const run = await tiny.test('--rack', missing);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.output).toMatch(/failed \(rack, PORT_NOT_FOUND\)/);
  });
});

describe('a board whose time and power nothing moves', () => {
  it('really waits, and does not run what would take long or needs a switch; --long-waits lets it wait', async () => {
    const tiny = project({
      'a.scenario.ts': scenario(`
        test('waits a moment', async ({ board }) => {
          const start = performance.now();
          await board.wait('1200 ms');
          expect(performance.now() - start).toBeGreaterThan(1100);
        });
        test('waits ten minutes', async ({ board }) => { board.needsTime('10 min'); });
        test('waits a day', async ({ board }) => { board.needsTime('24 h'); });
        test('loses its power', async ({ board }) => { await board.powerCycle(); });
        test('has a bad line', async ({ board }) => {
          await board.lineFault({ direction: 'to-board', kind: 'flip' });
        });`),
      'data/written.scenario.ts': `import { writtenScenarios } from 'harness';\nwrittenScenarios(import.meta.dirname);\n`,
      'data/long.yaml': `scenario: waits for two halves\nlibrary: ${FIXTURES}/motor-1x8\nsteps:\n  - initialize\n  - wait: 6 min\n  - wait: 5 min\n`,
    });
    const bare = tiny.write('bare.yaml', readFileSync(rack, 'utf8').replace(/"control":"[^"]*",?/, ''));
    // Two workers, one board: they have it in turn.
    const run = await tiny.test('--rack', bare, '--workers', '2');
    expect(run.exitCode, run.output).toBe(0);
    expect(tiny.verdict).toMatchObject({ passed: 2, notRun: 4 });
    expect(run.output).toMatch(
      /NOT RUN: .*waits a day: 1440 min of real time on slot 'bench'; .*--long-waits/,
    );
    expect(run.output).toMatch(/NOT RUN: .*waits for two halves: 11 min of real time/);
    expect(run.output).toMatch(/NOT RUN: .*loses its power: slot 'bench' has no control socket/);
    expect(run.output).toMatch(/NOT RUN: .*has a bad line: slot 'bench' has no control socket/);

    await tiny.test('--rack', bare, '--long-waits', '-g', 'waits a day');
    expect(tiny.verdict).toMatchObject({ passed: 1, notRun: 0 });
  });
});

describe('a state leak between scenarios', () => {
  it('is found by other orders, and told with the order that shows it', async () => {
    // The second scenario's scores depend on whether the first ran before it: every expectation holds all the same.
    const tiny = project({
      'a.scenario.ts': scenario(`
        test('leaves something behind', async ({ board }) => {
          await board.initialize();
          (globalThis as { leftBehind?: number }).leftBehind = 2;
        });`),
      'b.scenario.ts': scenario(`
        test('finds it', async ({ board, dataset }) => {
          await board.initialize();
          const learns = 20 * ((globalThis as { leftBehind?: number }).leftBehind ?? 1);
          for (let n = 0; n < learns; n++) expect((await board.learn(dataset.regular[n])).code).toBe(1);
        });`),
    });
    const options = ['--only', 'scenarios', '--seed', '1', '--rounds', '2', '--rack', rack, '--workers', '1'];
    const run = await tiny.nightly(...options);
    expect(run.output).toContain('seed 1: npm run nightly -- --seed 1 repeats these orders');
    expect(run.output).toMatch(
      /state leak: b\.scenario\.ts: finds it: other scores in order \d than in order 1/,
    );
    expect(run).toMatchObject({ exitCode: 1 });
  });
});

describe('a run that is killed', () => {
  it('leaves no process behind: no broker, no OpenOCD, no virtual board', async () => {
    const tiny = project({
      'a.scenario.ts': scenario(`
        test('hangs', async ({ board }) => {
          await board.initialize();
          process.stdout.write('the board is there\\n');
          await new Promise(() => {});
        });`),
    });
    const run = tiny.startTest();
    await new Promise<void>((seen) => {
      run.all?.on('data', (chunk: Buffer) => {
        if (String(chunk).includes('the board is there')) seen();
      });
    });
    const started = descendants(run.pid!);
    expect(started.filter(isAlive).length).toBeGreaterThan(4);
    // The runner itself is killed, as by a job that is cancelled; it has no time to put anything in order.
    const [runner] = started;
    process.kill(runner!, 'SIGKILL');
    await run;
    await childrenEnd(started, 15_000);
  });
});
