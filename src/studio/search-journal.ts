import { closeSync, fdatasync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { Candidate, Evaluation } from '../engine/search/evaluate.ts';
import { candidateKey } from '../engine/search/space.ts';
import { NeaiError } from '../shared/errors.ts';

const fileSchema = z.strictObject({
  couple: z.string(),
  label: z.enum(['regular', 'abnormal', 'class']),
  /** Relative to the journal's folder. */
  path: z.string(),
  sha256: z.string(),
});

/** What a search is made of: another one in any of these has other results. */
const headerSchema = z.strictObject({
  format: z.literal('neai-search-journal'),
  formatVersion: z.literal(1),
  /** SHA-256 of the engine's sources. */
  code: z.string(),
  axes: z.int(),
  budget: z.int(),
  seed: z.int(),
  core: z.string().nullable(),
  maxRamBytes: z.int().nullable(),
  maxFlashBytes: z.int().nullable(),
  files: z.array(fileSchema),
});

export type JournalHeader = z.infer<typeof headerSchema>;

const entrySchema = z.strictObject({
  candidate: z.object({ pipeline: z.array(z.json()), model: z.json() }),
  evaluation: z.record(z.string(), z.json()),
  /** Since the search began, pauses left out. */
  seconds: z.number(),
});

export const JOURNAL_FORMAT = { format: 'neai-search-journal', formatVersion: 1 } as const;

interface Read<E> {
  readonly header: JournalHeader;
  readonly evaluations: Map<string, E>;
  readonly seconds: number;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
}

/**
 * The finished evaluations of a search, one JSON line each, only ever appended to: whatever ends the process, what was
 * flushed is there. The first line says what search it is of.
 */
export class SearchJournal<E = Evaluation> {
  readonly #file: string;
  readonly #fd: number;
  readonly #known: Map<string, E>;
  /** Seconds that the search had run before this process. */
  readonly secondsBefore: number;
  #pending: string[] = [];

  private constructor(file: string, fd: number, known: Map<string, E>, secondsBefore: number) {
    this.#file = file;
    this.#fd = fd;
    this.#known = known;
    this.secondsBefore = secondsBefore;
  }

  /** Begins a journal; one that is there already is replaced. */
  static create<E = Evaluation>(file: string, header: JournalHeader): SearchJournal<E> {
    const journal = new SearchJournal<E>(
      file,
      writing(file, () => openSync(file, 'w')),
      new Map(),
      0,
    );
    journal.#pending.push(JSON.stringify(headerSchema.parse(header)));
    journal.flush();
    return journal;
  }

  /**
   * Opens a journal to go on with its search. A torn last line is cut off.
   * @throws SEARCH_RESUME_REFUSED when it is of another search, naming the difference; SEARCH_JOURNAL_DAMAGED
   */
  static resume<E = Evaluation>(file: string, header: JournalHeader): SearchJournal<E> {
    const read = readJournal<E>(file);
    refuseOther(file, read.header, header);
    const fd = writing(file, () => {
      truncateSync(file, read.wholeBytes);
      return openSync(file, 'a');
    });
    return new SearchJournal(file, fd, read.evaluations, read.seconds);
  }

  /** What an earlier process found for a candidate. */
  known(candidate: Candidate): E | undefined {
    return this.#known.get(candidateKey(candidate));
  }

  /** Keeps an evaluation until the next flush. */
  append(candidate: Candidate, evaluation: E, seconds: number): void {
    this.#pending.push(JSON.stringify({ candidate, evaluation, seconds: Number(seconds.toFixed(3)) }));
  }

  /** Writes what was appended; a call a second bounds what a crash can lose. */
  flush(): void {
    if (this.#pending.length === 0) return;
    writing(this.#file, () => writeSync(this.#fd, `${this.#pending.join('\n')}\n`));
    this.#pending = [];
    // the disk's own cache, for a loss of power: not waited for, the next flush or the end comes after it
    fdatasync(this.#fd, () => {});
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/** @throws OUTPUT_NOT_WRITTEN in place of the system's error */
function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', "the search's journal cannot be written", {
      file,
      got: (cause as Error).message,
      remedy: 'Make room there, or name another folder; what was written is kept: go on with --resume.',
      cause,
    });
  }
}

/** @throws SEARCH_RESUME_REFUSED when there is none, SEARCH_JOURNAL_DAMAGED */
function readJournal<E>(file: string): Read<E> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new NeaiError('SEARCH_RESUME_REFUSED', 'there is no journal of a search here', {
      file,
      got: (cause as Error).message,
      cause,
    });
  }
  const wholeBytes = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  const header = parseLine(file, 1, lines[0], headerSchema);
  const evaluations = new Map<string, E>();
  let seconds = 0;
  for (const [index, line] of lines.slice(1).entries()) {
    const entry = parseLine(file, index + 2, line, entrySchema);
    // written by this code (the header says so), as JSON: every number comes back as it was
    evaluations.set(candidateKey(entry.candidate as unknown as Candidate), entry.evaluation as unknown as E);
    seconds = entry.seconds;
  }
  return { header, evaluations, seconds, wholeBytes };
}

function parseLine<T>(file: string, line: number, text: string | undefined, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new NeaiError('SEARCH_JOURNAL_DAMAGED', 'this line of the journal cannot be read', {
      file,
      line,
      got: (text ?? '').slice(0, 80),
      cause,
    });
  }
}

/** Fields by which searches differ, as people call them. */
const FIELD_NAMES = {
  code: 'the engine (its code has changed since)',
  axes: 'axes',
  budget: 'evaluations',
  seed: 'seed',
  core: 'core',
  maxRamBytes: 'maximum RAM',
  maxFlashBytes: 'maximum flash',
} as const;

function refuseOther(file: string, before: JournalHeader, now: JournalHeader): void {
  for (const [field, name] of Object.entries(FIELD_NAMES)) {
    const [was, is] = [before[field as keyof JournalHeader], now[field as keyof JournalHeader]];
    if (was !== is) refuse(name, String(was ?? 'none'), String(is ?? 'none'));
  }
  const list = ({ files }: JournalHeader): string =>
    files.map(({ couple, label, path }) => `${couple}: ${label} ${path}`).join(', ');
  before.files.forEach((was, index) => {
    const is = now.files[index];
    if (is?.couple !== was.couple || is.label !== was.label) refuse('files', list(before), list(now));
    if (is.sha256 !== was.sha256) {
      refuse(`${is.path}, whose contents have changed`, `SHA-256 ${was.sha256}`, `SHA-256 ${is.sha256}`);
    }
  });
  if (now.files.length !== before.files.length) refuse('files', list(before), list(now));

  function refuse(what: string, was: string, is: string): never {
    throw new NeaiError('SEARCH_RESUME_REFUSED', `the search to go on with had another: ${what}`, {
      file,
      asked: was,
      got: is,
    });
  }
}
