import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renderCheckPage } from '../../../reports/check-page/check-page.ts';
import type { CheckPageData, ShownAxis, ShownFile } from '../../../reports/check-page/page-data.ts';
import type { Finding } from '../../engine/dataset/dataset.ts';
import type { ColumnFigures } from '../../engine/dataset/inspect/column-statistics.ts';
import { NeaiError } from '../../shared/errors.ts';
import { isFit } from '../../studio/check-file.ts';
import { makeFolder } from '../make-folder.ts';
import type { LabelledFile } from './labelled.ts';

/** Points of a plot; longer buffers are drawn with several samples a point. */
const MOST_POINTS = 2048;
/** Values are binary32: more digits say nothing. */
const DIGITS = 7;

/** Writes the page of a check. @returns its absolute path */
export async function writeCheckPage(
  out: string,
  axes: number,
  files: readonly LabelledFile[],
  comparison: readonly Finding[],
): Promise<string> {
  const file = resolve(out);
  await makeFolder(dirname(file));
  const data: CheckPageData = { axes, files: files.map((one) => shownFile(one, axes)), comparison };
  await writeFile(file, renderCheckPage(data)).catch((cause: Error) => {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the page cannot be written', {
      file,
      got: cause.message,
      cause,
    });
  });
  return file;
}

function shownFile(file: LabelledFile, axes: number): ShownFile {
  const { path, label, lines, valuesPerLine, sha256, spectrum, findings, columns } = file;
  const bufferSize = valuesPerLine === null || valuesPerLine % axes !== 0 ? null : valuesPerLine / axes;
  const samplesPerPoint = Math.max(1, Math.ceil((bufferSize ?? 0) / MOST_POINTS));
  const shown =
    columns === null || bufferSize === null
      ? []
      : Array.from({ length: axes }, (_, axis) => shownAxis(columns, axis, axes, samplesPerPoint));
  return {
    path,
    label,
    fit: isFit(file),
    lines,
    bufferSize,
    sha256,
    sampling: spectrum,
    findings,
    samplesPerPoint,
    axes: shown,
  };
}

/** Samples of one point become one: mean of means, pooled deviation, least and most of all. */
function shownAxis(figures: ColumnFigures, axis: number, axes: number, samplesPerPoint: number): ShownAxis {
  const shown = {
    mean: [] as number[],
    deviation: [] as number[],
    least: [] as number[],
    most: [] as number[],
  };
  const step = axes * samplesPerPoint;
  for (let first = axis; first < figures.mean.length; first += step) {
    let [samples, sum, squares] = [0, 0, 0];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = first; i < Math.min(first + step, figures.mean.length); i += axes) {
      samples++;
      sum += figures.mean[i]!;
      squares += figures.deviation[i]! ** 2;
      least = Math.min(least, figures.least[i]!);
      most = Math.max(most, figures.most[i]!);
    }
    shown.mean.push(short(sum / samples));
    shown.deviation.push(short(Math.sqrt(squares / samples)));
    shown.least.push(short(least));
    shown.most.push(short(most));
  }
  return shown;
}

const short = (value: number): number => Number(value.toPrecision(DIGITS));
