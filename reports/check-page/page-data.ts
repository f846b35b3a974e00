/** How much a finding matters, the gravest first. */
type Level = 'blocking' | 'strong' | 'mild' | 'advice' | 'note';

/** A finding as the page shows it. */
export interface ShownFinding {
  readonly kind: string;
  readonly level: Level;
  readonly count: number;
  readonly estimated?: true;
  readonly places: readonly { readonly line: number; readonly column: number }[];
  readonly message: string;
  readonly remedy: string;
}

/** One axis of a file: figures of each sample over all lines. */
export interface ShownAxis {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly least: readonly number[];
  readonly most: readonly number[];
}

/** One file that was checked. */
export interface ShownFile {
  readonly path: string;
  readonly label: 'regular' | 'abnormal' | null;
  readonly fit: boolean;
  readonly lines: number;
  /** Null when lines do not divide into the axes, or cannot be read. */
  readonly bufferSize: number | null;
  readonly sha256: string | null;
  readonly sampling: {
    readonly samplingFrequencyHz: number;
    readonly signalLengthSeconds: number;
    readonly nyquistHz: number;
    readonly strongestHz: number | null;
    readonly energyAbove: number | null;
  } | null;
  readonly findings: readonly ShownFinding[];
  /** Samples that one point of the plots stands for; more than 1 for very long buffers. */
  readonly samplesPerPoint: number;
  readonly axes: readonly ShownAxis[];
}

/** What the page of a check is made of. */
export interface CheckPageData {
  readonly axes: number;
  readonly files: readonly ShownFile[];
  /** Regular and abnormal files side by side. */
  readonly comparison: readonly ShownFinding[];
}
