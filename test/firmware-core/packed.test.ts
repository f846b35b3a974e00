import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { signalAt } from '../../src/engine/dataset/dataset.ts';
import { REFUSALS } from '../../src/protocol/codes.ts';
import { packSamples } from '../../src/protocol/packed-samples.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { readDataset } from '../../src/studio/read-dataset.ts';
import { datasetPaths } from '../support/datasets.ts';
import { buildPackedTool } from './build.ts';

let program: string;
beforeAll(async () => {
  program = await buildPackedTool();
});

/** What the decoder of the firmware makes of packed samples, fed so many bytes at a time. */
async function unpack(all: readonly Uint8Array[], bytesAtATime = 7): Promise<string[]> {
  const lines = all.map((bytes) => Buffer.from([bytesAtATime, ...bytes]).toString('hex'));
  const { stdout } = await execa(program, [], { input: lines.map((line) => `${line}\n`).join('') });
  return stdout.split('\n');
}

const words = (samples: Float32Array): string =>
  Array.from(new Uint32Array(samples.buffer, samples.byteOffset, samples.length), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');

const code = (name: string): number => REFUSALS.find((refusal) => refusal.name === name)!.code;

/** Samples as sensors and files have them, and as they never have them. */
function sampleSets(): { name: string; axes: number; samples: Float32Array }[] {
  const random = seededRandom(1);
  const of = (name: string, axes: number, value: (i: number) => number, length = 96) => ({
    name,
    axes,
    samples: Float32Array.from({ length }, (_, i) => value(i)),
  });
  const walk = { at: 0 };
  return [
    of('integers in steps of eight', 3, () => 8 * random.below(4000) - 16000),
    of('decimals of five places', 3, () => Math.round((4 * random.unit() - 2) * 1e5) / 1e5),
    of('thirds of a volt in 1024ths', 1, () => random.below(3300) / 1024),
    of('a walk that differences suit', 2, () => {
      walk.at += random.below(5) - 2;
      return walk.at / 100 + 40;
    }),
    of('the largest and smallest int32', 1, (i) => (i % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 128)),
    of('one value', 4, () => 0.1),
    of('whole numbers that float32 rounds', 1, (i) => 2 ** 24 + 2 * i),
    of('numbers of any kind', 2, () => random.normal()),
    of('signed zeros among others', 1, (i) => (i % 2 === 0 ? -0 : 1)),
    of('NaN and infinity', 1, (i) => [Number.NaN, Number.POSITIVE_INFINITY, 1][i % 3]!),
    of('denormals', 1, (i) => i * 2 ** -149),
    of('one sample', 1, () => 23.7, 1),
  ];
}

describe('packed samples', () => {
  it('come out of the firmware with the bits they had, whatever they are', async () => {
    const packed = sampleSets().map((set) => ({ ...set, bytes: packSamples(set.samples, set.axes)?.bytes }));
    const shorter = packed.filter((set) => set.bytes !== undefined);
    const unpacked = await unpack(shorter.map(({ bytes }) => bytes!));
    for (const [i, { name, samples }] of shorter.entries()) expect(unpacked[i], name).toBe(words(samples));
    // what is not known to be a count of anything travels as it is, or hardly shorter
    expect(shorter.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['integers in steps of eight', 'one value', 'the largest and smallest int32']),
    );
    for (const { bytes, samples } of shorter) expect(bytes!.length).toBeLessThan(4 * samples.length);
  });

  it('of bits that lie near each other come out with these bits, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        fc.integer({ min: 1, max: 28 }),
        fc.array(fc.integer(), { minLength: 8, maxLength: 90 }),
        fc.integer({ min: 1, max: 255 }),
        async (axes, centre, spread, all, piece) => {
          const kept = all.slice(0, all.length - (all.length % axes));
          const samples = new Float32Array(
            Int32Array.from(kept, (value) => centre + (value >> spread)).buffer,
          );
          const packed = packSamples(samples, axes);
          fc.pre(packed !== undefined);
          expect(await unpack([packed!.bytes], piece)).toEqual([words(samples)]);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('of another form are refused with a reason, and never decoded past the input buffer', async () => {
    const whole = packSamples(
      Float32Array.from({ length: 64 }, (_, i) => i % 7),
      2,
    )!.bytes;
    const changed = (at: number, to: number): Uint8Array => whole.with(at, to);
    const cases: [string, Uint8Array, string][] = [
      ['no axes', changed(0, 0), 'malformed'],
      ['a count that the axes do not divide', changed(1, 63), 'wrong_length'],
      ['more samples than fit', Uint8Array.of(1, 0x81, 0x20, 0, 0, 1, 0), 'too_large'],
      ['the last byte missing', whole.subarray(0, -1), 'wrong_length'],
      ['a byte too many', Uint8Array.of(...whole, 0), 'wrong_length'],
      ['a form nobody knows', changed(2, 3), 'malformed'],
      ['eleven decimals', changed(2, 11 << 3), 'malformed'],
      ['a width of 33 bits', Uint8Array.of(1, 1, 0, 0, 1, 33), 'malformed'],
      ['a number written longer than it need be', Uint8Array.of(1, 0x81, 0, 0, 0, 1, 0), 'malformed'],
      ['bits left over', Uint8Array.of(1, 1, 0, 0, 1, 0x40), 'malformed'],
      ['nothing at all', new Uint8Array(), 'wrong_length'],
    ];
    const got = await unpack(cases.map(([, bytes]) => bytes));
    for (const [i, [name, , refusal]] of cases.entries())
      expect(got[i], name).toBe(`refused ${code(refusal)}`);
  });

  it('of random bytes never hurt the decoder', async () => {
    const random = seededRandom(3);
    const garbage = Array.from({ length: 4000 }, () =>
      Uint8Array.from({ length: 1 + random.below(40) }, () =>
        random.below(3) === 0 ? random.below(4) : random.below(256),
      ),
    );
    const got = await unpack(garbage);
    expect(got).toHaveLength(garbage.length);
    for (const line of got) expect(line).toMatch(/^(refused \d+|([0-9a-f]{8})+)$/);
  });
});

const RECORDED = [
  { name: 'ceiling_fan', axes: 3 },
  { name: 'cooler_fan_uci', axes: 3 },
  { name: 'fan_current_st', axes: 1 },
  { name: 'har_squat', axes: 3 },
  { name: 'hydraulic_leak', axes: 8 },
  { name: 'machine_temperature', axes: 1 },
];

describe('signals of a recorded machine', () => {
  it.for(RECORDED)('$name travel in less than 1/1.7 of their bytes', async ({ name, axes }, { skip }) => {
    const paths = datasetPaths(name);
    if ('missing' in paths) return skip(paths.missing);
    const dataset = await readDataset(paths.regular, { axes });
    const some = Array.from({ length: 40 }, (_, row) => signalAt(dataset, row));
    const packed = some.map((signal) => packSamples(signal, axes)!.bytes);
    expect(await unpack(packed)).toEqual(some.map(words));
    const bytes = packed.reduce((sum, each) => sum + each.length, 0);
    expect((40 * 4 * some[0]!.length) / bytes).toBeGreaterThan(1.7);
  });
});
