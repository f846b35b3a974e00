import { type Dataset, signalAt } from './dataset.ts';
import type { LineRange } from './line-range.ts';
import { commonOverlap } from './overlap.ts';

export type Label = 'regular' | 'abnormal';

/** One line of a label, found again in its file. */
export interface LineReference {
  readonly dataset: Dataset;
  /** 0-based signal in the file. */
  readonly row: number;
  /** 1-based line in the file. */
  readonly line: number;
  /** The values: a view into the dataset. */
  readonly signal: Float32Array;
}

/**
 * The files of one label in the order given, cut into what the search may see and what it may not:
 * selection = lines [0, selectionCount), gap = [selectionCount, firstHeldOut), held out = [firstHeldOut, lines.length).
 */
export interface LabelSplit {
  readonly label: Label;
  readonly datasets: readonly Dataset[];
  readonly lines: readonly LineReference[];
  readonly selectionCount: number;
  readonly firstHeldOut: number;
  /** Samples by which all neighbouring lines overlap; 0: none. */
  readonly overlapSamples: number;
}

/** Share of the lines of a label that selection may see, in order. */
const SELECTION_SHARE: Record<Label, number> = { regular: 0.75, abnormal: 0.5 };

/**
 * Splits the files of one label: the first floor(0.75 n) regular or floor(0.5 m) abnormal lines of the concatenation
 * are the selection part. If every neighbouring pair of lines overlaps by k > 0 samples, the last
 * ceil(k / (bufferSize - k)) selection lines share samples with the held-out part and are dropped as a gap.
 */
export function splitLabel(label: Label, datasets: readonly Dataset[], axes: number): LabelSplit {
  const lines = datasets.flatMap((dataset) =>
    dataset.lineNumbers.map((line, row) => ({ dataset, row, line, signal: signalAt(dataset, row) })),
  );
  const firstHeldOut = Math.floor(SELECTION_SHARE[label] * lines.length);
  const overlapSamples = commonOverlap(datasets, axes);
  const bufferSize = (datasets[0]?.valuesPerLine ?? 0) / axes;
  const gap = overlapSamples === 0 ? 0 : Math.ceil(overlapSamples / (bufferSize - overlapSamples));
  return {
    label,
    datasets,
    lines,
    selectionCount: Math.max(0, firstHeldOut - gap),
    firstHeldOut,
    overlapSamples,
  };
}

export const selectionLines = (split: LabelSplit): readonly LineReference[] =>
  split.lines.slice(0, split.selectionCount);

export const heldOutLines = (split: LabelSplit): readonly LineReference[] =>
  split.lines.slice(split.firstHeldOut);

/** Ranges of file lines that the selection part takes of each file, for the library's search record. */
export function selectedRanges(
  split: LabelSplit,
): { readonly dataset: Dataset; readonly ranges: LineRange[] }[] {
  let before = 0;
  return split.datasets.map((dataset) => {
    const taken = Math.min(Math.max(split.selectionCount - before, 0), dataset.lines);
    before += dataset.lines;
    const ranges =
      taken === 0 ? [] : [{ first: dataset.lineNumbers[0]!, last: dataset.lineNumbers[taken - 1]! }];
    return { dataset, ranges };
  });
}
