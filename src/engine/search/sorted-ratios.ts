import type { LabelledRatios } from './calibrate.ts';
import { BLOCKS, blockRange } from './folds.ts';

/** Sorted once, read many times: a threshold apart for each block only leaves lines out. */
export interface SortedFolds {
  readonly hasAbnormal: boolean;
  /**
   * Ratios in ascending order: every regular line once, every abnormal line once a fold; without a block's regular and
   * abnormal lines, when one is given.
   */
  without(block: number | null): LabelledRatios;
}

/** Sorts the ratios of all couples and folds. @param couples of each couple its folds */
export function sortFolds(couples: readonly (readonly LabelledRatios[])[]): SortedFolds {
  const regular = new TaggedRatios();
  const abnormal = new TaggedRatios();
  for (const folds of couples) {
    folds.forEach((fold, index) => {
      regular.add(fold.regular, 1 << index);
      for (let block = 0; block < BLOCKS; block++) {
        const { first, end } = blockRange(block, fold.abnormal.length, BLOCKS);
        abnormal.add(fold.abnormal.subarray(first, end), (1 << index) | (1 << block));
      }
    });
  }
  regular.sort();
  abnormal.sort();
  return {
    hasAbnormal: abnormal.count > 0,
    without: (block) => {
      const mask = block === null ? 0 : 1 << block;
      return { regular: regular.without(mask), abnormal: abnormal.without(mask) };
    },
  };
}

/** Area under the ROC curve of sorted ratios: the chance that an abnormal line lies farther out, ties counting half. */
export function areaOfRatios({ regular, abnormal }: LabelledRatios): number | null {
  if (regular.length === 0 || abnormal.length === 0) return null;
  let [below, upTo, wins] = [0, 0, 0];
  for (let i = 0; i < abnormal.length; i++) {
    const ratio = abnormal[i]!;
    while (below < regular.length && regular[below]! < ratio) below++;
    while (upTo < regular.length && regular[upTo]! <= ratio) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (regular.length * abnormal.length);
}

/** The highest balanced accuracy that any threshold reaches on sorted ratios; null when a label has no line. */
export function bestBalancedAccuracy({ regular, abnormal }: LabelledRatios): number | null {
  if (regular.length === 0 || abnormal.length === 0) return null;
  let best = 0.5;
  let missed = 0;
  for (let i = 0; i < regular.length; i++) {
    const cut = regular[i]!;
    if (cut === regular[i + 1]) continue;
    while (missed < abnormal.length && abnormal[missed]! <= cut) missed++;
    best = Math.max(best, ((i + 1) / regular.length + 1 - missed / abnormal.length) / 2);
  }
  return best;
}

/** Digits of the sort: three of them hold the 31 bits of a binary32 number that is not negative. */
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;
const counts = new Uint32Array(DIGITS);

class TaggedRatios {
  readonly #parts: { readonly ratios: Float32Array; readonly tag: number }[] = [];
  #values = new Float32Array(0);
  #tags = new Uint8Array(0);
  count = 0;

  add(ratios: Float32Array, tag: number): void {
    this.#parts.push({ ratios, tag });
    this.count += ratios.length;
  }

  /** By digits, the lowest first: the bits of numbers that are not negative order as the numbers do. */
  sort(): void {
    let [bits, tags] = [new Uint32Array(this.count), new Uint8Array(this.count)];
    let [sortedBits, sortedTags] = [new Uint32Array(this.count), new Uint8Array(this.count)];
    let at = 0;
    for (const { ratios, tag } of this.#parts) {
      bits.set(new Uint32Array(ratios.buffer, ratios.byteOffset, ratios.length), at);
      tags.fill(tag, at, at + ratios.length);
      at += ratios.length;
    }
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      counts.fill(0);
      for (let i = 0; i < bits.length; i++) counts[(bits[i]! >>> shift) & (DIGITS - 1)]!++;
      let place = 0;
      for (let digit = 0; digit < DIGITS; digit++) {
        const count = counts[digit]!;
        counts[digit] = place;
        place += count;
      }
      for (let i = 0; i < bits.length; i++) {
        const to = counts[(bits[i]! >>> shift) & (DIGITS - 1)]!++;
        sortedBits[to] = bits[i]!;
        sortedTags[to] = tags[i]!;
      }
      [bits, sortedBits] = [sortedBits, bits];
      [tags, sortedTags] = [sortedTags, tags];
    }
    this.#values = new Float32Array(bits.buffer);
    this.#tags = tags;
  }

  without(mask: number): Float32Array {
    if (mask === 0) return this.#values;
    const [values, tags] = [this.#values, this.#tags];
    const kept = new Float32Array(values.length);
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      if ((tags[i]! & mask) === 0) kept[count++] = values[i]!;
    }
    return kept.subarray(0, count);
  }
}
