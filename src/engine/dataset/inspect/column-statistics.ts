/** Statistics of each value of a line over all lines, in the order of the file's columns (axes interleaved). */
export interface ColumnFigures {
  readonly mean: Float64Array;
  /** Standard deviation, of the population. */
  readonly deviation: Float64Array;
  readonly least: Float32Array;
  readonly most: Float32Array;
}

/** One pass, 40 bytes a column. Sums are of differences to the first line, so that a large offset costs no digits. */
export class ColumnStatistics {
  readonly #first: Float32Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  readonly #least: Float32Array;
  readonly #most: Float32Array;
  #lines = 0;

  constructor(valuesPerLine: number) {
    this.#first = new Float32Array(valuesPerLine);
    this.#sum = new Float64Array(valuesPerLine);
    this.#squares = new Float64Array(valuesPerLine);
    this.#least = new Float32Array(valuesPerLine).fill(Number.POSITIVE_INFINITY);
    this.#most = new Float32Array(valuesPerLine).fill(Number.NEGATIVE_INFINITY);
  }

  add(signal: Float32Array): void {
    if (this.#lines++ === 0) this.#first.set(signal);
    for (let i = 0; i < signal.length; i++) {
      const value = signal[i]!;
      const apart = value - this.#first[i]!;
      this.#sum[i]! += apart;
      this.#squares[i]! += apart * apart;
      if (value < this.#least[i]!) this.#least[i] = value;
      if (value > this.#most[i]!) this.#most[i] = value;
    }
  }

  figures(): ColumnFigures {
    const lines = this.#lines;
    const deviation = this.#squares.map((squares, i) =>
      Math.sqrt(Math.max(0, squares / lines - (this.#sum[i]! / lines) ** 2)),
    );
    const mean = this.#sum.map((sum, i) => this.#first[i]! + sum / lines);
    return { mean, deviation, least: this.#least, most: this.#most };
  }
}
