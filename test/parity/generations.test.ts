import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import { API_NAMES, type ApiName } from '../../src/engine/index.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { vendorHeader, vendorLook } from '../support/vendor-headers.ts';
import { compilerOf } from './build.ts';
import { libraryOf } from './cases.ts';
import { expectedLog, type Replay } from './generations/expected.ts';
import { DEADLINE_MS, LONG } from './tools.ts';

/** Everything that bits may depend on: FFT, logarithms, roots, a factorised covariance. */
const LIBRARY = libraryOf(
  { axes: 3, length: 32 },
  [
    {
      transform: 'concat',
      params: {
        blocks: [
          { transform: 'time_stats', params: {} },
          { transform: 'fft_bands', params: { layout: 'octave', relative: false } },
        ],
      },
    },
  ],
  { name: 'cov_shrink', params: {} },
);
/** Soft floats and hard ones; every core at night. */
const CORES: readonly CpuModel[] = LONG
  ? ['cortex-m0', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33']
  : ['cortex-m0', 'cortex-m4'];
const FOLDER = join(import.meta.dirname, 'generations');
const WARNINGS = [
  '-Wall',
  '-Wextra',
  '-Wpedantic',
  '-Wconversion',
  '-Wsign-conversion',
  '-Wdouble-promotion',
];
const STRICT = [...WARNINGS, '-Wshadow', '-Wundef', '-Wcast-qual', '-Wcast-align', '-Werror'];

const CPP = ['-xc++', '-std=c++17', '-fno-exceptions', '-fno-rtti'];
/** Who compiles a firmware, in which language, and whose header it has; the usual run plays two of them. */
const CUSTOMERS = [
  { name: 'gcc, C', program: 'arm-none-eabi-gcc', flags: ['-std=c11'], header: 'theirs', plays: true },
  { name: 'gcc, C++', program: 'arm-none-eabi-gcc', flags: CPP, header: 'ours', plays: LONG },
  { name: 'clang, C', program: 'clang', flags: ['-std=c11'], header: 'ours', plays: LONG },
  { name: 'clang, C++', program: 'clang', flags: CPP, header: 'theirs', plays: true },
] as const;

const random = seededRandom(9);
const signal = (step: number): Float32Array =>
  Float32Array.from(
    { length: LIBRARY.axes * LIBRARY.bufferSize },
    (_, i) => Math.sin(step * Math.floor(i / 3) + (i % 3)) + 0.3 * random.normal(),
  );
const replay: Replay = {
  learns: 30,
  detects: 15,
  signals: [
    ...Array.from({ length: 31 }, () => signal(0.4)),
    ...Array.from({ length: 16 }, (_, i) => signal(0.4 + 0.05 * (i % 4))),
    signal(0.4).fill(Number.NaN, 5, 6),
  ],
};

const compilers = new Map<CpuModel, ReturnType<typeof compilerOf>>();
function toolOf(core: CpuModel): ReturnType<typeof compilerOf> {
  const known = compilers.get(core) ?? compilerOf(core);
  compilers.set(core, known);
  return known;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-generations-'));
  for (const api of API_NAMES) {
    const plan = planLibrary(LIBRARY, { limits: null, api });
    for (const { path, content } of plan) {
      const to = join(folder, api, path);
      await mkdir(join(to, '..'), { recursive: true });
      await writeFile(to, content);
    }
    await mkdir(join(folder, api, 'theirs'));
    await mkdir(join(folder, api, 'ours'));
    await writeFile(join(folder, api, 'theirs/NanoEdgeAI.h'), vendorHeader(api, vendorLook(LIBRARY)));
    for (const name of ['NanoEdgeAI.h', 'NanoEdgeAI.hpp']) {
      await writeFile(join(folder, api, 'ours', name), await readFile(join(folder, api, name)));
    }
  }
  const rows = replay.signals.map((s) => `    {${Array.from(new Uint32Array(s.buffer)).join('u, ')}u},\n`);
  const values = LIBRARY.axes * LIBRARY.bufferSize;
  const table = `#include <stdint.h>\nstatic const uint32_t replay_signals[][${values}] = {\n${rows.join('')}};\n`;
  await writeFile(join(folder, 'replay_signals.h'), table);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isOfApi = (name: string): boolean => /neai_api|library_config/.test(name);
const run = (program: string, args: readonly string[], cwd: string) => execa(program, args, { cwd });

/** Objects of the library for a core: what all generations share is compiled once. */
async function compileLibraries(core: CpuModel): Promise<Map<ApiName, string[]>> {
  const { compiler, flags } = await toolOf(core);
  const objects = new Map<ApiName, string[]>();
  let shared: string[] = [];
  for (const api of API_NAMES) {
    const out = join(folder, api, core);
    await mkdir(out, { recursive: true });
    const sources = planLibrary(LIBRARY, { limits: null, api })
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.c') && path.startsWith('sources/'));
    const wanted = sources.filter((path) => isOfApi(path) || shared.length === 0);
    const files = [...wanted, 'example/startup.c', join(FOLDER, 'replay.c')].map((path) =>
      path.startsWith('/') ? path : join(folder, api, path),
    );
    const include = [`-I${join(folder, api)}`, `-I${join(folder, api, 'sources')}`, `-I${folder}`];
    await run(compiler, [...flags, '-g0', ...include, '-c', ...files], out);
    const object = (path: string): string => join(out, path.split('/').at(-1)!.replace(/c$/, 'o'));
    if (shared.length === 0) shared = sources.filter((path) => !isOfApi(path)).map(object);
    objects.set(api, [
      ...files.filter((path) => isOfApi(path) || !path.includes('/sources/')).map(object),
      ...shared,
    ]);
  }
  return objects;
}

type Customer = (typeof CUSTOMERS)[number];

/** Compiles a customer's firmware, every warning an error; path of the object. */
async function compileFirmware(core: CpuModel, api: ApiName, customer: Customer): Promise<string> {
  const { flags } = await toolOf(core);
  const target = flags.filter((flag) => flag.startsWith('-m'));
  const source = join(FOLDER, `firmware-${api === 'v3-early' ? 'v3' : api}.c`);
  const clang = customer.program === 'clang' ? ['--target=arm-none-eabi', '-nostdlibinc'] : [];
  const include = [`-I${join(folder, api, customer.header)}`, `-I${FOLDER}`];
  const object = join(folder, api, core, 'firmware.o');
  const all = [...clang, ...target, '-O2', ...customer.flags, ...STRICT, ...include];
  await run(customer.program, [...all, '-c', source, '-o', object], folder);
  return object;
}

/** What the firmware logs on a bare core. */
async function logOf(core: CpuModel, api: ApiName, objects: readonly string[]): Promise<number[]> {
  const { compiler, flags } = await toolOf(core);
  const target = flags.filter((flag) => flag.startsWith('-m'));
  const out = join(folder, api, core);
  const link = ['-nostartfiles', '--specs=nano.specs', '-T', join(folder, api, 'example/cortex-m.ld')];
  // clang's enums may be of another size than gcc's: no enum lies in memory that both see
  const quiet = ['-Wl,--no-warn-rwx-segments', '-Wl,--no-enum-size-warning'];
  await run(compiler, [...target, ...objects, ...link, ...quiet, '-o', 'firmware.elf'], out);
  const { output, breakpoint } = runBareCore({
    model: core,
    elf: await readFile(join(out, 'firmware.elf')),
    input: { symbol: 'replay_in', bytes: new Uint8Array(4) },
    output: 'replay_out',
    deadlineInstructions: 1e9,
  });
  expect(breakpoint).toBe(0x2a);
  const [count, ...values] = new Uint32Array(output.slice().buffer);
  return values.slice(0, count);
}

describe('firmware written for an API generation links a library that wears it', () => {
  test.for(CORES)(
    'on %s, with warnings as errors under gcc and clang, C and C++, and logs the scores of the emulator',
    { timeout: DEADLINE_MS },
    async (core) => {
      const objects = await compileLibraries(core);
      for (const api of API_NAMES) {
        for (const customer of CUSTOMERS) {
          const firmware = await compileFirmware(core, api, customer);
          if (!customer.plays) continue;
          const log = await logOf(core, api, [firmware, ...objects.get(api)!]);
          expect(log, `${api}, ${customer.name}`).toEqual(expectedLog(api, LIBRARY, replay));
        }
      }
    },
  );

  test('and the scores are not all alike, or nothing was shown', () => {
    const scores = new Set(expectedLog('v2', LIBRARY, replay).slice(-20));
    expect(scores.size).toBeGreaterThan(6);
  });
});
