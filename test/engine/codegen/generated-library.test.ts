import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estimateRamBytes, type Library, libraryShape } from '../../../src/engine/index.ts';
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

test('the C++ header compiles', async () => {
  const cwd = join(folder, 'cpp');
  await writeLibrary(LIBRARIES[0]!, cwd);
  const program = '#include "NanoEdgeAI.hpp"\nint main() { static neai::signal s; return neai::learn(s); }\n';
  await execa(
    'g++',
    ['-std=c++11', '-Wall', '-Wextra', '-Werror', '-I.', '-fsyntax-only', '-x', 'c++', '-'],
    {
      cwd,
      input: program,
    },
  );
});
