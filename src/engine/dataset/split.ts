import { type Dataset, signalAt } from './dataset.ts';
import type { LineRange } from './line-range.ts';
import { commonOverlaps } from './overlap.ts';
import { MOST_SEARCH_LINES, subsetRows } from './subset.ts';

export type Label = 'regular' | 'abnormal';

/** One line of a label, found again in its file. */
export interface LineReference {
  readonly dataset: Dataset;
  /** 0-based signal in the dataset. */
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
  /** The lines that take part: all of them, or an ordered subset of 20,000. */
  readonly lines: readonly LineReference[];
  /** Lines of the files; more than `lines` when only a subset takes part. */
  readonly linesInFiles: number;
  readonly selectionCount: number;
  readonly firstHeldOut: number;
  /** Samples by which all neighbouring lines overlap; 0: none. */
  readonly overlapSamples: number;
}

/** Share of the lines of a label that selection may see, in order. */
const SELECTION_SHARE: Record<Label, number> = { regular: 0.75, abnormal: 0.5 };

/** A line, and its 0-based place among all lines of the label's files. */
interface PlacedLine {
  readonly place: number;
  readonly reference: LineReference;
}

/**
 * Splits the files of one label: the first floor(0.75 n) regular or floor(0.5 m) abnormal lines of the concatenation
 * are the selection part. If every neighbouring pair of lines overlaps by k > 0 samples, the last
 * ceil(k / (bufferSize - k)) selection lines share samples with the held-out part and are dropped as a gap.
 * Of more than 20,000 lines an ordered subset takes part (`subsetRows`); both parts are those of the whole files.
 */
export function splitLabel(label: Label, datasets: readonly Dataset[], axes: number): LabelSplit {
  const linesInFiles = datasets.reduce((sum, dataset) => sum + linesOf(dataset), 0);
  const placed = thinned(placedLines(datasets), linesInFiles);
  const overlapSamples = commonOverlap(datasets, axes);
  const bufferSize = (datasets[0]?.valuesPerLine ?? 0) / axes;
  const gap = overlapSamples === 0 ? 0 : Math.ceil(overlapSamples / (bufferSize - overlapSamples));
  const boundary = Math.floor(SELECTION_SHARE[label] * linesInFiles);
  const linesBefore = (end: number): number => placed.filter(({ place }) => place < end).length;
  return {
    label,
    datasets,
    lines: placed.map(({ reference }) => reference),
    linesInFiles,
    selectionCount: linesBefore(boundary - gap),
    firstHeldOut: linesBefore(boundary),
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
  const taken = new Map<Dataset, LineReference[]>(split.datasets.map((dataset) => [dataset, []]));
  for (const reference of selectionLines(split)) taken.get(reference.dataset)!.push(reference);
  return [...taken].map(([dataset, references]) => ({ dataset, ranges: rangesOf(dataset, references) }));
}

/** Neighbouring signals make one range, over header and blank lines between them. */
function rangesOf(dataset: Dataset, references: readonly LineReference[]): LineRange[] {
  const ranges: { first: number; last: number }[] = [];
  let before = Number.NaN;
  for (const { row, line } of references) {
    const rowInFile = dataset.subset?.rows[row] ?? row;
    if (rowInFile === before + 1) ranges.at(-1)!.last = line;
    else ranges.push({ first: line, last: line });
    before = rowInFile;
  }
  return ranges;
}

const linesOf = (dataset: Dataset): number => dataset.subset?.of ?? dataset.lines;

function placedLines(datasets: readonly Dataset[]): PlacedLine[] {
  const placed: PlacedLine[] = [];
  let before = 0;
  for (const dataset of datasets) {
    dataset.lineNumbers.forEach((line, row) => {
      const place = before + (dataset.subset?.rows[row] ?? row);
      placed.push({ place, reference: { dataset, row, line, signal: signalAt(dataset, row) } });
    });
    before += linesOf(dataset);
  }
  return placed;
}

/** At most 20,000 lines: for each place drawn from the whole the line there, or the next one that is held. */
function thinned(placed: readonly PlacedLine[], linesInFiles: number): readonly PlacedLine[] {
  if (placed.length <= MOST_SEARCH_LINES) return placed;
  const drawn: PlacedLine[] = [];
  let at = 0;
  for (const place of subsetRows(linesInFiles)) {
    while (at < placed.length && placed[at]!.place < place) at++;
    if (at < placed.length) drawn.push(placed[at++]!);
  }
  return drawn;
}

/**
 * The largest k < bufferSize by which every neighbouring pair of lines overlaps, in samples; 0 when there is none.
 * Lines of different files are no neighbours.
 */
function commonOverlap(datasets: readonly Dataset[], axes: number): number {
  const perFile = datasets
    .map((dataset) => dataset.subset?.overlaps ?? commonOverlaps(dataset, axes))
    .filter((overlaps) => overlaps !== undefined);
  const [first, ...others] = perFile;
  return first?.findLast((k) => others.every((overlaps) => overlaps.includes(k))) ?? 0;
}
