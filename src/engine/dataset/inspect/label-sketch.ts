import { type Digest, digestOf } from './digest-table.ts';
import { lineFeatures } from './line-features.ts';

/** Lines whose looks are remembered; of longer files every second, fourth … */
const MOST_LOOKS = 1024;
/** Contents that are remembered; beyond, those whose digest ends in another zero bit. */
const MOST_CONTENTS = 1 << 14;
/** A digest of 64 bits as one exact number of 53. */
const LOW_BITS_KEPT = 21;

/** What is remembered of a file's signals so that regular and abnormal ones can be compared, in bounded memory. */
export class LabelSketch {
  readonly #axes: number;
  readonly #digest: Digest = { high: 0, low: 0 };
  #looks: number[][] = [];
  #stride = 1;
  #lines = 0;
  #contents = new Set<number>();
  #contentsOneIn = 1;

  constructor(axes: number) {
    this.#axes = axes;
  }

  /** Lines seen. */
  get lines(): number {
    return this.#lines;
  }

  /** Features of lines evenly spread over the file. */
  get looks(): readonly (readonly number[])[] {
    return this.#looks;
  }

  add(signal: Float32Array): void {
    if (this.#lines++ % this.#stride === 0) this.#looks.push(lineFeatures(signal, this.#axes));
    if (this.#looks.length > MOST_LOOKS) {
      this.#stride *= 2;
      this.#looks = this.#looks.filter((_, i) => i % 2 === 0);
    }
    const { high, low } = digestOf(signal, this.#digest);
    if (low % this.#contentsOneIn !== 0) return;
    this.#contents.add(key(high, low));
    if (this.#contents.size > MOST_CONTENTS) this.#forget(2 * this.#contentsOneIn);
  }

  /** Different contents that both files hold; counted on a sample of long files and extrapolated. */
  contentsIn(other: LabelSketch): number {
    const oneIn = Math.max(this.#contentsOneIn, other.#contentsOneIn);
    let both = 0;
    for (const content of this.#contents) {
      if (sampled(content, oneIn) && other.#contents.has(content)) both++;
    }
    return both * oneIn;
  }

  #forget(oneIn: number): void {
    this.#contentsOneIn = oneIn;
    this.#contents = new Set([...this.#contents].filter((content) => sampled(content, oneIn)));
  }
}

const key = (high: number, low: number): number => high * 2 ** LOW_BITS_KEPT + (low % 2 ** LOW_BITS_KEPT);
const sampled = (content: number, oneIn: number): boolean => content % oneIn === 0;
