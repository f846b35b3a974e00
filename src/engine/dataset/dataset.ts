/** How much a finding matters; none of them blocks (blocking ones are thrown as NeaiError). */
export type FindingLevel = 'strong' | 'mild' | 'advice' | 'note';

/** Something about a signal file that its owner should know. */
export interface Finding {
  readonly kind: string;
  readonly level: FindingLevel;
  /** Lines, or pairs of lines, concerned. */
  readonly count: number;
  /** First places, 1-based line numbers in the file; at most five. */
  readonly lines: readonly number[];
  /** 1-based value of the line where it shows first, when one value is to blame. */
  readonly value?: number;
  readonly message: string;
  readonly remedy: string;
}

/** One signal file, parsed. */
export interface Dataset {
  /** The file as its user named it. */
  readonly path: string;
  /** SHA-256 of the file's bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Row-major [lines × valuesPerLine]; a line is interleaved: x1 y1 z1 x2 y2 z2 ... */
  readonly values: Float32Array;
  readonly lines: number;
  readonly valuesPerLine: number;
  /** 1-based line number in the file of each signal; header and blank lines make gaps. */
  readonly lineNumbers: readonly number[];
  readonly findings: readonly Finding[];
}

/** The values of signal `row` (0-based) of a dataset: a view, not a copy. */
export function signalAt(dataset: Dataset, row: number): Float32Array {
  return dataset.values.subarray(row * dataset.valuesPerLine, (row + 1) * dataset.valuesPerLine);
}
