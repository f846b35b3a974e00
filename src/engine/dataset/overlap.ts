/** What the search for overlaps needs of a file. */
export interface Lines {
  /** Row-major [lines × valuesPerLine]. */
  readonly values: Float32Array;
  readonly lines: number;
  readonly valuesPerLine: number;
}

/**
 * Finds by how many samples the end of one line is the beginning of the next (Knuth, Morris and Pratt's automaton:
 * time in proportion to the line, whatever it holds).
 */
export class OverlapFinder {
  readonly #axes: number;
  /** fail[i]: the longest proper prefix of the line that is also a suffix of its first i + 1 samples. */
  #fail = new Int32Array(0);

  constructor(axes: number) {
    this.#axes = axes;
  }

  /** @returns the largest k < bufferSize by which `next` takes up the end of `line`, in samples; 0: none */
  longest(line: Float32Array, next: Float32Array): number {
    const axes = this.#axes;
    const samples = next.length / axes;
    if (this.#fail.length !== samples) this.#fail = new Int32Array(samples);
    const fail = this.#fail;
    for (let i = 1, k = 0; i < samples; i++) {
      while (k > 0 && !sameSample(next, i, next, k, axes)) k = fail[k - 1]!;
      if (sameSample(next, i, next, k, axes)) k++;
      fail[i] = k;
    }
    let k = 0;
    for (let i = 0; i < samples; i++) {
      while (k > 0 && (k === samples || !sameSample(line, i, next, k, axes))) k = fail[k - 1]!;
      if (sameSample(line, i, next, k, axes)) k++;
    }
    return k === samples ? fail[k - 1]! : k;
  }

  /** All k of the two lines that `longest` was last asked about, given its answer, largest first. */
  *all(longest: number): Generator<number> {
    for (let k = longest; k > 0; k = this.#fail[k - 1]!) yield k;
  }
}

function sameSample(a: Float32Array, i: number, b: Float32Array, j: number, axes: number): boolean {
  for (let axis = 0; axis < axes; axis++) if (a[i * axes + axis] !== b[j * axes + axis]) return false;
  return true;
}

/** Gathers the overlaps that every neighbouring pair of a file's lines has. */
export class CommonOverlaps {
  #common: number[] | undefined;

  /** @param longest answer of `finder` about a pair of neighbouring lines */
  pair(finder: OverlapFinder, longest: number): void {
    if (this.#common?.length === 0) return;
    const here = [...finder.all(longest)].reverse();
    const known = new Set(this.#common ?? here);
    this.#common = here.filter((samples) => known.has(samples));
  }

  /** Every k > 0 common to all pairs, ascending; undefined without a pair. */
  get all(): number[] | undefined {
    return this.#common;
  }
}

/** Every k > 0 by which all neighbouring lines of a file overlap, in samples, ascending; undefined for one line. */
export function commonOverlaps(file: Lines, axes: number): number[] | undefined {
  const { values, lines, valuesPerLine } = file;
  const finder = new OverlapFinder(axes);
  const common = new CommonOverlaps();
  for (let row = 0; row + 1 < lines && common.all?.length !== 0; row++) {
    const middle = (row + 1) * valuesPerLine;
    const line = values.subarray(middle - valuesPerLine, middle);
    common.pair(finder, finder.longest(line, values.subarray(middle, middle + valuesPerLine)));
  }
  return common.all;
}
