import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRunRecord } from '../../src/record/codec.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { linesOf } from '../../src/vendor/emulator/calls.ts';
import { runVendorEmulator } from '../../src/vendor/emulator/run.ts';
import { runInSandbox, type SandboxPrograms } from '../../src/vendor/emulator/sandbox.ts';
import { loadVendorFolder } from '../../src/vendor/folder.ts';
import { runNeai } from '../cli/run-neai.ts';
import { FIXTURE_SHAPE } from './fixture/headers.ts';
import { type FixtureOptions, makeVendorFixture } from './fixture/make.ts';

const LOADED_MACHINE_MS = 240_000;
const VALUES = FIXTURE_SHAPE.axes * FIXTURE_SHAPE.bufferSize;
let root: string;
let nextFolder = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
  const random = seededRandom(7);
  const lines = (level: number) =>
    linesOf(
      Array.from({ length: 12 }, () =>
        Float32Array.from({ length: VALUES }, () => level + random.unit() * level),
      ),
    );
  await writeFile(join(root, 'regular.csv'), lines(1));
  await writeFile(join(root, 'abnormal.csv'), lines(5));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function imported(options: FixtureOptions, script?: string): Promise<string> {
  const source = await makeVendorFixture(join(root, `library-${nextFolder}`), options);
  if (script !== undefined) {
    const text = await readFile(join(import.meta.dirname, '../support', script));
    await writeFile(join(source, 'emulators', 'nanoedgeai_studio_emulator.py'), text);
  }
  const folder = `imported-${nextFolder++}`;
  expect((await runNeai(root, 'import', source, '--out', folder)).exitCode).toBe(0);
  return join(root, folder);
}

async function compare(folder: string, ...more: string[]) {
  const lines = [
    '--learn',
    'regular.csv:1-6',
    '--detect',
    'regular.csv:7-12=nominal',
    'abnormal.csv=anomaly',
  ];
  const board = ['--board', 'nucleo-l432kc', '--i-have-the-right', '--json'];
  const result = await runNeai(root, 'compare', '--library', folder, ...lines, ...board, ...more);
  const document = result.stdout === '' ? null : (JSON.parse(result.stdout) as { record?: string });
  const record =
    document?.record === undefined
      ? null
      : decodeRunRecord(await readFile(document.record, 'utf8'), 'record');
  return { ...result, record };
}

const ownCodes = (record: RunRecord | null) => new Set(record?.calls.target.ownCode ?? []);

describe('a library of another maker on a virtual board against its own emulator', () => {
  test('of generation 2: the same scores, and the same knowledge to the byte', {
    timeout: LOADED_MACHINE_MS,
  }, async () => {
    const { record, exitCode } = await compare(await imported({ generation: 2, emulator: true }));
    expect(record?.verdicts.equivalence.verdict).toBe('PASS');
    expect(record?.verdicts.equivalence.reasons.join(' ')).toMatch(
      /^0 of 18 decisions flip.*within tolerance "one-point"/,
    );
    expect(JSON.stringify(record?.verdicts)).not.toContain('identical');
    expect(record?.sides.reference).toMatchObject({ kind: 'vendor-emulator' });
    expect(record?.vendor).toMatchObject({
      interface: 'v1/v2',
      knowledge: { bytes: 20, differing: 0 },
      restore: { verdict: 'KEPT', differing: 0 },
    });
    expect([0, 4]).toContain(exitCode);
  });

  test('of generation 3: 126 and 127 of learn are no failures, and stand in the record', {
    timeout: LOADED_MACHINE_MS,
  }, async () => {
    const { record } = await compare(await imported({ generation: 3, emulator: true }));
    expect(record?.verdicts.equivalence.verdict).toBe('PASS');
    expect(record?.calls.target.code.slice(1, 7)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(ownCodes(record)).toEqual(new Set([0, 126, 127]));
    // Its bundle holds no library, and is whole; a virtual board runs its image for who has the right.
    const bundle = join(root, 'runs', record!.runId, 'evidence.zip');
    const verify = async (...more: string[]) =>
      JSON.parse((await runNeai(root, 'verify', bundle, '--json', ...more)).stdout);
    expect(await verify()).toMatchObject({ intact: true, virtualBoard: { verdict: 'not shown' } });
    expect(await verify('--i-have-the-right')).toMatchObject({
      virtualBoard: { verdict: 'same', calls: record!.calls.operation.length },
    });
    expect((await runNeai(root, 'replay', bundle)).stderr).toContain('VENDOR_RIGHT_NOT_STATED');
  });

  test('of generation 5, through its script: 5 and 6 are no failures; without .neai all its variables travel', {
    timeout: LOADED_MACHINE_MS,
  }, async () => {
    const { record } = await compare(await imported({ generation: 5, emulator: true }, 'vendor-emulator.py'));
    expect(record?.verdicts.equivalence.verdict).toBe('PASS');
    expect(ownCodes(record)).toEqual(new Set([0, 5, 6]));
    expect(record?.vendor?.restore?.verdict).toBe('KEPT');
  });

  test('that keeps state outside .neai is found out', { timeout: LOADED_MACHINE_MS }, async () => {
    const { record } = await compare(await imported({ generation: 2, macros: ['HIDDEN'] }));
    expect(record?.vendor?.restore).toMatchObject({ verdict: 'HIDDEN STATE' });
    expect(record?.vendor?.restore?.reason).toContain('outside .neai');
    expect(record?.verdicts.equivalence).toMatchObject({ verdict: 'NOT SHOWN' });
    expect(record?.verdicts.equivalence.reasons[0]).toContain('without an emulator');
  });

  test('that is limited to other boards is told as that, at the first answer', {
    timeout: LOADED_MACHINE_MS,
  }, async () => {
    const { record, exitCode, stderr } = await compare(
      await imported({ generation: 3, emulator: true, macros: ['LIMITED'] }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('VENDOR_NOT_AUTHORISED');
    expect(stderr).toContain('code 124');
    expect(record?.failure?.code).toBe('VENDOR_NOT_AUTHORISED');
    // the emulator is authorised, and its answers are no measure of a board that is not
    expect(record?.calls.reference.code.length).toBe(25);
    expect(record?.comparison.mismatches).toBe(0);
    expect(record?.verdicts.equivalence.verdict).toBe('NOT SHOWN');
    expect(record?.verdicts.equivalence.reasons.join(' ')).toContain('its code 124');
  });

  test('wants --i-have-the-right, and a board that it links with', async () => {
    const folder = await imported({ generation: 2 });
    const words = ['compare', '--library', folder, '--learn', 'regular.csv'];
    const without = await runNeai(root, ...words, '--board', 'nucleo-l432kc');
    expect(without).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('VENDOR_RIGHT_NOT_STATED'),
    });
    const m3 = await runNeai(root, ...words, '--board', 'nucleo-f103rb', '--i-have-the-right');
    expect(m3).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('cortex-m3 does not execute') });
  });
});

