import type { HistoryRecord, HistoryRun, HistorySubject } from '../../src/record/history-record.ts';

/** One thing followed over time, and the runs that were of it. */
export interface FollowedSubject {
  readonly subject: HistorySubject;
  /** Indices into the record's runs, oldest first. */
  readonly runs: readonly number[];
}

const keyOf = ({ scenario, board, library, kind }: HistorySubject): string =>
  JSON.stringify([scenario, board, library, kind]);

export const subjectOf = ({ scenario, board, library, evidence }: HistoryRun): HistorySubject => ({
  scenario,
  board,
  library,
  kind: evidence.kind,
});

/** Every subject of a record in the order of its last run, newest first. */
export function subjectsOf({ runs }: HistoryRecord): FollowedSubject[] {
  const found = new Map<string, { subject: HistorySubject; runs: number[] }>();
  for (const [index, run] of runs.entries()) {
    const subject = subjectOf(run);
    const known = found.get(keyOf(subject)) ?? { subject, runs: [] };
    known.runs.push(index);
    found.set(keyOf(subject), known);
  }
  return [...found.values()].sort((a, b) => b.runs.at(-1)! - a.runs.at(-1)!);
}

/** A subject in a few words; the library by its first digits. */
export const subjectWords = ({ scenario, board, library, kind }: HistorySubject): string =>
  `${scenario} · ${board} (${kind}) · ${shortLibrary(library)}`;

/** A library's 24 digits are for machines; eight tell them apart in a table. */
export const shortLibrary = (library: string): string =>
  /^[0-9a-f]{24}$/.test(library) ? library.slice(0, 8) : library;
