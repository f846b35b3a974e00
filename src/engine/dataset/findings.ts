import type { Dataset, Finding, FindingLevel } from './dataset.ts';
import { FindingCollector } from './finding-collector.ts';
import { castAdvice, suspectedCast } from './integer-cast.ts';
import { overlapsBy } from './overlap.ts';
import { lineDigest } from './seen-lines.ts';

/** Fewer lines than this is refused where a search is to be made of the file. */
export const LEAST_LINES = 20;

/** Samples of overlap between neighbouring lines that are worth a word. */
const OVERLAP_SAMPLES = 8;
/** Outliers lie beyond this many robust standard deviations (1.4826 × median absolute deviation). */
const OUTLIER_DEVIATIONS = 6;

type Unread = Omit<Dataset, 'findings' | 'sha256'>;

/** Everything about a file's signals that should be known before a search; none of it blocks. */
export function inspectSignals(dataset: Unread, axes: number): Finding[] {
  const found = new FindingCollector();
  inspectSize(found, dataset, axes);
  const bufferSize = dataset.valuesPerLine / axes;
  const digests = new Map<string, number>();
  for (let row = 0; row < dataset.lines; row++) {
    const line = dataset.lineNumbers[row]!;
    const signal = dataset.values.subarray(row * dataset.valuesPerLine, (row + 1) * dataset.valuesPerLine);
    inspectLine(found, signal, line, axes);
    const cast = suspectedCast(signal);
    if (cast !== null) {
      const remedy = 'Convert each sample to float before it is written or handed to the library.';
      found.add(warning('integer cast', 'strong', castAdvice(cast), remedy), line);
    }
    const digest = lineDigest(signal);
    const twin = digests.get(digest);
    if (twin !== undefined) {
      const message = `Lines are equal to earlier ones (line ${line} to line ${twin}).`;
      found.add(warning('duplicate', 'mild', message, 'Remove the copies: they teach nothing new.'), line);
    } else digests.set(digest, line);
    if (bufferSize > OVERLAP_SAMPLES && row + 1 < dataset.lines && overlapLength(dataset, axes, row) > 0) {
      const message = `Lines share at least ${OVERLAP_SAMPLES} samples with the line that follows.`;
      found.add(
        warning('overlap', 'advice', message, 'Cut the recording into lines that do not overlap.'),
        line,
      );
    }
  }
  inspectOutliers(found, dataset);
  return found.findings();
}

const warning = (kind: string, level: FindingLevel, message: string, remedy: string, value?: number) =>
  value === undefined ? { kind, level, message, remedy } : { kind, level, message, remedy, value };

function inspectSize(found: FindingCollector, { lines, valuesPerLine }: Unread, axes: number): void {
  const bufferSize = valuesPerLine / axes;
  const more = 'Record more signals: 100 lines or more are recommended.';
  if (lines < 50) found.add(warning('few lines', 'strong', `Only ${lines} lines.`, more));
  else if (lines < 100) found.add(warning('few lines', 'mild', `Only ${lines} lines.`, more));
  if (lines > 100_000) {
    found.add(
      warning('many lines', 'advice', `${lines} lines make the search slow.`, 'Keep fewer, in order.'),
    );
  }
  if (bufferSize > 1 && valuesPerLine < 128) {
    const message = `Only ${valuesPerLine} values a line.`;
    found.add(warning('short lines', 'advice', message, 'Record 128 values a line or more.'));
  }
  if (!Number.isInteger(Math.log2(bufferSize))) {
    const message = `The buffer size ${bufferSize} is no power of two.`;
    found.add(warning('buffer size', 'advice', message, 'Record a power of two of samples where you can.'));
  }
}

function inspectLine(found: FindingCollector, signal: Float32Array, line: number, axes: number): void {
  const bufferSize = signal.length / axes;
  if (bufferSize < 2) return;
  for (let axis = 0; axis < axes; axis++) {
    let i = axis + axes;
    while (i < signal.length && signal[i] === signal[axis]) i += axes;
    if (i < signal.length) continue;
    const message = `An axis has one single value over the whole line (axis ${axis + 1}).`;
    found.add(warning('constant', 'mild', message, 'Check the sensor of this axis.', axis + 1), line);
    break;
  }
  let pairs = 0;
  let run = 1;
  let longest = 1;
  for (let sample = 1; sample < bufferSize; sample++) {
    let equal = true;
    for (let i = sample * axes; i < (sample + 1) * axes && equal; i++) equal = signal[i] === signal[i - axes];
    run = equal ? run + 1 : 1;
    if (equal) pairs++;
    if (run > longest) longest = run;
  }
  if (pairs > 0.01 * (bufferSize - 1) || longest >= 4) {
    const message = 'Neighbouring samples repeat on all axes.';
    const remedy = 'The sensor is read faster than it is written: wait for its data-ready signal.';
    found.add(warning('repetition', 'mild', message, remedy), line);
  }
}

function overlapLength(dataset: Unread, axes: number, row: number): number {
  const bufferSize = dataset.valuesPerLine / axes;
  for (let k = bufferSize - 1; k >= OVERLAP_SAMPLES; k--) {
    if (overlapsBy(dataset, axes, row, k)) return k;
  }
  return 0;
}

function inspectOutliers(found: FindingCollector, dataset: Unread): void {
  const { lines, valuesPerLine, values } = dataset;
  const means = new Float64Array(lines);
  const levels = new Float64Array(lines);
  for (let row = 0; row < lines; row++) {
    let sum = 0;
    let squares = 0;
    for (let i = row * valuesPerLine; i < (row + 1) * valuesPerLine; i++) {
      sum += values[i]!;
      squares += values[i]! * values[i]!;
    }
    means[row] = sum / valuesPerLine;
    levels[row] = Math.sqrt(squares / valuesPerLine);
  }
  const byMean = outliersOf(means);
  const byLevel = outliersOf(levels);
  for (let row = 0; row < lines; row++) {
    if (!byMean(row) && !byLevel(row)) continue;
    const message =
      'The level of lines lies far from that of the others (RMS or mean beyond 6 robust deviations).';
    found.add(warning('outlier', 'advice', message, 'Look at these lines.'), dataset.lineNumbers[row]!);
  }
}

function outliersOf(figures: Float64Array): (row: number) => boolean {
  const center = median(figures);
  const deviation = 1.4826 * median(figures.map((figure) => Math.abs(figure - center)));
  return (row) => deviation > 0 && Math.abs(figures[row]! - center) > OUTLIER_DEVIATIONS * deviation;
}

function median(figures: Float64Array): number {
  const sorted = figures.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
