import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Emulator } from '../../src/engine/index.ts';
import { decodeState } from '../../src/studio/emulator-state.ts';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import { runNeai } from '../cli/run-neai.ts';
import { build, commandOfPage, LIBRARY, writeInputs } from './build-bundle.ts';

/** Compilers on a computer that others use as well. */
const BUILD_MS = 300_000;
const STATE = 'NanoEdgeAI.dat';
const FLAGS = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16', '-fshort-wchar', '-O1'];

let folder: string;
let taught: Emulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-generations-'));
  await writeInputs(folder);
  await runNeai(folder, 'emulate', '.', 'initialize');
  await runNeai(folder, 'emulate', '.', 'learn', '--file', 'regular.csv', '--begin', '1', '--end', '40');
  taught = new Emulator(LIBRARY);
  const bytes = taught.knowledge().length;
  taught.restore(decodeState(STATE, await readFile(join(folder, STATE)), LIBRARY.id, bytes).knowledge);
}, BUILD_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const gcc = (cwd: string, ...args: string[]) => execa('arm-none-eabi-gcc', [...FLAGS, ...args], { cwd });

describe('a bundle that wears another API generation', { timeout: BUILD_MS }, () => {
  it.for([
    ['v3', ['knowledge.h'], [125, 125, 0], 127],
    ['v5', ['sources/library_pretrained.c'], [3, 3, 0], 5],
  ] as const)(
    'has its example, self-test, C++ header and page in %s, and begins with knowledge of its own',
    async ([api, files, codes, learnt]) => {
      const args = ['--core', 'cortex-m4', '--api', api, '--with-knowledge', STATE];
      const printed = await build(folder, api, ...args);
      expect(printed.api).toBe(api);
      const bundle = join(folder, api);
      for (const file of files)
        expect((await readFile(join(bundle, file), 'utf8')).length).toBeGreaterThan(500);
      const { stdout } = await execa('bash', ['-c', await commandOfPage(bundle)], { cwd: bundle });
      expect(stdout).toBe('');
      await gcc(
        bundle,
        '-xc++',
        '-std=c++17',
        '-Wall',
        '-Wextra',
        '-Werror',
        '-fsyntax-only',
        'NanoEdgeAI.hpp',
        '-Wno-pragma-once-outside-header',
      );
      const page = await readFile(join(bundle, 'documentation.html'), 'utf8');
      expect(page).toContain('neai_anomalydetection_learn');
      expect(page).not.toMatch(/NB_AXES|NanoEdgeAI_learn/);
      const metadata = JSON.parse(await readFile(join(bundle, 'metadata.json'), 'utf8'));
      expect(metadata).toMatchObject({ api, with_knowledge: true });

      const sources = [
        join(import.meta.dirname, 'knowledge-probe.c'),
        'example/startup.c',
        'selftest/neai_selftest.c',
      ];
      const link = [
        '-nostartfiles',
        '--specs=nano.specs',
        '-Wl,--no-wchar-size-warning',
        '-T',
        'example/cortex-m.ld',
      ];
      await gcc(bundle, ...sources, '-I.', '-Iselftest', '-L.', '-lneai', ...link, '-o', 'probe.elf');
      const { output } = runBareCore({
        model: 'cortex-m4',
        elf: await readFile(join(bundle, 'probe.elf')),
        input: { symbol: 'probe_in', bytes: new Uint8Array(4) },
        output: 'probe_out',
        deadlineInstructions: 1e9,
      });
      const signal = Float32Array.from({ length: 96 }, (_, i) => (((i * 7) % 11) - 5) * 0.25);
      const similarity = taught.detect(signal);
      expect([...new Uint32Array(output.slice().buffer)]).toEqual([0, ...codes, 0, similarity, learnt]);
    },
  );

  it('is refused knowledge that nobody can take, of another library, or of too few signals', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { stderr, exitCode } = await runNeai(folder, 'build', '.', '--out', 'none', ...args);
      expect(exitCode).toBe(2);
      return stderr;
    };
    const knowledge = ['--core', 'cortex-m4', '--with-knowledge'];
    expect(await refused(...knowledge, STATE)).toContain('Add --api v3 or --api v5');
    expect(await refused(...knowledge, 'regular.csv', '--api', 'v5')).toContain('another library');
    expect(await refused(...knowledge, 'nothing', '--api', 'v5')).toContain('KNOWLEDGE_FILE_INVALID');
    const few = ['--state', 'few.dat'];
    await runNeai(folder, 'emulate', '.', 'initialize', ...few);
    await runNeai(
      folder,
      'emulate',
      '.',
      'learn',
      '--file',
      'regular.csv',
      '--begin',
      '1',
      '--end',
      '22',
      ...few,
    );
    expect(await refused(...knowledge, 'few.dat', '--api', 'v5')).toContain('25 signals');
    expect(await refused('--board', 'nucleo-l432kc', '--api', 'v3')).toContain('--api belongs to --core');
  });
});
