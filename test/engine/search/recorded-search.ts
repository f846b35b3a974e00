import type { Dataset, Finding } from '../../../src/engine/dataset/dataset.ts';
import { selectionLines, splitLabel } from '../../../src/engine/dataset/split.ts';
import type { Library } from '../../../src/engine/library.ts';
import { buildLibrary, type CoupleSplit } from '../../../src/engine/search/build-library.ts';
import {
  type Candidate,
  evaluateModel,
  extractFeatures,
  type SelectionData,
} from '../../../src/engine/search/evaluate.ts';
import { learnCouples } from '../../../src/engine/search/learn-couples.ts';
import type { Ranked } from '../../../src/engine/search/ranking.ts';
import type { FinishedSearch } from '../../../src/engine/search/search-facts.ts';
import { type Random, seededRandom } from '../../../src/shared/random.ts';

/** Samples of one line, one axis after the other in time: x1 y1 x2 y2 … */
export type LineMaker = (random: Random, line: number) => number[];

export interface FileMaker {
  readonly name: string;
  readonly lines: number;
  readonly make: LineMaker;
  readonly findings?: readonly Finding[];
}

export interface CoupleMaker {
  readonly name?: string;
  readonly regular: readonly FileMaker[];
  readonly abnormal: readonly FileMaker[];
}

function dataset({ name, lines, make, findings = [] }: FileMaker, random: Random): Dataset {
  const rows = Array.from({ length: lines }, (_, line) => make(random, line));
  return {
    path: `data/${name}`,
    sha256: name.length.toString(16).padStart(64, '0'),
    values: Float32Array.from(rows.flat()),
    lines,
    valuesPerLine: rows[0]!.length,
    lineNumbers: rows.map((_, line) => line + 1),
    findings,
  };
}

/** A search over given candidates, run here and now: what a page shows, without threads and files. */
export function recordedSearch(
  couples: readonly CoupleMaker[],
  candidates: readonly Candidate[],
  { axes = 1, seed = 1, interrupted = false, maxRamBytes = undefined as number | undefined } = {},
): FinishedSearch & { readonly library: Library } {
  const random = seededRandom(seed);
  const splits: CoupleSplit[] = couples.map(({ name, regular, abnormal }, i) => ({
    name: name ?? `couple ${i + 1}`,
    regular: splitLabel(
      'regular',
      regular.map((file) => dataset(file, random)),
      axes,
    ),
    abnormal: splitLabel(
      'abnormal',
      abnormal.map((file) => dataset(file, random)),
      axes,
    ),
  }));
  const length = splits[0]!.regular.datasets[0]!.valuesPerLine / axes;
  const values = (split: CoupleSplit['regular']): Float32Array =>
    Float32Array.from(selectionLines(split).flatMap(({ signal }) => [...signal]));
  const data: SelectionData = {
    shape: { axes, length },
    couples: splits.map(({ name, regular, abnormal }) => ({
      name,
      regular: values(regular),
      abnormal: values(abnormal),
      overlapLines: 0,
    })),
  };
  const ranked = candidates.map(
    (candidate, index): Ranked => ({
      index,
      candidate,
      ramBytes: 400 + 100 * index,
      evaluation: evaluateModel(extractFeatures(data, candidate.pipeline), candidate.model),
    }),
  );
  const winner = ranked[0]!;
  const result = { winner, data, couples: splits, seed, budget: 10, evaluations: ranked.length };
  const learning = learnCouples(winner, data, splits);
  return {
    ...result,
    ranked,
    learning,
    interrupted,
    maxRamBytes,
    library: buildLibrary(result, learning),
  };
}

export const STATISTICS: Candidate = {
  pipeline: [{ transform: 'time_stats', params: {} }],
  model: { name: 'diag', params: {} },
};
export const STATISTICS_SHRUNK: Candidate = {
  ...STATISTICS,
  model: { name: 'cov_shrink', params: {} },
};

export interface Tone {
  /** Periods in the buffer. */
  readonly periods?: number;
  readonly amplitude?: number;
  readonly noise?: number;
  readonly offset?: number;
  readonly samples?: number;
}

/** A tone of random phase with noise on one axis: a machine at one speed. */
export function tone({
  periods = 6,
  amplitude = 1,
  noise = 0.1,
  offset = 0,
  samples = 64,
}: Tone = {}): LineMaker {
  return (random) => {
    const phase = 2 * Math.PI * random.unit();
    return Array.from(
      { length: samples },
      (_, i) =>
        offset +
        amplitude * Math.sin(phase + (2 * Math.PI * periods * i) / samples) +
        noise * random.normal(),
    );
  };
}
