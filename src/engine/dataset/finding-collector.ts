import { ERROR_CODES } from '../../shared/error-codes.ts';
import type { NeaiError } from '../../shared/errors.ts';
import type { Finding, FindingLevel, Place } from './dataset.ts';

/** Places that a finding names; the rest is only counted. */
export const SHOWN_PLACES = 5;

/** What is found, before it is counted. */
export interface Found {
  readonly kind: string;
  readonly level: FindingLevel;
  readonly message: string;
  readonly remedy: string;
  readonly code?: string;
}

interface Entry {
  readonly found: Found;
  count: number;
  readonly places: Place[];
}

const LEVELS: readonly FindingLevel[] = ['blocking', 'strong', 'mild', 'advice', 'note'];

/** Gathers findings of a file: one entry a kind, with a count and its first places. */
export class FindingCollector {
  readonly #entries = new Map<string, Entry>();

  has(kind: string): boolean {
    return this.#entries.has(kind);
  }

  /** A remark on the form of the file that needs no action. */
  note(kind: string, line: number, message: string): void {
    this.add({ kind, level: 'note', message, remedy: 'Nothing to do.' }, () => ({ line, column: 1 }));
  }

  /**
   * Counts a finding; the first of a kind gives the words.
   * @param place asked for only while places are still shown: a column may have to be looked for
   */
  add(found: Found, place?: () => Place): void {
    const entry = this.#entry(found);
    entry.count++;
    if (place !== undefined && entry.places.length < SHOWN_PLACES) entry.places.push(place());
  }

  /** Counts a kind that has been added before, without making its words again. @returns false when it has not */
  again(kind: string, place: () => Place): boolean {
    const entry = this.#entries.get(kind);
    if (entry === undefined) return false;
    entry.count++;
    if (entry.places.length < SHOWN_PLACES) entry.places.push(place());
    return true;
  }

  /** Adds a finding that has been counted already. */
  addCounted(found: Found, count: number, places: readonly Place[]): void {
    const entry = this.#entry(found);
    entry.count += count;
    entry.places.push(...places.slice(0, SHOWN_PLACES - entry.places.length));
  }

  /**
   * A fault that makes the file unfit, in the words of its error.
   * @param count lines that have it
   */
  block(error: NeaiError, count = 1): void {
    const { code, message, details } = error;
    const { line, column = 1, got } = details;
    const told = got === undefined || message.includes(got.replaceAll('"', ''));
    const found: Found = {
      kind: KINDS[code] ?? code,
      code,
      level: 'blocking',
      message: told ? message : `${message} (${got})`,
      remedy: details.remedy ?? ERROR_CODES[code].remedy,
    };
    this.addCounted(found, count, line === undefined ? [] : [{ line, column }]);
  }

  /** The gravest first; equals in the order in which they were found. */
  findings(): Finding[] {
    return gravestFirst(
      [...this.#entries.values()].map(({ found, count, places }) => ({ ...found, count, places })),
    );
  }

  #entry(found: Found): Entry {
    const key = found.code ?? found.kind;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { found, count: 0, places: [] };
    this.#entries.set(key, entry);
    return entry;
  }
}

/** The gravest first; equals in the order given. */
export function gravestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const KINDS: Partial<Record<string, string>> = {
  SIGNAL_FILE_UNREADABLE: 'unreadable',
  SIGNAL_FILE_EMPTY: 'empty',
  SIGNAL_FILE_UTF16: 'UTF-16',
  SIGNAL_MIXED_SEPARATORS: 'mixed separators',
  SIGNAL_DECIMAL_COMMA: 'decimal comma',
  SIGNAL_NOT_A_NUMBER: 'not a number',
  SIGNAL_NOT_FINITE: 'NaN or infinity',
  SIGNAL_WRONG_COUNT: 'wrong count',
  SIGNAL_AXES_MISMATCH: 'axes',
  SIGNAL_TOO_FEW_LINES: 'too few lines',
};
