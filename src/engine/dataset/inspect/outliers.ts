/** Outliers lie beyond this many robust standard deviations. */
const DEVIATIONS = 6;
/** Median absolute deviation of a normal distribution, as a share of its standard deviation. */
const MAD_OF_NORMAL = 1 / 1.4826;
/** Mean absolute deviation of a normal distribution, likewise: square root of 2/π. */
const MEAN_DEVIATION_OF_NORMAL = 0.7979;

/** Figures held exactly; of longer files every second, fourth … line. */
const MOST_HELD = 1 << 17;
/** Extreme figures held on each side when not all are. */
const MOST_EXTREMES = 2048;

/** Centre and spread that a few wild figures cannot move. */
export interface RobustScale {
  readonly center: number;
  /** Standard deviation, estimated robustly; 0 when all figures are equal. */
  readonly deviation: number;
}

/**
 * Median, and 1.4826 × median absolute deviation. Where more than half of the figures are equal that is 0 and would
 * make outliers of all others: then the mean absolute deviation takes its place (Iglewicz and Hoaglin 1993).
 */
export function robustScale(figures: Float64Array): RobustScale {
  const center = median(figures);
  const apart = figures.map((figure) => Math.abs(figure - center));
  const deviation = median(apart) / MAD_OF_NORMAL;
  if (deviation > 0) return { center, deviation };
  const mean = apart.reduce((sum, one) => sum + one, 0) / apart.length;
  return { center, deviation: mean / MEAN_DEVIATION_OF_NORMAL };
}

function median(figures: Float64Array): number {
  const sorted = figures.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * One figure of every line, in bounded memory: all of them up to 131,072 lines; of more, an even share for
 * centre and spread, and the most extreme ones for the outliers.
 */
export class LineFigures {
  readonly #mostHeld: number;
  #figures = new Float64Array(256);
  #lines = new Float64Array(256);
  #held = 0;
  #stride = 1;
  #seen = 0;
  #high: Extremes | undefined;
  #low: Extremes | undefined;

  constructor(mostHeld = MOST_HELD) {
    this.#mostHeld = mostHeld;
  }

  add(figure: number, line: number): void {
    this.#high?.add(figure, line);
    this.#low?.add(-figure, line);
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#held === this.#mostHeld) {
      this.#halve();
      if ((this.#seen - 1) % this.#stride !== 0) return;
    }
    if (this.#held === this.#figures.length) {
      this.#figures = grown(this.#figures);
      this.#lines = grown(this.#lines);
    }
    this.#figures[this.#held] = figure;
    this.#lines[this.#held++] = line;
  }

  /** Lines whose figure lies beyond six robust standard deviations, and whether there may be more than these. */
  outliers(): { readonly lines: number[]; readonly complete: boolean } {
    const { center, deviation } = robustScale(this.#figures.subarray(0, this.#held));
    const far = DEVIATIONS * deviation;
    if (!(deviation > 0)) return { lines: [], complete: true };
    if (this.#high === undefined || this.#low === undefined) {
      const lines: number[] = [];
      for (let i = 0; i < this.#held; i++) {
        if (Math.abs(this.#figures[i]! - center) > far) lines.push(this.#lines[i]!);
      }
      return { lines, complete: true };
    }
    const high = this.#high.beyond(center + far);
    const low = this.#low.beyond(far - center);
    return { lines: [...high.lines, ...low.lines], complete: high.complete && low.complete };
  }

  #halve(): void {
    if (this.#high === undefined) {
      this.#high = new Extremes();
      this.#low = new Extremes();
      for (let i = 0; i < this.#held; i++) {
        this.#high.add(this.#figures[i]!, this.#lines[i]!);
        this.#low!.add(-this.#figures[i]!, this.#lines[i]!);
      }
    }
    this.#stride *= 2;
    this.#held = Math.ceil(this.#held / 2);
    for (let i = 0; i < this.#held; i++) {
      this.#figures[i] = this.#figures[2 * i]!;
      this.#lines[i] = this.#lines[2 * i]!;
    }
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** The largest figures of many, with their lines. */
class Extremes {
  #entries: { figure: number; line: number }[] = [];
  #least = Number.NEGATIVE_INFINITY;

  add(figure: number, line: number): void {
    if (figure <= this.#least) return;
    this.#entries.push({ figure, line });
    if (this.#entries.length < 2 * MOST_EXTREMES) return;
    this.#entries.sort((a, b) => b.figure - a.figure);
    this.#entries.length = MOST_EXTREMES;
    this.#least = this.#entries.at(-1)!.figure;
  }

  beyond(limit: number): { lines: number[]; complete: boolean } {
    const lines = this.#entries.filter(({ figure }) => figure > limit).map(({ line }) => line);
    return { lines, complete: this.#least <= limit };
  }
}