describe("the vendor's emulator", () => {
  const calls = [
    { operation: 'initialize' as const, signal: null },
    { operation: 'learn' as const, signal: new Float32Array(VALUES).fill(1.5) },
    { operation: 'detect' as const, signal: new Float32Array(VALUES).fill(1.5) },
  ];
  const run = async (folder: string, programs: Partial<SandboxPrograms> = {}) =>
    runVendorEmulator(await loadVendorFolder(folder), calls, { sensitivity: 1, programs });

  test('is not run without a sandbox', async () => {
    const folder = await imported({ generation: 2, emulator: true });
    const without = { bubblewrap: 'no-such-sandbox', unshare: 'no-such-unshare' };
    await expect(run(folder, without)).rejects.toThrow(
      expect.objectContaining({
        code: 'VENDOR_EMULATOR_UNUSABLE',
        details: expect.objectContaining({
          got: 'neither no-such-sandbox nor no-such-unshare is installed',
        }),
      }),
    );
    // what builds no walls runs nothing: `false` starts and ends at once, as unshare does where it is forbidden
    await expect(run(folder, { bubblewrap: 'no-such-sandbox', unshare: 'false' })).rejects.toThrow(
      expect.objectContaining({ code: 'VENDOR_EMULATOR_FAILED' }),
    );
    expect((await run(folder)).codes).toEqual([0, 1, 100]);
    expect((await run(folder, { bubblewrap: 'no-such-sandbox' })).codes).toEqual([0, 1, 100]);
  });

  test('that answers half a document with status 0 has failed', async () => {
    const folder = await imported({ generation: 2, emulator: true, macros: ['HALF_JSON'] });
    await expect(run(folder)).rejects.toThrow(
      expect.objectContaining({
        code: 'VENDOR_EMULATOR_FAILED',
        message: expect.stringContaining('no JSON'),
      }),
    );
  });

  test.each([
    ['bubblewrap', { unshare: 'no-such-unshare' }],
    ['unshare', { bubblewrap: 'no-such-sandbox' }],
  ])(
    'behind walls of %s sees its folder, and neither network, home, environment nor other processes; its time is limited',
    async (_, programs) => {
      const sandbox = { folder: root, timeoutMs: 20_000, programs };
      const look = [
        'ls /root /home /old 2>&1',
        'echo "processes $(ls /proc | grep -c "^[0-9]")"',
        'cat /proc/net/dev | wc -l',
        'echo "variables $(env | grep -vcE "^(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)=")"',
        'touch /usr/written /work/written-inside 2>/dev/null',
        'mount -t tmpfs none /tmp 2>/dev/null && echo mounted',
        'grep CapEff /proc/self/status',
        'ls',
      ];
      const { output } = await runInSandbox(['sh', '-c', look.join('\n')], sandbox);
      expect(output).toContain('regular.csv');
      expect(output).toContain('written-inside');
      expect(output).toMatch(/cannot access '\/root'/);
      expect(output).toMatch(/cannot access '\/old'/);
      expect(output).toMatch(/^processes [1-6]$/m);
      expect(output).toMatch(/^3$/m); // two lines of head, and the loop-back interface
      expect(output).toMatch(/^variables 0$/m);
      expect(output).toMatch(/^CapEff:\s0+$/m);
      expect(output).not.toContain('mounted');
      expect(existsSync('/usr/written')).toBe(false);
      const { exitCode } = await runInSandbox(['sh', '-c', 'exit 7'], sandbox);
      expect(exitCode).toBe(7);
      await expect(runInSandbox(['sleep', '60'], { ...sandbox, timeoutMs: 300 })).rejects.toThrow(
        expect.objectContaining({ code: 'VENDOR_EMULATOR_FAILED' }),
      );
    },
  );
});

test('signals travel to emulators as text that gives the same bits back', () => {
  const random = seededRandom(3);
  const words = Uint32Array.from({ length: 20_000 }, () => random.uint32());
  const values = new Float32Array(words.buffer).filter(Number.isFinite);
  const text = linesOf([values]);
  expect(text).not.toMatch(/e/);
  expect(Float32Array.from(text.trim().split(' '), Number)).toEqual(values);
});
