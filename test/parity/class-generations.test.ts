import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Classifier } from '../../src/engine/classification/classifier.ts';
import { generateClassifier } from '../../src/engine/classification/codegen/generate-classifier.ts';
import type { ApiName } from '../../src/engine/index.ts';
import { writePlan } from '../../src/host/compile.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import { compilerOf } from './build.ts';
import { smallClassifier } from './classifier-cases.ts';
import { DEADLINE_MS } from './tools.ts';

const FOLDER = join(import.meta.dirname, 'generations');
const ENGINE = join(import.meta.dirname, '../../src/engine');
const CORES = ['cortex-m0', 'cortex-m4'] as const;
const STRICT = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wundef', '-Werror'];
const { library, signals } = smallClassifier(seededRandom(3));
const KINDS = library.classes.length;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-class-generations-'));
  const rows = signals.map((s) => `    {${Array.from(new Uint32Array(s.buffer)).join('u, ')}u},\n`);
  const values = library.axes * library.bufferSize;
  const table = `#include <stdint.h>\nstatic const uint32_t replay_signals[][${values}] = {\n${rows.join('')}};\n`;
  await writeFile(join(folder, 'replay_signals.h'), table);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the classifier's emulator answers, in the codes of a generation. */
function expected(api: ApiName): number[] {
  const isV5 = api === 'v5';
  const codes = isV5
    ? { notReady: 2, notFinite: 3 }
    : { notReady: 123, notFinite: api === 'v3-early' ? 127 : 128 };
  const classifier = new Classifier(library);
  let id = 999;
  const log = signals.flatMap((signal, i) => {
    const started = i === 1 ? (isV5 ? [0] : [125, 0]) : [];
    if (i === 1) classifier.initialize();
    const { code, probabilities } = classifier.classify(signal);
    const failed = code > KINDS;
    if (!failed) id = isV5 ? code - 1 : code;
    else if (!isV5) id = 0;
    const said = failed ? (code === 124 ? codes.notReady : codes.notFinite) : 0;
    return [...started, said, id, ...Array.from(probabilities, (value) => 65536 * value)];
  });
  const passed = 0;
  return isV5
    ? [...log, library.classes.at(-1)!.name.charCodeAt(library.classes.at(-1)!.name.length - 1), 1, passed]
    : [...log, passed];
}

describe('firmware written for an API generation of classification links a classifier that wears it', () => {
  test.for(['v3', 'v3-early', 'v5'] as const)(
    '%s: classes, probabilities and self-test of the emulator on Cortex-M0 and M4F, in C and C++',
    { timeout: DEADLINE_MS },
    async (api) => {
      const kernelSources = (path: string): string => readFileSync(join(ENGINE, path), 'utf8');
      const plan = generateClassifier(library, { kernelSources, api });
      const bundle = join(folder, api);
      await writePlan(plan, bundle);
      const sources = plan.map(({ path }) => path).filter((path) => /^(sources|selftest)\/.*\.c$/.test(path));
      const main = join(FOLDER, `classifier-${api === 'v5' ? 'v5' : 'v3'}.c`);
      for (const core of CORES) {
        const { compiler, flags } = await compilerOf(core);
        const target = flags.filter((flag) => flag.startsWith('-m'));
        const include = [
          '-I.',
          '-Isources',
          '-Iselftest',
          `-I${folder}`,
          `-I${FOLDER}`,
          `-DREPLAY_SIGNALS=${signals.length}`,
        ];
        const run = (...args: string[]) => execa(compiler, [...target, ...include, ...args], { cwd: bundle });
        const cpp = ['-xc++', '-std=c++17', ...STRICT, '-fsyntax-only'];
        await run(...cpp, main);
        await run(...cpp, 'NanoEdgeAI.hpp', '-Wno-pragma-once-outside-header');
        await run('-std=c11', ...STRICT, '-c', 'example/main.c', '-o', 'example.o');
        await run('-std=c11', '-O2', ...STRICT, '-c', main, '-o', 'main.o');
        const bare = ['-T', 'example/cortex-m.ld', '-nostartfiles', '--specs=nano.specs'];
        const own = ['main.o', join(FOLDER, 'replay.c'), 'example/startup.c', ...sources];
        await run(...flags, '-g0', ...own, ...bare, '-Wl,--no-warn-rwx-segments', '-o', 'firmware.elf');
        const { output, breakpoint } = runBareCore({
          model: core,
          elf: await readFile(join(bundle, 'firmware.elf')),
          input: { symbol: 'replay_in', bytes: new Uint8Array(4) },
          output: 'replay_out',
          deadlineInstructions: 1e9,
        });
        expect(breakpoint).toBe(0x2a);
        const [count, ...values] = new Uint32Array(output.slice().buffer);
        // the digest of .neai, which replay_end adds, is not asked of classifiers
        expect(values.slice(0, count! - 1), core).toEqual(expected(api));
      }
    },
  );
});
