import fc from 'fast-check';
import { Emulator } from '../../src/engine/emulator/emulator.ts';
import { libraryShape } from '../../src/engine/library.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { combinations, libraryOf } from './cases.ts';
import { differences, type Player, planBatches } from './play.ts';
import type { Call, ParityCase } from './script.ts';
import { refusedSignal, SIGNAL_KINDS } from './signals.ts';

/** A call before its signal is made: what fast-check varies and shrinks. */
type Sketch =
  | { readonly do: 'initialize' | 'export' }
  | { readonly do: 'learn' | 'detect'; readonly kind: string; readonly seed: number }
  | { readonly do: 'setSensitivity'; readonly value: number }
  /** Takes the knowledge that the export before the last `back` exports answered; nothing without one. */
  | { readonly do: 'import'; readonly back: number };

export interface Sequence {
  /** Place in the list of pipelines and models. */
  readonly combination: number;
  readonly calls: readonly Sketch[];
}

const REFUSED = 'refused';
/** The plainest first: a failing sequence shrinks towards it. */
const KINDS = ['smooth', ...Object.keys(SIGNAL_KINDS).filter((kind) => kind !== 'smooth'), REFUSED];

const signal = (call: 'learn' | 'detect', weight: number) => ({
  weight,
  arbitrary: fc.record({
    do: fc.constant(call),
    kind: fc.oneof({ weight: 2, arbitrary: fc.constant('smooth') }, fc.constantFrom(...KINDS)),
    seed: fc.nat(0xffff),
  }),
});

const call: fc.Arbitrary<Sketch> = fc.oneof(
  signal('learn', 24),
  signal('detect', 10),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('setSensitivity' as const),
      value: fc.oneof(fc.float(), fc.constantFrom(0.1, 1, 100, 0, -1, 101, Number.NaN)),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Sketch>({ do: 'export' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('import' as const), back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant<Sketch>({ do: 'initialize' }) },
);

/** Random sequences of calls over random pipelines and models; all but one in ten begin with initialize. */
export function sequences(): fc.Arbitrary<Sequence> {
  const count = combinations().length;
  const calls = fc.array(call, { maxLength: 60, size: 'max' });
  const begun = calls.map((rest): Sketch[] => [{ do: 'initialize' }, ...rest]);
  return fc.record({
    combination: fc.nat(count - 1),
    calls: fc.oneof({ weight: 9, arbitrary: begun }, { weight: 1, arbitrary: calls }),
  });
}

/** The calls that a sequence stands for: signals made, knowledge of imports taken from the emulator. */
export function caseOf({ combination, calls: sketches }: Sequence): ParityCase {
  const { shape, pipeline, model } = combinations()[combination]!;
  const library = libraryOf(shape, pipeline, model);
  const { axes, length } = libraryShape(library);
  const emulator = new Emulator(library);
  const saved: Uint32Array[] = [];
  const calls: Call[] = [];
  for (const sketch of sketches) {
    if (sketch.do === 'learn' || sketch.do === 'detect') {
      const make = sketch.kind === REFUSED ? refusedSignal : SIGNAL_KINDS[sketch.kind]!;
      const values = make(seededRandom(sketch.seed), axes, length);
      if (sketch.do === 'learn') emulator.learn(values);
      calls.push({ do: sketch.do, signal: values });
    } else if (sketch.do === 'import') {
      const knowledge = saved.at(-1 - sketch.back) ?? saved[0];
      if (knowledge === undefined) continue;
      emulator.restore(new Uint8Array(knowledge.buffer));
      calls.push({ do: 'import', knowledge });
    } else {
      if (sketch.do === 'initialize') emulator.initialize();
      if (sketch.do === 'export') saved.push(new Uint32Array(emulator.knowledge().buffer));
      calls.push(sketch.do === 'setSensitivity' ? sketch : { do: sketch.do });
    }
  }
  const name = `${axes}x${length} ${JSON.stringify(pipeline)} ${JSON.stringify(model)}`;
  return { name, library, calls };
}

/** Says nothing when all players answer as the emulator does; throws the first difference. */
export async function sameBits(sequence: Sequence, players: readonly Player[]): Promise<void> {
  const batches = planBatches([caseOf(sequence)]);
  for (const play of players) {
    const [difference] = await differences(batches, play);
    if (difference !== undefined) throw new Error(difference);
  }
}
