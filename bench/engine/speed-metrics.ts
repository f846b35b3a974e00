import type { Metric } from '../write-metrics.ts';
import { runPeer } from './peer.ts';
import { startSearches } from './search-rate.ts';
import type { BenchSet } from './sets.ts';

/** Sets that the comparison with scikit-learn is defined on. */
const COMPARED = ['ceiling_fan', 'har_squat'];
const WORKERS = 2;

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;

/** Candidates a second of the default search against scikit-learn's, and with two workers against one. */
export async function speedMetrics(
  sets: readonly BenchSet[],
  turns: number,
  withPeer: boolean,
): Promise<Metric[]> {
  const metrics: Metric[] = [];
  const ratios: number[] = [];
  const scalings: number[] = [];
  for (const set of sets.filter(({ name }) => COMPARED.includes(name))) {
    const [one, two] = [await startSearches(set, 1), await startSearches(set, WORKERS)];
    const rates: number[] = [];
    const against: number[] = [];
    const scaling: number[] = [];
    try {
      for (let turn = 0; turn < turns; turn++) {
        const alone = await one.rate();
        const rate = await two.rate();
        rates.push(rate);
        scaling.push(rate / alone);
        if (!withPeer) continue;
        const [peer] = runPeer(set, { repeats: 1 }).rates;
        // the search once more after the peer: the computer may have become busier or quieter
        const after = await two.rate();
        against.push((rate + after) / 2 / peer!);
        metrics.push({
          name: `${set.name}.scikitLearnRate.${turn + 1}`,
          value: peer!,
          unit: 'candidates per s',
          goal: null,
        });
      }
    } finally {
      await one.close();
      await two.close();
    }
    metrics.push({
      name: `${set.name}.searchRate`,
      value: median(rates),
      unit: 'candidates per s',
      goal: null,
    });
    scalings.push(median(scaling));
    if (against.length === 0) continue;
    ratios.push(median(against));
    metrics.push({
      name: `${set.name}.searchVersusScikitLearn`,
      value: median(against),
      unit: 'ratio',
      goal: '>= 50',
    });
  }
  if (ratios.length > 0) {
    metrics.push({
      name: 'searchVersusScikitLearn',
      value: Math.min(...ratios),
      unit: 'ratio, the worse set',
      goal: '>= 50',
    });
  }
  if (scalings.length > 0) {
    metrics.push({
      name: 'searchScalingTwoCores',
      value: Math.min(...scalings),
      unit: 'ratio, the worse set',
      goal: '>= 1.6',
    });
  }
  return metrics;
}
