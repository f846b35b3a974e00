import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callEmulator, type EmulatorOptions } from '../../src/cli/emulate/calls.ts';
import { createLibrary, Emulator } from '../../src/engine/index.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { EmulatorSession } from '../../src/studio/emulator-session.ts';
import { encodeState } from '../../src/studio/emulator-state.ts';
import { MAIN, runNeai } from './run-neai.ts';

const library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: 2,
    bufferSize: 4,
    pipeline: [{ transform: 'time_stats', params: {} }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f000000', width: '40000000' },
    detectFloor: 12,
    minimumLearningIterations: 20,
  },
  null,
);

const SIGNALS = 'signals.csv';
let folder = '';
const random = seededRandom(8);
const rows = Array.from({ length: 30 }, () =>
  Array.from({ length: 8 }, () => Number(random.normal().toFixed(4))),
);
const signal = (row: number) => Float32Array.from(rows[row]!);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-emulate-'));
  await writeFile(join(folder, 'library.json'), JSON.stringify(library));
  const text = rows.map((values) => values.join(',')).join('\n');
  await writeFile(join(folder, 'signals.csv'), `a,b,c,d,e,f,g,h\n${text}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The same call without a process of its own: for what ends in a refusal. */
const call = (name: string, options: EmulatorOptions, words: readonly string[] = []) =>
  callEmulator({
    library,
    limitedTo: [],
    name,
    words,
    options: { ...options, ...(options.file === SIGNALS && { file: join(folder, SIGNALS) }) },
    host: {
      print: () => undefined,
      remark: () => undefined,
      signal: new AbortController().signal,
      openSerial: () => Promise.reject(new Error('no serial port here')),
    },
  });

const initialized = async (name: string): Promise<string> => {
  const session = new EmulatorSession(library);
  session.initialize();
  await writeFile(join(folder, name), encodeState(library.id, session.state()));
  return join(folder, name);
};

const emulate = (...args: string[]) => runNeai(folder, 'emulate', '.', ...args);

describe('neai emulate', () => {
  it('speaks the original sequence: refuses before initialize, keeps its state, counts apart, prints its JSON', async () => {
    const early = await emulate('learn', '--file', 'signals.csv');
    expect(early).toMatchObject({ stdout: '', exitCode: 2 });
    expect(early.stderr).toContain('before initialize');

    const start = await emulate('NanoEdgeAI_initialize');
    expect(start.exitCode).toBe(0);
    expect(Object.keys(JSON.parse(start.stdout))).toEqual([
      'status',
      'version',
      'sensitivity',
      'input',
      'results',
      'detection_results',
      'learning_summary',
      'detection_summary',
    ]);
    expect(start.stdout).toContain('"sensitivity": 1.00');

    const tooEarly = await emulate('detect', '--array', ...rows[0]!.map(String));
    expect(tooEarly).toMatchObject({ stdout: '', exitCode: 2 });
    expect(tooEarly.stderr).toContain('before any learn');

    // line 1 is the header: lines 2 to 21 are the first twenty signals
    const learned = JSON.parse(
      (await emulate('learn', '--file', 'signals.csv', '--begin', '2', '--end', '21')).stdout,
    );
    expect(learned).toMatchObject({
      status: 'learning',
      input: 'signals.csv',
      learning_summary: { signals: 20 },
    });
    expect(learned.results[19]).toEqual({ signal: 20, line: 21, similarity: null, status: null });
    expect(learned.detection_results).toEqual({ signals: null, nominal: null, anomaly: null });

    const sensitive = await emulate('set_sensitivity', '0.5');
    expect(sensitive.stdout).toContain('"sensitivity": 0.50');

    const reference = new Emulator(library);
    reference.initialize();
    for (let row = 0; row < 20; row++) reference.learn(signal(row));
    reference.setSensitivity(0.5);
    const found = JSON.parse((await emulate('detect', '--file', 'signals.csv', '--begin', '22')).stdout);
    const expected = Array.from({ length: 10 }, (_, i) => reference.detect(signal(20 + i)));
    expect(found.results.map(({ similarity }: { similarity: number }) => similarity)).toEqual(expected);
    const nominal = expected.filter((similarity) => similarity >= 90).length;
    expect(found.detection_results).toEqual({ signals: 10, nominal, anomaly: 10 - nominal });

    const once = JSON.parse((await emulate('detect', '--array', ...rows[25]!.map(String))).stdout);
    expect(once.input).toBe('array');
    expect(once.results[0]).toMatchObject({ signal: 11, line: null, similarity: expected[5] });
    expect(once.detection_summary.signals).toBe(11);

    const { size } = await stat(join(folder, 'NanoEdgeAI.dat'));
    expect(size).toBe(20 + reference.knowledge().length);
  });

  it('prints only its id for get_version, whatever the state', async () => {
    const answer = JSON.parse((await emulate('get_version', '--state', 'none.dat')).stdout);
    expect(answer).toMatchObject({
      status: 'id_version',
      version: library.id,
      sensitivity: 'null',
      input: 'null',
    });
  });

  const array = (...values: string[]) => ({ array: values });
  it.each<[string, EmulatorOptions, string[], string]>([
    ['fly', {}, [], 'unknown function'],
    ['learn', {}, [], 'one source of signals'],
    ['learn', { file: SIGNALS, stream: true }, [], 'one source of signals'],
    ['learn', { file: SIGNALS, begin: 9, end: 3 }, [], 'before it begins'],
    ['learn', { file: SIGNALS, end: 99 }, [], 'past the file'],
    ['learn', { file: SIGNALS, count: 9 }, [], '--count belongs to'],
    ['learn', { file: 'nowhere.csv' }, [], 'no such file'],
    ['learn', array('1', '2', '3'), [], 'Number of input data: 3, instead of 8'],
    ['learn', array('1', '2', '3', '4', '5', '6', '7', 'nan'), [], 'not a number'],
    ['learn', { file: SIGNALS, confirm: '3of5' }, [], 'does not take it'],
    ['set_sensitivity', {}, ['101'], 'out of range'],
    ['set_sensitivity', {}, ['0'], 'out of range'],
    ['set_sensitivity', {}, [], 'missing'],
    ['set_sensitivity', {}, ['much'], 'no number'],
    ['set_sensitivity', {}, ['1', '2'], 'takes one value'],
    ['initialize', {}, ['7'], 'takes no value'],
    ['initialize', { file: SIGNALS }, [], 'takes no signals'],
    ['get_version', { begin: 3 }, [], 'takes no signals'],
    ['run', { learn: [SIGNALS] }, [], '--detect is missing'],
    [
      'run',
      { learn: [SIGNALS], detect: [SIGNALS], confirm: '6of5' },
      [],
      'confirmation cannot be understood',
    ],
  ])('refuses %s %j %j by status 2 and leaves its state alone', async (name, options, words, text) => {
    const state = await initialized('refusals.dat');
    const before = await readFile(state);
    await expect(call(name, { ...options, state }, words)).rejects.toThrow(text);
    await expect(call(name, { ...options, state }, words)).rejects.toMatchObject({ exitStatus: 2 });
    expect(await readFile(state)).toEqual(before);
  });

  it('says the count of values of a file in the original words, with its place', async () => {
    await writeFile(join(folder, 'short.csv'), '1,2,3\n4,5,6\n');
    const state = await initialized('short.dat');
    await expect(call('learn', { file: join(folder, 'short.csv'), state })).rejects.toMatchObject({
      message: 'Number of input data: 3, instead of 8',
      code: 'SIGNAL_WRONG_COUNT',
    });
  });

  it('refuses on standard error with nothing on standard output, --json or not; --original the other way round', async () => {
    const refused = await emulate('fly', '--json');
    expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
    expect(refused.stderr).toContain('unknown function');
    expect(refused.stderr).toContain('initialize, get_version, learn, set_sensitivity, detect');
    const original = await emulate(
      'NanoEdgeAI_learn',
      '--array',
      '1',
      '2',
      '3',
      '--original',
      '--state',
      await initialized('o.dat'),
    );
    expect(original).toMatchObject({ stderr: '', exitCode: 1 });
    expect(original.stdout).toMatch(/^Number of input data: 3, instead of 8/);
  });

  it('runs the whole sequence: learned, detected file by file, counted, confirmed; keeps no state unless asked', async () => {
    const args = ['--learn', `${SIGNALS}:2-21`, '--detect', `${SIGNALS}:2-11`, `${SIGNALS}:12-31`];
    const ran = await emulate(
      'run',
      ...args,
      '--sensitivity',
      '2',
      '--confirm',
      '2of3',
      '--state',
      'run.dat',
    );
    const summary = JSON.parse(ran.stdout);
    const reference = new Emulator(library);
    reference.initialize();
    for (let row = 0; row < 20; row++) reference.learn(signal(row));
    reference.setSensitivity(2);
    const expected = rows.map((_, row) => reference.detect(signal(row)));
    const found = summary.detection.flatMap(({ results }: { results: { similarity: number }[] }) =>
      results.map(({ similarity }) => similarity),
    );
    expect(found).toEqual(expected);
    const nominal = expected.filter((similarity) => similarity >= 90).length;
    expect(summary).toMatchObject({
      status: 'run',
      sensitivity: 2,
      learning: [{ input: SIGNALS, signals: 20 }],
      detection_summary: { signals: 30, nominal, anomaly: 30 - nominal },
    });
    expect(summary.detection[0].signals).toBe(10);
    const { confirmation, results } = summary.detection[1];
    expect(results.slice(0, 3).map((one: { confirmed: unknown }) => one.confirmed === null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(confirmation).toMatchObject({ rule: '2of3', undecided: 2 });
    expect(confirmation.nominal + confirmation.anomaly).toBe(18);
    const next = JSON.parse((await emulate('set_sensitivity', '1', '--state', 'run.dat')).stdout);
    expect(next.detection_summary.signals).toBe(30);
  });

  it('ends quietly when nobody reads any more', async () => {
    const args = `--learn ${SIGNALS} --detect ${Array.from({ length: 300 }, () => SIGNALS).join(' ')}`;
    const command = `"$0" "$1" emulate . run ${args} | head -c 10; exit "\${PIPESTATUS[0]}"`;
    const ran = await execa('bash', ['-c', command, process.execPath, MAIN], { cwd: folder });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('says which boards a built library is limited to', async () => {
    const bundle = join(folder, 'bundle');
    await mkdir(bundle);
    await writeFile(join(bundle, 'library.json'), JSON.stringify(library));
    await writeFile(join(bundle, 'metadata.json'), JSON.stringify({ limited_to: ['nucleo-l432kc'] }));
    const { stdout } = await runNeai(folder, 'emulate', 'bundle', 'get_version');
    expect(JSON.parse(stdout).limited_to).toEqual(['nucleo-l432kc']);
  });

  it('says that its state cannot be read or kept, and leaves nothing behind', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(call('set_sensitivity', { state: join(folder, 'taken') }, ['2'])).rejects.toMatchObject({
      code: 'EMULATOR_REFUSED',
    });
    for (const state of ['taken', 'nowhere/state.dat']) {
      await expect(call('initialize', { state: join(folder, state) })).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITTEN',
      });
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not overwrite what is no state: somebody may have named his signals', async () => {
    const state = join(folder, SIGNALS);
    const before = await readFile(state, 'utf8');
    await expect(call('initialize', { state })).rejects.toThrow('no state of an emulator');
    expect(await readFile(state, 'utf8')).toBe(before);
    await writeFile(join(folder, 'short.dat'), 'cut short');
    await call('initialize', { state: join(folder, 'short.dat') });
  });

  it('with --original says on standard output, with status 1, what cannot be parsed', async () => {
    for (const more of [['--begin', '0'], ['--bogus']]) {
      const { exitCode, stdout, stderr } = await emulate('learn', '--file', SIGNALS, '--original', ...more);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
      expect(stdout).toContain(more[0]);
    }
  });

  it('tells the file whose lines a range passes, also with --original', async () => {
    const state = await initialized('state.dat');
    const past = call('learn', { file: SIGNALS, begin: 99, state });
    await expect(past).rejects.toThrow("begins past the file's last signal (line 31)");
    const { stdout } = await emulate(
      'learn',
      '--file',
      SIGNALS,
      '--end',
      '99',
      '--state',
      state,
      '--original',
    );
    expect(stdout).toContain(`${SIGNALS}: the range ends past the file's last signal (line 31)`);
  });

  it('refuses a state file that is damaged or not its own', async () => {
    const state = await initialized('state.dat');
    const bytes = await readFile(state);
    for (const [at, text] of [
      [0, 'another library'],
      [24, 'damaged'],
    ] as const) {
      const spoilt = Uint8Array.from(bytes);
      spoilt[at]! ^= 1;
      await writeFile(state, spoilt);
      await expect(call('set_sensitivity', { state }, ['2'])).rejects.toThrow(text);
    }
  });
});
