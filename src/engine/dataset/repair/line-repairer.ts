import { type Digest, digestOf } from '../inspect/digest-table.ts';
import { isHeader } from '../separator.ts';
import {
  type DropReason,
  isFiniteNumber,
  type LineChange,
  readingsOf,
  whyUnreadable,
  withoutQuotes,
} from './line-tokens.ts';
import type { RepairPlan } from './repair-plan.ts';

/** What became of a line. */
export type RepairedLine =
  | { readonly kept: string; readonly changes: readonly LineChange[] }
  | { readonly dropped: DropReason };

/** Puts lines right one after the other, by a plan made of the whole file. Never invents a value. */
export class LineRepairer {
  readonly #plan: RepairPlan;
  readonly #contents: Set<string> | undefined;
  readonly #digest: Digest = { high: 0, low: 0 };
  #kept = 0;

  constructor(plan: RepairPlan, dropDuplicates: boolean) {
    this.#plan = plan;
    if (dropDuplicates) this.#contents = new Set();
  }

  /** @param text a line without its end */
  line(text: string): RepairedLine {
    const { separator, valuesPerLine, joinPairs } = this.#plan;
    if (text.trim() === '') return { dropped: 'blank line' };
    if (this.#kept === 0 && isHeader(withoutQuotes(text))) return { dropped: 'header' };
    const readings = readingsOf(text, separator);
    if (readings.length === 0) return { dropped: whyUnreadable(text, separator) };
    const joined = joinPairs ? readings.map(joinedPairs) : readings;
    const reading = joined.find(({ numbers }) => numbers.length === valuesPerLine);
    if (reading === undefined) return { dropped: 'wrong count' };
    const { numbers, changes } = reading;
    if (!numbers.every(isFiniteNumber)) return { dropped: 'NaN or infinity' };
    if (this.#isDuplicate(numbers)) return { dropped: 'duplicate' };
    this.#kept++;
    return { kept: changes.length === 0 ? text : numbers.join(separator ?? ' '), changes };
  }

  #isDuplicate(numbers: readonly string[]): boolean {
    if (this.#contents === undefined) return false;
    const { high, low } = digestOf(Float32Array.from(numbers, Number.parseFloat), this.#digest);
    const key = `${high} ${low}`;
    if (this.#contents.has(key)) return true;
    this.#contents.add(key);
    return false;
  }
}

function joinedPairs({ numbers, changes }: { numbers: readonly string[]; changes: readonly LineChange[] }) {
  const joined: string[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) joined.push(`${numbers[i]}.${numbers[i + 1]}`);
  return { numbers: joined, changes: [...changes, 'decimal comma' as const] };
}
