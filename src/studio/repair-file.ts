import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Encoding, sniffEncoding } from '../engine/dataset/line-reader.ts';
import { LineRepairer } from '../engine/dataset/repair/line-repairer.ts';
import { type RepairPlan, RepairPlanner } from '../engine/dataset/repair/repair-plan.ts';
import { NeaiError } from '../shared/errors.ts';
import { type CheckedFile, checkFile, isFit } from './check-file.ts';
import { readBytes } from './read-bytes.ts';

export interface RepairOptions {
  readonly axes: number;
  readonly dropDuplicates?: boolean;
  /** Overwrites a file that stands at the place of the copy. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/** Lines of the original, 1-based, to which the same was done. */
export interface RepairStep {
  /** `dropped: …`, or what was put right. */
  readonly what: string;
  readonly count: number;
  /** First and last line of each run of neighbouring lines; at most 100,000 runs. */
  readonly lines: readonly (readonly [first: number, last: number])[];
}

export interface Repair {
  readonly output: string;
  readonly linesKept: number;
  readonly steps: readonly RepairStep[];
  /** The copy, checked: fit. */
  readonly checked: CheckedFile;
}

const MOST_RUNS = 100_000;
const WRITE_BYTES = 1 << 18;

/**
 * Writes a copy of a signal file with everything put right that can be without guessing; the original is only read. The
 * copy appears at its place complete and fit, or not at all.
 * @throws NeaiError OUTPUT_NOT_WRITTEN; the first fault that cannot be repaired; the signal's reason
 */
export async function repairFile(input: string, output: string, options: RepairOptions): Promise<Repair> {
  await refuseOutput(input, output, options.force ?? false);
  const { signal } = options;
  const planner = new RepairPlanner();
  const encoding = await forEachLine(input, (text, line) => planner.line(text, line), signal);
  const beside = join(dirname(output), `.${basename(output)}.${randomUUID()}.partial`);
  const handle = await open(beside, 'wx').catch((cause) => refuseWriting(output, cause));
  try {
    const log = new RepairLog();
    if (encoding !== 'utf-8') log.add(`${encoding.toUpperCase()} → UTF-8`, 1);
    let linesKept: number;
    try {
      linesKept = await writeRepaired(input, handle, planner.plan(), { log, options });
    } finally {
      await handle.close();
    }
    const checked = await checkFile(beside, { axes: options.axes, ...(signal && { signal }) });
    if (!isFit(checked)) throw beyondRepair(input, checked);
    await rename(beside, output).catch((cause) => refuseWriting(output, cause));
    return { output, linesKept, steps: log.steps, checked: { ...checked, path: output } };
  } finally {
    await rm(beside, { force: true });
  }
}

async function writeRepaired(
  input: string,
  handle: FileHandle,
  plan: RepairPlan,
  { log, options }: { readonly log: RepairLog; readonly options: RepairOptions },
): Promise<number> {
  const repairer = new LineRepairer(plan, options.dropDuplicates ?? false);
  let waiting = '';
  let kept = 0;
  await forEachLine(
    input,
    (text, line, form) => {
      if (form.byteOrderMark) log.add('byte order mark', line);
      if (form.carriageReturn) log.add('CRLF → LF', line);
      const repaired = repairer.line(text);
      if ('dropped' in repaired) log.add(`dropped: ${repaired.dropped}`, line);
      else {
        for (const change of repaired.changes) log.add(change, line);
        waiting += `${repaired.kept}\n`;
        kept++;
      }
    },
    options.signal,
    async () => {
      if (waiting.length < WRITE_BYTES) return;
      const text = waiting;
      waiting = '';
      await handle.appendFile(text);
    },
  );
  await handle.appendFile(waiting);
  return kept;
}

interface LineForm {
  readonly byteOrderMark: boolean;
  readonly carriageReturn: boolean;
}

/** Lines of a text file in any of the encodings that are told apart, without their ends. @returns the encoding */
async function forEachLine(
  path: string,
  onLine: (text: string, line: number, form: LineForm) => void,
  signal: AbortSignal | undefined,
  afterChunk: () => Promise<void> = async () => {},
): Promise<Encoding> {
  let encoding: Encoding = 'utf-8';
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = '';
  let line = 0;
  const take = (raw: string): void => {
    line++;
    const byteOrderMark = line === 1 && raw.startsWith('\uFEFF');
    const text = byteOrderMark ? raw.slice(1) : raw;
    const carriageReturn = text.endsWith('\r');
    onLine(carriageReturn ? text.slice(0, -1) : text, line, { byteOrderMark, carriageReturn });
  };
  await readBytes(
    path,
    (chunk) => {
      if (decoder === undefined) {
        encoding = sniffEncoding(chunk);
        if (encoding === 'binary') {
          throw new NeaiError('SIGNAL_FILE_UNREADABLE', 'the file is not text: it holds zero bytes', {
            file: path,
          });
        }
        decoder = new TextDecoder(encoding, { ignoreBOM: true });
      }
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const one of lines) take(one);
    },
    signal === undefined ? {} : { signal },
    afterChunk,
  );
  if (decoder !== undefined) rest += decoder.decode();
  if (rest !== '') take(rest);
  return encoding;
}

/** What was done, by kind, neighbouring lines as one run. */
class RepairLog {
  readonly #steps = new Map<string, { count: number; lines: [number, number][] }>();

  add(what: string, line: number): void {
    const step = this.#steps.get(what) ?? { count: 0, lines: [] };
    this.#steps.set(what, step);
    step.count++;
    const last = step.lines.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else if (step.lines.length < MOST_RUNS) step.lines.push([line, line]);
  }

  get steps(): RepairStep[] {
    return [...this.#steps].map(([what, { count, lines }]) => ({ what, count, lines }));
  }
}

async function refuseOutput(input: string, output: string, force: boolean): Promise<void> {
  const found = await stat(output).catch(() => undefined);
  if (found === undefined) return;
  const original = await stat(input).catch(() => undefined);
  const same = original !== undefined && original.dev === found.dev && original.ino === found.ino;
  if (force && !same && found.isFile()) return;
  const message = same ? 'the copy would overwrite the original' : 'something stands there already';
  throw new NeaiError('OUTPUT_NOT_WRITTEN', message, {
    file: output,
    remedy: same || !found.isFile() ? 'Name another file.' : 'Name another file, or give --force.',
  });
}

function refuseWriting(output: string, cause: Error): never {
  throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the copy cannot be written', {
    file: output,
    got: cause.message,
    cause,
  });
}

function beyondRepair(input: string, { findings }: CheckedFile): NeaiError {
  const { code, message, remedy } = findings[0]!;
  return new NeaiError(code as NeaiError['code'], `what can be repaired is not enough: ${message}`, {
    file: input,
    remedy,
  });
}
