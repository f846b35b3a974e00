/**
 * Makes the small libraries and signal files that scenarios use. They are committed, and stay as they are when the search
 * learns better: the same seed gives the same signals, and with the same search the same library.
 * `node scripts/make-scenario-fixtures.ts [NAME…]` makes those named, or all, again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Random, seededRandom } from '../src/shared/random.ts';
import { runSearch } from '../src/studio/run-search.ts';

const FOLDER = join(import.meta.dirname, '../scenarios/fixtures');
const LINES = 80;
const EVALUATIONS = 60;

interface Machine {
  readonly name: string;
  readonly axes: number;
  /** Samples per axis. */
  readonly bufferSize: number;
  readonly seed: number;
  /** Most RAM that its library may need; any when absent. */
  readonly maxRamBytes?: number;
  /** One sample instant of a machine; `wear` is 0 for a regular one and 1 for an abnormal one. */
  sample(random: Random, phase: number, axis: number, wear: number): number;
}

const MACHINES: readonly Machine[] = [
  {
    // A pump whose pressure swings once in a signal; when it wears, the second harmonic grows.
    name: 'pump-1x16',
    axes: 1,
    bufferSize: 16,
    seed: 16,
    sample: (random, phase, _axis, wear) =>
      2 + Math.sin(phase) + 0.8 * wear * Math.sin(2 * phase) + 0.08 * random.normal(),
  },
  {
    // A motor current read eight times a minute; when it is overloaded, the current rises and ripples.
    name: 'motor-1x8',
    axes: 1,
    bufferSize: 8,
    seed: 8,
    sample: (random, phase, _axis, wear) =>
      1.5 + 0.9 * wear + (0.2 + 0.3 * wear) * Math.cos(phase) + 0.05 * random.normal(),
  },
  {
    // A fan on a three-axis accelerometer, in raw counts as a sensor gives them: whole numbers of 16 bits.
    name: 'fan-3x32',
    axes: 3,
    bufferSize: 32,
    seed: 32,
    sample: (random, phase, axis, wear) =>
      Math.round(
        [0, 120, 4096][axis]! +
          (180 + 60 * axis) * Math.sin(2 * phase + axis) +
          260 * wear * Math.sin(5 * phase) +
          25 * random.normal(),
      ),
  },
  {
    // A gearbox on a three-axis accelerometer, in g: two meshing wheels; a worn tooth strikes once a turn and rattles. Its
    // library has to fit the smallest board there is: all boards must give the same bits for it.
    name: 'gearbox-3x64',
    axes: 3,
    bufferSize: 64,
    seed: 64,
    maxRamBytes: 4096,
    sample: (random, phase, axis, wear) =>
      [0.02, -0.04, 1][axis]! +
      0.3 * Math.sin(3 * phase + axis) +
      (0.12 + 0.05 * axis) * Math.sin(7 * phase) +
      wear * (0.25 * Math.exp(3 * (Math.cos(phase) - 1)) + 0.2 * Math.sin(19 * phase)) +
      0.04 * random.normal(),
  },
];

const named = process.argv.slice(2);
for (const machine of MACHINES) {
  if (named.length > 0 && !named.includes(machine.name)) continue;
  const folder = join(FOLDER, machine.name);
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(machine.seed);
  const files = ['regular', 'abnormal'].map((label, wear) => {
    const file = join(folder, `${label}.csv`);
    const lines = Array.from({ length: LINES }, () => signalLine(machine, random, wear));
    writeFileSync(file, `${lines.join('\n')}\n`);
    return relative(process.cwd(), file);
  });
  const { library } = await runSearch({
    couples: [{ name: machine.name, regular: [files[0]!], abnormal: [files[1]!] }],
    axes: machine.axes,
    evaluations: EVALUATIONS,
    seed: machine.seed,
    ...(machine.maxRamBytes === undefined ? {} : { maxRamBytes: machine.maxRamBytes }),
  });
  writeFileSync(join(folder, 'library.json'), `${JSON.stringify(library, undefined, 2)}\n`);
  console.log(`${machine.name}: library ${library.id}`);
}

function signalLine({ axes, bufferSize, sample }: Machine, random: Random, wear: number): string {
  const start = 2 * Math.PI * random.unit();
  const values: string[] = [];
  for (let instant = 0; instant < bufferSize; instant++) {
    const phase = start + (2 * Math.PI * instant) / bufferSize;
    for (let axis = 0; axis < axes; axis++)
      values.push(String(Number(sample(random, phase, axis, wear).toPrecision(5))));
  }
  return values.join(' ');
}
