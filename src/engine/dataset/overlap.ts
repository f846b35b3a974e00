/** What the search for overlaps needs of a file. */
export interface Lines {
  /** Row-major [lines × valuesPerLine]. */
  readonly values: Float32Array;
  readonly lines: number;
  readonly valuesPerLine: number;
}

/** True when the last `samples` samples (all axes) of line `row` are the first ones of line `row + 1`. */
export function overlapsBy(file: Lines, axes: number, row: number, samples: number): boolean {
  const { values, valuesPerLine } = file;
  const tail = (row + 1) * valuesPerLine - samples * axes;
  const head = (row + 1) * valuesPerLine;
  for (let i = samples * axes - 1; i >= 0; i--) {
    if (values[tail + i] !== values[head + i]) return false;
  }
  return true;
}

/**
 * The largest k < bufferSize by which every neighbouring pair of lines overlaps, in samples; 0 when there is none.
 * Lines of different files are no neighbours.
 */
export function commonOverlap(files: readonly Lines[], axes: number): number {
  const bufferSize = (files[0]?.valuesPerLine ?? 0) / axes;
  if (!files.some((file) => file.lines > 1)) return 0;
  for (let k = bufferSize - 1; k > 0; k--) {
    const everywhere = files.every((file) => {
      for (let row = 0; row + 1 < file.lines; row++) if (!overlapsBy(file, axes, row, k)) return false;
      return true;
    });
    if (everywhere) return k;
  }
  return 0;
}
