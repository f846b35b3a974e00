import type { Metric } from '../write-metrics.ts';
import { runPeer } from './peer.ts';
import { MOST_RAM_BYTES, type SearchQuality, searchQuality } from './quality.ts';
import type { BenchSet } from './sets.ts';

const WORKERS = 2;
const points = (fraction: number): string => (100 * fraction).toFixed(1).padStart(6);
const mean = (figures: readonly number[]): number => figures.reduce((sum, f) => sum + f, 0) / figures.length;

export interface QualityOptions {
  readonly seeds: number;
  readonly evaluations: number;
  readonly withPeer: boolean;
}

/** Quality of the libraries found, set by set, and their means; prints a table as it goes. */
export async function qualityMetrics(
  sets: readonly BenchSet[],
  { seeds, evaluations, withPeer }: QualityOptions,
): Promise<Metric[]> {
  const metrics: Metric[] = [];
  const report = (name: string, value: number, unit: string, goal: string | null = null): void => {
    metrics.push({ name, value, unit, goal });
  };
  const accuracies: number[] = [];
  const differences: number[] = [];
  console.log(
    `${'set'.padEnd(22)} held out  cross-v.  conf.    AUC hindsight    RAM    peer   diff  pick of seed 1 | of the peer`,
  );
  for (const set of sets) {
    const found: SearchQuality[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      found.push(await searchQuality(set, { seed, workers: WORKERS, evaluations }));
    }
    const of = (figure: (quality: SearchQuality) => number): number => mean(found.map(figure));
    const heldOut = of((q) => q.heldOut);
    const ram = Math.max(...found.map((q) => q.ramBytes));
    const peer = withPeer ? runPeer(set, { repeats: 1 }) : null;
    const [own] = found as [SearchQuality];
    console.log(
      `${set.name.padEnd(22)} ${points(heldOut)}   ${points(of((q) => q.crossValidated))} ${points(of((q) => q.heldOutConfidence))} ${points(of((q) => q.heldOutAuc))}  ${points(of((q) => q.hindsight))} ${String(ram).padStart(6)}${own.ramIsMeasured ? ' ' : '~'}${peer ? `${points(peer.heldOut)} ${points(heldOut - peer.heldOut)}` : '             '}  ${own.pick} | ${peer?.pick ?? 'NOT RUN'}`,
    );
    accuracies.push(heldOut);
    const name = (figure: string): string => `${set.name}.${figure}`;
    report(name('balancedAccuracy'), heldOut, 'held out, mean of seeds');
    report(
      name('crossValidated'),
      of((q) => q.crossValidated),
      'balanced accuracy',
    );
    report(
      name('confidence'),
      of((q) => q.heldOutConfidence),
      'held out',
    );
    report(
      name('areaUnderCurve'),
      of((q) => q.heldOutAuc),
      'held out',
    );
    report(
      name('hindsight'),
      of((q) => q.hindsight),
      'best held-out candidate',
    );
    report(
      name('ramBytes'),
      ram,
      own.ramIsMeasured ? 'bytes, measured' : 'bytes, estimated',
      `<= ${MOST_RAM_BYTES}`,
    );
    if (peer === null) continue;
    differences.push(heldOut - peer.heldOut);
    report(name('scikitLearn'), peer.heldOut, 'held out, its own pick');
    report(name('versusScikitLearn'), heldOut - peer.heldOut, 'difference', '>= -0.02');
  }
  if (accuracies.length > 0) report('meanBalancedAccuracy', mean(accuracies), 'held out', '>= 0.88');
  if (differences.length > 0) report('worstVersusPeer', Math.min(...differences), 'difference', '>= -0.02');
  return metrics;
}
