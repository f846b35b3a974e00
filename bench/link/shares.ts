import { seededRandom } from '../../src/shared/random.ts';
import type { Metric } from '../write-metrics.ts';
import { type LineFigure, learnAll, medianRound, type Rounds, withBoard } from './line-bench.ts';

const FAST = 921_600;
const SLOW = 115_200;
/** Most signals that one message takes, whatever the board has room for (detect_many's limit too). */
export const MOST_BATCHED = 40;
const LARGE = { axes: 3, length: 128 };
const SMALL = { axes: 3, length: 16 };
const SMALL_VALUES = SMALL.axes * SMALL.length;

/** The board whose figures carry no name. */
export const MAIN_BOARD = 'nucleo-l432kc';

/**
 * What samples sent as they are get of a board's line, at both rates and in batches.
 */
export async function rawShares(boardId: string, rounds: Rounds, signal: AbortSignal): Promise<Metric[]> {
  const metrics: Metric[] = [];
  const suffix = boardId === MAIN_BOARD ? '' : `-${boardId.replace('nucleo-', '')}`;
  const add = (name: string, value: number, unit: string, goal: string | null): void => {
    metrics.push({ name: `${name}${suffix}`, value, unit, goal });
  };
  const addShare = (name: string, figure: LineFigure, goal: string): void => {
    add(name, figure.share, 'of the line rate', goal);
    add(`${name}OfCeiling`, figure.share / figure.ceiling, `of ${figure.ceiling.toFixed(4)}`, '≥ 0.98');
    add(`${name}HostWait`, figure.hostWaitSeconds, 's beside', null);
  };
  await withBoard(boardId, LARGE, signal, async (bench) => {
    for (const [baud, goal] of [
      [SLOW, 0.92],
      [FAST, 0.85],
    ] as const) {
      const client = await bench.connect({ packSamples: false, baud });
      if (client.baud !== baud) {
        console.log(`${boardId}: ${baud} baud did not carry`);
        continue;
      }
      const signals = noise(rounds.signals, LARGE.axes * LARGE.length);
      const figure = await medianRound(rounds, () => learnAll(bench, client, signals));
      const sendingMs = (LARGE.axes * LARGE.length * 4 * 10_000) / (figure.ceiling * baud);
      const learningMs = (figure.learnTicks * 1000) / client.hello.coreClockHz;
      const bound = figure.ceiling * Math.min(1, sendingMs / learningMs);
      const isReachable = learningMs <= sendingMs;
      const name = `lineShare${baud}`;
      addShare(name, figure, isReachable ? `≥ ${goal}` : `bound ${bound.toFixed(3)}: learning is longer`);
      add(`${name}LearnOverSend`, learningMs / sendingMs, 'longest learn ÷ sending', null);
    }
  });
  await withBoard(boardId, SMALL, signal, async (bench) => {
    const client = await bench.connect({ packSamples: false, baud: SLOW });
    const batch = Math.min(MOST_BATCHED, Math.floor(client.hello.inputSamples / SMALL_VALUES));
    const signals = noise(3 * batch, SMALL_VALUES);
    addShare(
      'lineShareBatched115200',
      await medianRound(rounds, () => learnAll(bench, client, signals, batch)),
      '≥ 0.90',
    );
    add('batchedSignals', batch, 'signals a message', null);
  });
  return metrics;
}

function noise(count: number, values: number): Float32Array[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => Float32Array.from({ length: values }, () => random.normal()));
}
