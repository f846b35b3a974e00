import type { Dataset } from '../engine/dataset/dataset.ts';
import { type LineReference, selectionLines, splitLabel } from '../engine/dataset/split.ts';
import type { CoupleSplit } from '../engine/search/build-library.ts';
import type { SelectionData } from '../engine/search/evaluate.ts';
import { NeaiError } from '../shared/errors.ts';
import { readDataset } from './read-dataset.ts';

/** Files of one machine: a couple. */
export interface CoupleFiles {
  readonly name: string;
  /** At least one; lines count through them in this order. */
  readonly regular: readonly string[];
  /** May be empty: then this couple says nothing about the threshold. */
  readonly abnormal: readonly string[];
}

export interface SearchData {
  readonly couples: readonly CoupleSplit[];
  /** The selection part, in memory that threads share. */
  readonly selection: SelectionData;
}

/** Reads the files of all couples and cuts them into what the search may see and what it may not. */
export async function readSearchData(couples: readonly CoupleFiles[], axes: number): Promise<SearchData> {
  const splits: CoupleSplit[] = [];
  for (const { name, regular, abnormal } of couples) {
    splits.push({
      name,
      regular: splitLabel('regular', await readAll(regular, axes), axes),
      abnormal: splitLabel('abnormal', await readAll(abnormal, axes), axes),
    });
  }
  const valuesPerLine = sameValuesPerLine(
    splits.flatMap(({ regular, abnormal }) => [...regular.datasets, ...abnormal.datasets]),
  );
  const selection: SelectionData = {
    shape: { axes, length: valuesPerLine / axes },
    couples: splits.map(({ name, regular, abnormal }) => ({
      name,
      regular: concatenate(selectionLines(regular), valuesPerLine),
      abnormal: concatenate(selectionLines(abnormal), valuesPerLine),
      overlapLines: regular.firstHeldOut - regular.selectionCount,
    })),
  };
  return { couples: splits, selection };
}

async function readAll(paths: readonly string[], axes: number): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for (const path of paths) datasets.push(await readDataset(path, { axes, forSearch: true }));
  return datasets;
}

function sameValuesPerLine(datasets: readonly Dataset[]): number {
  const first = datasets[0]!;
  for (const { path, valuesPerLine, lineNumbers } of datasets) {
    if (valuesPerLine === first.valuesPerLine) continue;
    throw new NeaiError(
      'SIGNAL_WRONG_COUNT',
      `lines have ${valuesPerLine} values instead of ${first.valuesPerLine}`,
      {
        file: path,
        line: lineNumbers[0]!,
        asked: `${first.valuesPerLine} values, as in ${first.path}`,
        got: `${valuesPerLine} values`,
      },
    );
  }
  return first.valuesPerLine;
}

function concatenate(lines: readonly LineReference[], valuesPerLine: number): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(lines.length * valuesPerLine * 4));
  lines.forEach(({ signal }, i) => {
    values.set(signal, i * valuesPerLine);
  });
  return values;
}
