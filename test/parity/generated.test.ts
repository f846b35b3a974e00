import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Emulator, type Library } from '../../src/engine/index.ts';
import { floatToBits } from '../../src/engine/numeric/f32.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { compilerOf, writeLibrary } from './build.ts';
import { libraryOf } from './cases.ts';
import { refusedSignal, SIGNAL_KINDS } from './signals.ts';

const MAIN = fileURLToPath(new URL('generated/main.c', import.meta.url));

const LIBRARIES: Readonly<Record<string, Library>> = {
  'time statistics beside octave bands, shrunk covariance': libraryOf(
    { axes: 3, length: 64 },
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
  ),
  'three stages one after the other, store of clusters': libraryOf(
    { axes: 3, length: 50 },
    [
      { transform: 'difference', params: {} },
      { transform: 'magnitude', params: {} },
      { transform: 'quantiles', params: {} },
    ],
    { name: 'cluster_store', params: { clusters: 8 } },
  ),
  'one sample of five variables, principal components': libraryOf(
    { axes: 5, length: 1 },
    [{ transform: 'quadratic', params: {} }],
    { name: 'ccipca', params: { components: 4, inside: true } },
  ),
};

interface Step {
  readonly operation: number;
  readonly words: Uint32Array;
  call(emulator: Emulator): number;
}

const bitsOf = (signal: Float32Array): Uint32Array => new Uint32Array(signal.buffer);

/** Calls in the order of real use: detect too early, initialize, learn, detect, other sensitivities, learn on. */
function steps({ axes, bufferSize }: Library): Step[] {
  const random = seededRandom(5);
  const kinds = Object.values(SIGNAL_KINDS);
  const signal = (odd: boolean): Float32Array =>
    (odd ? kinds[random.below(kinds.length)]! : SIGNAL_KINDS['smooth']!)(random, axes, bufferSize);
  const learn = (values: Float32Array): Step => ({
    operation: 2,
    words: bitsOf(values),
    call: (emulator) => emulator.learn(values),
  });
  const detect = (values: Float32Array): Step => ({
    operation: 3,
    words: bitsOf(values),
    call: (emulator) => emulator.detect(values),
  });
  const sensitivity = (value: number): Step => ({
    operation: 4,
    words: Uint32Array.of(floatToBits(value)),
    call: (emulator) => {
      emulator.setSensitivity(value);
      return emulator.getStatus();
    },
  });
  return [
    detect(signal(false)),
    learn(signal(false)),
    { operation: 1, words: new Uint32Array(0), call: (emulator) => emulator.initialize() },
    ...Array.from({ length: 40 }, () => learn(signal(false))),
    ...Array.from({ length: 30 }, (_, i) => detect(signal(i % 3 === 0))),
    learn(refusedSignal(random, axes, bufferSize)),
    detect(refusedSignal(random, axes, bufferSize)),
    ...[0.2, 1.5, Number.NaN, 200].flatMap((value) => [sensitivity(value), detect(signal(false))]),
    ...Array.from({ length: 20 }, () => learn(signal(true))),
    ...Array.from({ length: 20 }, () => detect(signal(true))),
  ];
}

function playOnEmulator(library: Library, calls: readonly Step[]): Uint8Array {
  const emulator = new Emulator(library);
  const answers = calls.map((step) => {
    const code = step.call(emulator);
    const words = Uint32Array.of(code, floatToBits(emulator.getSensitivity()));
    return Buffer.concat([new Uint8Array(words.buffer), emulator.knowledge()]);
  });
  return Buffer.concat(answers);
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-generated-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function playOnLibrary(
  name: string,
  library: Library,
  calls: readonly Step[],
  extraFlags: readonly string[],
): Promise<Uint8Array> {
  const at = join(folder, name);
  const sources = await writeLibrary(library, at);
  const { compiler, flags } = await compilerOf('host');
  const program = join(at, 'play');
  await execa(compiler, [...flags, ...extraFlags, '-I.', '-Isources', ...sources, MAIN, '-o', program], {
    cwd: at,
  });
  const words = calls.map(({ operation, words: given }) => Uint32Array.of(operation, ...given));
  const input = Buffer.concat(words.map((chunk) => new Uint8Array(chunk.buffer)));
  const { stdout } = await execa(program, { input, encoding: 'buffer', stripFinalNewline: false });
  return stdout;
}

describe.each(Object.entries(LIBRARIES))('a generated library: %s', (name, library) => {
  const calls = steps(library);
  const expected = playOnEmulator(library, calls);

  test('answers and learns as the emulator does, and leaves the signal as it was', async () => {
    const got = await playOnLibrary(name, library, calls, []);
    expect(Buffer.from(got).equals(expected)).toBe(true);
  });

  test('answers and learns the same in the build with taps', async () => {
    const got = await playOnLibrary(`${name} with taps`, library, calls, ['-DNEAI_TAPS']);
    expect(Buffer.from(got).equals(expected)).toBe(true);
  });
});
