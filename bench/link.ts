/**
 * `npm run bench:link`: what the line gives to samples, in the virtual time of the board (docs/link.md). All figures are
 * medians of five. Data sets: the folder that NEAI_DATASETS names.
 *
 * --rounds N (5), --signals N (12) a round, --only raw|encoded
 */
import { parseArgs } from 'node:util';
import { signalAt } from '../src/engine/dataset/dataset.ts';
import { seededRandom } from '../src/shared/random.ts';
import { readDataset } from '../src/studio/read-dataset.ts';
import { dataSetFolder, readManifest } from './engine/sets.ts';
import { type LineFigure, learnAll, withBoard } from './link/line-bench.ts';
import { type Metric, writeMetrics } from './write-metrics.ts';

const BOARD = 'nucleo-l432kc';
const FAST = 921_600;
const SLOW = 115_200;
/** Shorter signals are sent several in a message, and their figures stand apart. */
const SMALL_SAMPLES = 64;
const MOST_BATCHED = 40;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    signals: { type: 'string', default: '12' },
    only: { type: 'string' },
  },
});
const rounds = Number(options.rounds);
const signals = Number(options.signals);
const signal = AbortSignal.timeout(1_800_000);
const metrics: Metric[] = [];
const add = (name: string, value: number, unit: string, goal: string | null): void => {
  metrics.push({ name, value, unit, goal });
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The round whose share is the median. */
async function medianRound(once: () => Promise<LineFigure>): Promise<LineFigure> {
  const all: LineFigure[] = [];
  for (let round = 0; round < rounds; round++) all.push(await once());
  const middle = median(all.map(({ share }) => share));
  return all.find(({ share }) => share === middle)!;
}

function noise(count: number, samples: number): Float32Array[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => Float32Array.from({ length: samples }, () => random.normal()));
}

function addShare(name: string, figure: LineFigure, goal: string): void {
  add(name, figure.share, 'of the line rate', goal);
  add(`${name}OfCeiling`, figure.share / figure.ceiling, `of ${figure.ceiling.toFixed(4)}`, '≥ 0.98');
  add(`${name}HostWait`, figure.hostWaitSeconds, 's beside', null);
}

async function rawShares(): Promise<void> {
  await withBoard(BOARD, { axes: 3, length: 128 }, signal, async (bench) => {
    for (const [baud, goal] of [
      [SLOW, 0.92],
      [FAST, 0.85],
    ] as const) {
      const client = await bench.connect({ packSamples: false, baud });
      const coreHz = client.hello.coreClockHz;
      const figure = await medianRound(() => learnAll(bench, client, noise(signals, 3 * 128)));
      const sendingMs = (3 * 128 * 4 * 10_000) / (figure.ceiling * baud);
      const learningMs = (figure.learnTicks * 1000) / coreHz;
      const bound = Math.min(1, sendingMs / learningMs);
      const isReachable = learningMs <= sendingMs;
      const name = `lineShare${figure.baud}`;
      const words = `≥ ${goal}`;
      addShare(
        name,
        figure,
        isReachable ? words : `bound ${(bound * figure.ceiling).toFixed(3)}: learning is longer`,
      );
      add(`${name}LearnOverSend`, learningMs / sendingMs, 'longest learn ÷ sending', null);
      if (figure.baud !== baud) console.log(`${baud} baud did not carry; measured at ${figure.baud}`);
    }
  });
  await withBoard(BOARD, { axes: 3, length: 16 }, signal, async (bench) => {
    const client = await bench.connect({ packSamples: false, baud: SLOW });
    const batch = Math.min(MOST_BATCHED, Math.floor(client.hello.inputSamples / 48));
    const figure = await medianRound(() => learnAll(bench, client, noise(3 * batch, 48), batch));
    addShare('lineShareBatched115200', figure, '≥ 0.90');
    add('batchedSignals', batch, 'signals a message', null);
  });
}

async function encodedOverRaw(): Promise<void> {
  const folder = dataSetFolder();
  if (folder === null) {
    console.log('no data sets (NEAI_DATASETS: a folder with manifest.json): encodedVersusRaw NOT RUN');
    return;
  }
  const large: number[] = [];
  for (const { name, axes, buffer, regular } of readManifest(folder)) {
    const dataset = await readDataset(regular, { axes });
    const isSmall = buffer < SMALL_SAMPLES;
    const values = axes * buffer;
    const ratio = await withBoard(BOARD, { axes, length: buffer }, signal, async (bench) => {
      const seconds: number[] = [];
      for (const packSamples of [false, true]) {
        const client = await bench.connect({ packSamples, baud: SLOW });
        const batch = isSmall ? Math.min(MOST_BATCHED, Math.floor(client.hello.inputSamples / values)) : 1;
        const count = Math.min(dataset.lines, isSmall ? 3 * batch : signals);
        const some = Array.from({ length: count }, (_, row) => signalAt(dataset, row));
        seconds.push((await medianRound(() => learnAll(bench, client, some, batch))).seconds);
      }
      return seconds[0]! / seconds[1]!;
    });
    if (!isSmall) large.push(ratio);
    const title = name
      .replace(/_./g, (pair) => pair[1]!.toUpperCase())
      .replace(/^./, (first) => first.toUpperCase());
    const what = `× raw, ${axes} × ${buffer}${isSmall ? ', batched' : ''}`;
    add(`encodedVersusRaw${title}`, ratio, what, isSmall ? null : '≥ 1.7');
  }
  const mean = large.reduce((sum, ratio) => sum + ratio, 0) / large.length;
  add('encodedVersusRaw', mean, '× raw, mean', '≥ 2.0');
}

if (options.only !== 'encoded') await rawShares();
if (options.only !== 'raw') await encodedOverRaw();
writeMetrics('link', metrics);
