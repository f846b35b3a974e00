import type { Finding, FindingLevel } from './dataset.ts';

/** Places that a finding names; the rest is only counted. */
const SHOWN_PLACES = 5;

interface Entry {
  kind: string;
  level: FindingLevel;
  count: number;
  lines: number[];
  value: number | undefined;
  message: string;
  remedy: string;
}

/** Gathers findings of a file: one entry a kind, with a count and its first places. */
export class FindingCollector {
  readonly #entries = new Map<string, Entry>();

  has(kind: string): boolean {
    return this.#entries.has(kind);
  }

  /** A remark on the form of the file that needs no action. */
  note(kind: string, line: number, message: string): void {
    this.add({ kind, level: 'note', message, remedy: 'Nothing to do.' }, line);
  }

  add(
    what: { kind: string; level: FindingLevel; message: string; remedy: string; value?: number },
    line?: number,
  ): void {
    let entry = this.#entries.get(what.kind);
    if (entry === undefined) {
      entry = { value: undefined, ...what, count: 0, lines: [] };
      this.#entries.set(what.kind, entry);
    }
    entry.count++;
    if (line !== undefined && entry.lines.length < SHOWN_PLACES) entry.lines.push(line);
  }

  findings(): Finding[] {
    return [...this.#entries.values()].map(({ value, ...rest }) =>
      value === undefined ? rest : { ...rest, value },
    );
  }
}
