import { CommaDecimalWatch } from '../comma-decimals.ts';
import { findSeparator, isHeader, type Separator, splitLine } from '../separator.ts';
import { type Reading, readingsOf, withoutQuotes } from './line-tokens.ts';

/** What a file should be made of, found by reading it once. */
export interface RepairPlan {
  readonly separator: Separator | null;
  /** Values of a line; null when no line can be read. */
  readonly valuesPerLine: number | null;
  /** Every two fields are one number: its whole part and its fraction. */
  readonly joinPairs: boolean;
}

/** Votes of lines for one separator and its count of values. */
interface Votes {
  readonly counts: Map<number, number>;
  lines: number;
}

/** Counts of values that are told apart. */
const MOST_COUNTS = 10_000;

/** Reads a file's lines for the first time and finds what most of them agree on. */
export class RepairPlanner {
  readonly #votes = new Map<Separator | null, Votes>();
  readonly #commas = new CommaDecimalWatch();

  line(text: string, lineNumber: number): void {
    if (text.trim() === '' || isHeader(withoutQuotes(text))) return;
    const separator = findSeparator(text);
    const [first, second] = readingsOf(text, separator);
    if (first === undefined) return;
    const votes = this.#votes.get(separator) ?? { counts: new Map<number, number>(), lines: 0 };
    this.#votes.set(separator, votes);
    votes.lines++;
    const count = (second === undefined ? first : likelier(first, second, text, separator)).numbers.length;
    if (votes.counts.size < MOST_COUNTS || votes.counts.has(count)) {
      votes.counts.set(count, (votes.counts.get(count) ?? 0) + 1);
    }
    if (separator === ',')
      this.#commas.line(lineNumber, text.split(',').slice(0, splitLine(text, ',').length));
  }

  plan(): RepairPlan {
    const [most] = [...this.#votes].sort(([, a], [, b]) => b.lines - a.lines);
    if (most === undefined) return { separator: null, valuesPerLine: null, joinPairs: false };
    const [separator, { counts }] = most;
    const [[values]] = [...counts].sort(([, a], [, b]) => b - a) as [[number, number]];
    const joinPairs = separator === ',' && this.#commas.certain !== undefined;
    return { separator, valuesPerLine: joinPairs ? values / 2 : values, joinPairs };
  }
}

/** Between spaces commas are taken for decimal when at least half of the fields have one (`diagnoseField`). */
function likelier(decimals: Reading, apart: Reading, text: string, separator: Separator | null): Reading {
  const fields = splitLine(text, separator);
  return 2 * fields.filter((field) => field.includes(',')).length >= fields.length ? decimals : apart;
}
