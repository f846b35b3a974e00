/**
 * Writes engine-parity.json: calls over every transform and every model, with the answers of the emulator, all as
 * hexadecimal words. Cases that stand in the file stay as they are, so that arithmetic which changes by mistake is found;
 * new transforms and models are added. `--all` makes every case anew: for arithmetic that was changed on purpose.
 *
 *     node test/vectors/engine-parity.ts [--all]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import { floatToHex } from '../../src/engine/numeric/f32.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';
import type { Shape, StageSpec } from '../../src/engine/transforms/transform.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { libraryOf } from '../parity/cases.ts';
import { playOnEmulator } from '../parity/reference.ts';
import { SIGNAL_KINDS } from '../parity/signals.ts';
import { callsOf, type VectorCase, VECTORS_FILE, type Vectors, WORDS_A_CALL } from '../parity/vectors.ts';

const SHAPES: readonly Shape[] = [
  { axes: 2, length: 16 },
  { axes: 5, length: 1 },
];
const LEARNS = 24;
const keyOf = ({ axes, length }: Shape): string => `${axes}x${length}`;
const hex = (word: number): string => word.toString(16).padStart(8, '0');

/** Smooth signals to learn, then one of each kind. */
function signalsOf({ axes, length }: Shape): string[] {
  const random = seededRandom(1);
  const kinds = [...Array.from({ length: LEARNS }, () => 'smooth'), ...Object.keys(SIGNAL_KINDS)];
  return kinds.map((kind) =>
    Array.from(SIGNAL_KINDS[kind]!(random, axes, length), (value) => floatToHex(value)).join(' '),
  );
}

function vectorOf(shape: Shape, stage: StageSpec, modelName: string, signals: readonly string[]): VectorCase {
  const dimension = chainOutputLength([stage], shape)!;
  const params = modelByName(modelName).searchSpace(dimension)[0]!;
  const library = libraryOf(shape, [stage], { name: modelName, params });
  const count = signals.length;
  const calls = [
    'initialize',
    ...Array.from({ length: LEARNS }, (_, i) => `learn ${i}`),
    'export',
    ...Array.from({ length: count - LEARNS }, (_, i) => `detect ${LEARNS + i}`),
    'sensitivity 3f000000',
    'detect 3',
    ...Array.from({ length: count - LEARNS }, (_, i) => `learn ${LEARNS + i}`),
    'detect 3',
    'import',
    'detect 3',
    'export',
  ];
  const name = `${keyOf(shape)} ${JSON.stringify(stage)} ${JSON.stringify(library.model)}`;
  const empty = { name, library, calls, answers: [] };
  // twice: the import takes what the first run exported
  const first = answersOf(empty, signals);
  return { ...empty, answers: answersOf({ ...empty, answers: first }, signals) };
}

function answersOf(one: VectorCase & { readonly library: ReturnType<typeof libraryOf> }, signals: readonly string[]) {
  const calls = callsOf(one, signals).filter((call) => call.do !== 'import' || call.knowledge.length > 0);
  const words = playOnEmulator({ name: one.name, library: one.library, calls });
  const knowledge = words.length - WORDS_A_CALL * calls.length;
  const exports = calls.filter((call) => call.do === 'export').length;
  let at = 0;
  return calls.map((call) => {
    const count = WORDS_A_CALL + (call.do === 'export' ? knowledge / exports : 0);
    return words.slice(at, (at += count)).map(hex).join(' ');
  });
}

const signals = Object.fromEntries(SHAPES.map((shape) => [keyOf(shape), signalsOf(shape)]));
const cases: VectorCase[] = [];
for (const transform of TRANSFORMS) {
  for (const shape of SHAPES) {
    const [params] = transform.searchSpace(shape).filter(
      (one) => chainOutputLength([{ transform: transform.name, params: one }], shape) !== null,
    );
    if (params === undefined) continue;
    cases.push(vectorOf(shape, { transform: transform.name, params }, 'diag', signals[keyOf(shape)]!));
    break;
  }
}
for (const model of MODELS) {
  const [shape] = SHAPES as [Shape];
  cases.push(vectorOf(shape, { transform: 'time_stats', params: {} }, model.name, signals[keyOf(shape)]!));
}

const standing = process.argv.includes('--all') ? [] : present();
const kept = new Map(standing.map((one) => [one.name, one]));
const added = cases.filter(({ name }) => !kept.has(name));
const document: Vectors = {
  about: 'Written by engine-parity.ts beside this file: what every rung of the parity ladder answers. Committed.',
  signals,
  cases: [...standing, ...added],
};
writeFileSync(VECTORS_FILE, `${JSON.stringify(document, undefined, 1)}\n`);
process.stdout.write(`${standing.length} cases kept, ${added.length} written\n`);

function present(): readonly VectorCase[] {
  try {
    return (JSON.parse(readFileSync(VECTORS_FILE, 'utf8')) as Vectors).cases;
  } catch {
    return [];
  }
}
