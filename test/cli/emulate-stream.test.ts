import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLibrary, Emulator } from '../../src/engine/index.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { openPty, type Pty } from '../host/pty.ts';
import { MAIN, runNeai } from './run-neai.ts';

const library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: 1,
    bufferSize: 4,
    pipeline: [{ transform: 'time_stats', params: {} }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f000000', width: '40000000' },
    detectFloor: 12,
    minimumLearningIterations: 20,
  },
  null,
);
const random = seededRandom(3);
const rows = Array.from({ length: 30 }, () =>
  Array.from({ length: 4 }, () => Number(random.normal().toFixed(3))),
);
const lines = rows.map((values) => values.join(' '));

/** What the library answers to all rows after learning the first twenty. */
const expected = (() => {
  const emulator = new Emulator(library);
  emulator.initialize();
  for (const row of rows.slice(0, 20)) emulator.learn(Float32Array.from(row));
  return rows.map((row) => emulator.detect(Float32Array.from(row)));
})();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-stream-'));
  await writeFile(join(folder, 'library.json'), JSON.stringify(library));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function stream(args: readonly string[], input?: string) {
  return execa(process.execPath, [MAIN, 'emulate', '.', ...args], {
    cwd: folder,
    reject: false,
    ...(input === undefined ? { stdin: 'pipe' } : { input }),
  });
}

const results = (stdout: unknown): { signal: number; line: number; similarity: number | null }[] =>
  String(stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('lines as a data logger prints them', () => {
  it('are learned and detected from standard input as they come, bad ones said and passed over', async () => {
    await runNeai(folder, 'emulate', '.', 'initialize');
    const bad = ['one two three four', '1 2 3', '1,5 2,5 3,5 4,5', '', '1 2 nan 4'];
    const input = ['x1 x2 x3 x4', ...lines.slice(0, 10), ...bad, ...lines.slice(10, 20)].join('\r\n');
    const learned = await stream(['learn', '--stream'], input);
    expect(learned.exitCode).toBe(0);
    expect(results(learned.stdout).map(({ signal }) => signal)).toEqual(
      rows.slice(0, 20).map((_, i) => i + 1),
    );
    expect(results(learned.stdout).at(-1)).toEqual({ signal: 20, line: 26, similarity: null, status: null });
    for (const said of [
      'SIGNAL_NOT_A_NUMBER: the stream:12',
      'SIGNAL_WRONG_COUNT: the stream:13',
      'Number of input data: 3, instead of 4',
      'SIGNAL_DECIMAL_COMMA: the stream:14',
      'SIGNAL_NOT_FINITE: the stream:16',
      '20 signals learned, 4 lines refused',
    ]) {
      expect(learned.stderr).toContain(said);
    }

    const detected = await stream(
      ['detect', '--stream', '--confirm', 'mean:3', '--count', '8'],
      `${lines.join('\n')}\n`,
    );
    expect(detected.exitCode).toBe(0);
    expect(results(detected.stdout).map(({ similarity }) => similarity)).toEqual(expected.slice(0, 8));
    expect(results(detected.stdout)[1]).toMatchObject({ confirmed: null });
    const mean = (expected[0]! + expected[1]! + expected[2]!) / 3;
    expect(results(detected.stdout)[2]).toMatchObject({ confirmed: mean < 90 ? 'anomaly' : 'nominal' });
  });

  it('are refused as a whole before initialize, and before there is enough to detect with', async () => {
    const early = await stream(['learn', '--stream', '--state', 'none.dat'], lines.join('\n'));
    expect(early).toMatchObject({ stdout: '', exitCode: 2 });
    await runNeai(folder, 'emulate', '.', 'initialize', '--state', 'empty.dat');
    const few = await stream(['detect', '--stream', '--state', 'empty.dat'], lines.join('\n'));
    expect(few).toMatchObject({ stdout: '', exitCode: 2 });
    expect(few.stderr).toContain('before any learn');
  });
});

describe('lines on a serial port', () => {
  const send = (pty: Pty, text: string): void => pty.write(new TextEncoder().encode(text));

  it('are learned as they come, but for the first, which may have begun before; ends by count', async () => {
    const pty = openPty();
    onTestFinished(() => pty.unplug());
    await runNeai(folder, 'emulate', '.', 'initialize', '--state', 'port.dat');
    const running = stream([
      'learn',
      '--serial',
      pty.path,
      '--baud',
      '9600',
      '--count',
      '20',
      '--state',
      'port.dat',
    ]);
    const { promise, resolve } = Promise.withResolvers<void>();
    running.stderr!.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('listening on')) resolve();
    });
    await promise;
    send(pty, `${lines[0]!.slice(2)}\r\n`);
    send(pty, `noise\r\n${lines.slice(0, 20).join('\r\n')}\r\n`);
    const ended = await running;
    expect(ended.exitCode).toBe(0);
    expect(results(ended.stdout)).toHaveLength(20);
    expect(ended.stderr).toContain('left out');
    expect(ended.stderr).toContain('20 signals learned');
    const found = await runNeai(
      folder,
      'emulate',
      '.',
      'detect',
      '--array',
      ...rows[25]!.map(String),
      '--state',
      'port.dat',
    );
    expect(JSON.parse(found.stdout).results[0].similarity).toBe(expected[25]);
  });

  it('end on Ctrl-C with what was learned kept, and on a port that goes away with a code', async () => {
    for (const end of ['interrupt', 'unplug'] as const) {
      const pty = openPty();
      onTestFinished(() => pty.unplug());
      await runNeai(folder, 'emulate', '.', 'initialize', '--state', `${end}.dat`);
      const running = stream(['learn', '--serial', pty.path, '--state', `${end}.dat`]);
      const heard = Promise.withResolvers<void>();
      running.stderr!.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('listening on')) send(pty, `${lines.slice(0, 6).join('\n')}\n`);
      });
      let answers = 0;
      running.stdout!.on('data', (chunk: Buffer) => {
        answers += chunk.toString().split('\n').length - 1;
        if (answers === 5) heard.resolve();
      });
      await heard.promise;
      if (end === 'interrupt') running.kill('SIGINT');
      else pty.unplug();
      const ended = await running;
      expect(ended.exitCode).toBe(end === 'interrupt' ? 0 : 3);
      if (end === 'unplug') expect(ended.stderr).toContain('PORT_CLOSED');
      const { stdout } = await runNeai(
        folder,
        'emulate',
        '.',
        'set_sensitivity',
        '1',
        '--state',
        `${end}.dat`,
      );
      expect(JSON.parse(stdout).learning_summary.signals).toBe(5);
    }
  });

  it('that is not there is refused with a code', async () => {
    await runNeai(folder, 'emulate', '.', 'initialize', '--state', 'gone.dat');
    const refused = await stream(['learn', '--serial', join(folder, 'no-port'), '--state', 'gone.dat']);
    expect(refused).toMatchObject({ stdout: '', exitCode: 3 });
    expect(refused.stderr).toContain('PORT_NOT_FOUND');
  });
});
