import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planLibrary } from '../../../src/cli/bundle/library-plan.ts';
import { estimateRamBytes, type Library, libraryShape } from '../../../src/engine/index.ts';
import { writePlan } from '../../../src/host/compile.ts';
import { compilerOf, writeLibrary } from '../../parity/build.ts';
import { libraryOf } from '../../parity/cases.ts';

const LIBRARIES: readonly Library[] = [
  libraryOf({ axes: 3, length: 128 }, [{ transform: 'time_stats', params: {} }], {
    name: 'cov_shrink',
    params: {},
  }),
  libraryOf(
    { axes: 2, length: 100 },
    [
      { transform: 'difference', params: {} },
      {
        transform: 'concat',
        params: {
          blocks: [
            { transform: 'fft_bands', params: { layout: 'linear', bands: 8, relative: true } },
            { transform: 'haar', params: {} },
          ],
        },
      },
    ],
    { name: 'cluster_store', params: { clusters: 16 } },
  ),
  libraryOf({ axes: 5, length: 1 }, [{ transform: 'quadratic', params: {} }], { name: 'diag', params: {} }),
];

interface Section {
  readonly name: string;
  readonly bytes: number;
}

/** Sections of every object, by arm-none-eabi-size. */
async function sectionsOf(objects: readonly string[], cwd: string): Promise<Section[]> {
  const { stdout } = await execa('arm-none-eabi-size', ['-A', ...objects], { cwd });
  return stdout.split('\n').flatMap((line) => {
    const match = /^(\.\S+)\s+(\d+)\s+\d+$/.exec(line);
    return match ? [{ name: match[1]!, bytes: Number(match[2]) }] : [];
  });
}

const sum = (sections: readonly Section[], starts: readonly string[]): number =>
  sections
    .filter(({ name }) => starts.some((start) => name === start || name.startsWith(`${start}.`)))
    .reduce((total, { bytes }) => total + bytes, 0);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-codegen-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Compiled {
  readonly cwd: string;
  readonly objects: readonly string[];
}

const compiled = new Map<string, Promise<Compiled>>();

/** The objects of a library for a core; each is compiled once, every warning of the project an error. */
function compile(library: Library, core: string): Promise<Compiled> {
  const key = `${core}-${library.id}`;
  const found = compiled.get(key) ?? compileAnew(library, core);
  compiled.set(key, found);
  return found;
}

async function compileAnew(library: Library, core: string): Promise<Compiled> {
  const cwd = join(folder, `${core}-${library.id}`);
  const sources = await writeLibrary(library, cwd);
  const { compiler, flags } = await compilerOf(core);
  await execa(compiler, [...flags, '-I.', '-Isources', '-c', ...sources, 'example/main.c'], { cwd });
  const objects = sources.map((path) => `${path.slice('sources/'.length, -1)}o`);
  return { cwd, objects };
}

describe.each(LIBRARIES.map((library) => [library.pipeline.at(-1)!.transform, library] as const))(
  'a library generated from a chain that ends with %s',
  (_name, library) => {
    test.each(['cortex-m0', 'cortex-m4'])(
      'takes exactly the RAM that the search was told, on %s',
      async (core) => {
        const { cwd, objects } = await compile(library, core);
        const sections = await sectionsOf(objects, cwd);
        const estimate = estimateRamBytes(library.pipeline, library.model, libraryShape(library));
        expect(sum(sections, ['.data', '.bss', '.neai'])).toBe(estimate);
      },
    );

    test('keeps the knowledge, and nothing else, in a section .neai that is not loaded', async () => {
      const { cwd, objects } = await compile(library, 'cortex-m4');
      const { stdout } = await execa('arm-none-eabi-readelf', ['-SsW', ...objects], { cwd });
      expect(stdout.match(/\.neai\s+NOBITS/g)).toHaveLength(1);
      const header = await execa('grep', ['NEAI_KNOWLEDGE_SIZE', 'NanoEdgeAI.h'], { cwd });
      const bytes = Number(header.stdout.split(' ').at(-1));
      expect(sum(await sectionsOf(objects, cwd), ['.neai'])).toBe(bytes);
      expect(stdout).toMatch(new RegExp(`${bytes} OBJECT\\s+GLOBAL\\s+DEFAULT\\s+\\d+ neai_knowledge`));
    });

    test('calls nothing of the heap, of libm, or of double arithmetic', async () => {
      for (const core of ['cortex-m0', 'cortex-m4']) {
        const { cwd, objects } = await compile(library, core);
        const { stdout } = await execa('arm-none-eabi-nm', ['-u', ...objects], { cwd });
        const outside = new Set([...stdout.matchAll(/ U (\S+)/g)].map((match) => match[1]!));
        const foreign = [...outside].filter(
          (name) => !/^(neai_|memset$|memcpy$|__aeabi_(f|i2f|ui2f|ui|idiv|uidiv|mem))/.test(name),
        );
        expect(foreign).toEqual([]);
      }
    });
  },
);

