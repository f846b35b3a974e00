/**
 * How much a finding matters. Blocking ones make a file unfit: `check` lists them all, everything else throws the
 * first as NeaiError.
 */
export type FindingLevel = 'blocking' | 'strong' | 'mild' | 'advice' | 'note';

/** Where a finding shows: 1-based line and column (in characters, as an editor counts) in the file. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something about a signal file that its owner should know. */
export interface Finding {
  /** What it is, in words; blocking ones also have the code that refuses the file elsewhere. */
  readonly kind: string;
  readonly code?: string;
  readonly level: FindingLevel;
  /** Lines, or pairs of lines, concerned. */
  readonly count: number;
  /** True when the count was taken of a part of a long file and extrapolated. */
  readonly estimated?: true;
  /** The first places; at most five. None where the file as a whole is concerned. */
  readonly places: readonly Place[];
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
  /** 1-based line number in the file of each signal; header and blank lines make gaps, and so does a subset. */
  readonly lineNumbers: readonly number[];
  readonly findings: readonly Finding[];
  /** Present when only a subset of a long file's lines is held. */
  readonly subset?: Subset;
}

/** What a dataset that holds some lines of a file knows of the whole. */
export interface Subset {
  /** Signals in the file. */
  readonly of: number;
  /** 0-based place in the file, among its signals, of each signal held; ascending. */
  readonly rows: readonly number[];
  /** Every k > 0 by which all neighbouring lines of the file overlap, in samples, ascending. */
  readonly overlaps: readonly number[];
}

/** The values of signal `row` (0-based) of a dataset: a view, not a copy. */
export function signalAt(dataset: Dataset, row: number): Float32Array {
  return dataset.values.subarray(row * dataset.valuesPerLine, (row + 1) * dataset.valuesPerLine);
}
