import { signalAt } from '../../src/engine/dataset/dataset.ts';
import { readDataset } from '../../src/studio/read-dataset.ts';
import { dataSetFolder, readManifest } from '../engine/sets.ts';
import type { Metric } from '../write-metrics.ts';
import { measureDecoder } from './decoder-size.ts';
import { learnAll, medianRound, type Rounds, withBoard } from './line-bench.ts';
import { MAIN_BOARD, MOST_BATCHED } from './shares.ts';

const SLOW = 115_200;
/** Shorter signals are sent several in a message, and their figures stand apart. */
const SMALL_SAMPLES = 64;
/** Flash that the decoder may take on a Cortex-M0. */
const DECODER_BYTES = 1536;

/** How much sooner the first signals of each recorded set are over the line when they are packed. */
export async function encodedOverRaw(rounds: Rounds, signal: AbortSignal): Promise<Metric[]> {
  const decoder = await measureDecoder();
  const metrics: Metric[] = [
    { name: 'packedDecoderBytesM0', value: decoder.own, unit: 'bytes', goal: `≤ ${DECODER_BYTES}` },
    {
      name: 'packedDecoderBytesM0Linked',
      value: decoder.withRoutines,
      unit: 'bytes with libgcc',
      goal: null,
    },
  ];
  const folder = dataSetFolder();
  if (folder === null) {
    console.log('no data sets (NEAI_DATASETS: a folder with manifest.json): encodedVersusRaw NOT RUN');
    return metrics;
  }
  const large: number[] = [];
  for (const { name, axes, buffer, regular } of readManifest(folder)) {
    const dataset = await readDataset(regular, { axes });
    const isSmall = buffer < SMALL_SAMPLES;
    const values = axes * buffer;
    const ratio = await withBoard(MAIN_BOARD, { axes, length: buffer }, signal, async (bench) => {
      const seconds: number[] = [];
      for (const packSamples of [false, true]) {
        const client = await bench.connect({ packSamples, baud: SLOW });
        const batch = isSmall ? Math.min(MOST_BATCHED, Math.floor(client.hello.inputSamples / values)) : 1;
        const count = Math.min(dataset.lines, isSmall ? 3 * batch : rounds.signals);
        const some = Array.from({ length: count }, (_, row) => signalAt(dataset, row));
        seconds.push((await medianRound(rounds, () => learnAll(bench, client, some, batch))).seconds);
      }
      return seconds[0]! / seconds[1]!;
    });
    if (!isSmall) large.push(ratio);
    const title = name.replace(/(?:^|_)./g, (start) => start.at(-1)!.toUpperCase());
    const unit = `× raw, ${axes} × ${buffer}${isSmall ? ', batched' : ''}`;
    metrics.push({ name: `encodedVersusRaw${title}`, value: ratio, unit, goal: isSmall ? null : '≥ 1.7' });
  }
  const value = large.reduce((sum, ratio) => sum + ratio, 0) / large.length;
  return [...metrics, { name: 'encodedVersusRaw', value, unit: '× raw, mean', goal: '≥ 2.0' }];
}