test.each([['-O0'], ['-Os']])(
  'compiled as its page says, with %s and without the flags of this project, nothing of libm is called',
  async (optimisation) => {
    const cwd = join(folder, `by-the-page${optimisation}`);
    const sources = await writeLibrary(LIBRARIES[0]!, cwd);
    const core = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'];
    const said = ['-I.', '-Isources', '-std=c11', '-ffp-contract=off', '-fno-fast-math'];
    await execa('arm-none-eabi-gcc', [...core, ...said, optimisation, '-c', ...sources], { cwd });
    const objects = sources.map((path) => `${path.slice('sources/'.length, -1)}o`);
    const { stdout } = await execa('arm-none-eabi-nm', ['-u', ...objects], { cwd });
    expect(stdout).toMatch(/U neai_sqrt/);
    expect(stdout).not.toMatch(/sqrtf|errno|__aeabi_d/);
  },
);

const STRICT = [
  '-Werror',
  '-Wall',
  '-Wextra',
  '-Wpedantic',
  '-Wconversion',
  '-Wdouble-promotion',
  '-Wshadow',
];

describe.each([
  ['gcc', ['arm-none-eabi-gcc', 'arm-none-eabi-g++'], ['--specs=nano.specs']],
  ['clang', ['clang', 'clang++'], ['--target=arm-none-eabi', '-ffreestanding']],
] as const)('under %s, every warning an error', (name, [c, cpp], own) => {
  const CORES = [
    ['-mcpu=cortex-m0', '-mfloat-abi=soft'],
    ['-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
    ['-mcpu=cortex-m33', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
  ];

  test('a library limited to boards is clean C11, with its example and its self-test', async () => {
    const cwd = join(folder, `${name}-c`);
    const limits = { boards: ['a'], devices: [{ deviceId: 1, hiddenOnCpuid: 2 }], debugClocks: [] };
    const plan = planLibrary(LIBRARIES[1]!, { limits });
    await writePlan(plan, cwd);
    const sources = plan.map(({ path }) => path).filter((path) => /^sources\/.*\.c$/.test(path));
    const files = [...sources, 'example/main.c', 'example/startup.c', 'selftest/neai_selftest.c'];
    for (const core of CORES) {
      const flags = [
        ...own,
        '-mthumb',
        ...core,
        ...STRICT,
        '-std=c11',
        '-ffp-contract=off',
        '-I.',
        '-Isources',
      ];
      await execa(c, [...flags, '-fsyntax-only', ...files], { cwd });
    }
  });

  test('its headers are clean C++17, and C++11', async () => {
    const cwd = join(folder, `${name}-cpp`);
    await writeLibrary(LIBRARIES[0]!, cwd);
    const input =
      '#include "NanoEdgeAI.hpp"\n#include "neai_selftest.h"\nint main() { static neai::signal s; return neai::learn(s) + neai_selftest(s); }\n';
    for (const standard of ['-std=c++11', '-std=c++17']) {
      const flags = [...own, '-mthumb', ...CORES[1]!, ...STRICT, standard, '-I.', '-Iselftest'];
      await execa(cpp, [...flags, '-fsyntax-only', '-x', 'c++', '-'], { cwd, input });
    }
  });
});

test("a computer's clang makes a library of it that passes its self-test, every warning an error", async () => {
  const cwd = join(folder, 'clang-host');
  const sources = await writeLibrary(LIBRARIES[0]!, cwd);
  await writeFile(
    join(cwd, 'main.c'),
    '#include "neai_selftest.h"\nint main(void) { static float b[BUFFER_SIZE * NB_AXES]; return neai_selftest(b); }\n',
  );
  const flags = [...STRICT, '-std=c11', '-O2', '-ffp-contract=off', '-I.', '-Isources', '-Iselftest'];
  const files = [...sources, 'selftest/neai_selftest.c', 'main.c'];
  await execa('clang', [...flags, ...files, '-lm', '-o', 'program'], { cwd });
  await execa(join(cwd, 'program'));
});
