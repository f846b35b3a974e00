import { createHash } from 'node:crypto';
import type { Dataset, Finding } from '../engine/dataset/dataset.ts';
import { SignalInspector } from '../engine/dataset/inspect/signal-inspector.ts';
import { type ParsedSignals, type ParserOptions, SignalParser } from '../engine/dataset/parser.ts';
import { LEAST_LINES, tooFewLines } from '../engine/dataset/refusals.ts';
import { MOST_SEARCH_LINES, subsetRows } from '../engine/dataset/subset.ts';
import { NeaiError } from '../shared/errors.ts';
import { type ByteProgress, readBytes } from './read-bytes.ts';

export interface ReadOptions {
  /** Axes that the values of a line must divide into. */
  readonly axes: number;
  /** Values that a line must have, where a library has fixed them. */
  readonly valuesPerLine?: number;
  /**
   * For a search: refuses files of fewer than 20 lines, looks for everything worth a warning, and of a file of more
   * than 20,000 lines holds an ordered subset of as many (`Dataset.subset`), chosen from the whole file.
   */
  readonly forSearch?: boolean;
  readonly onProgress?: (progress: ByteProgress) => void;
  readonly signal?: AbortSignal;
}

interface Pass {
  readonly parsed: ParsedSignals;
  readonly sha256: string;
}

/** Streams one signal file from disk; throws NeaiError with file, line and column at the first fault. */
export async function readDataset(path: string, options: ReadOptions): Promise<Dataset> {
  const inspector = options.forSearch ? new SignalInspector(options.axes) : undefined;
  // What lies beyond the first 20,000 lines is checked, not held: the subset is read in a second pass.
  const held = options.forSearch ? MOST_SEARCH_LINES : Number.POSITIVE_INFINITY;
  const whole = await readOnce(path, options, {
    keep: (row) => row < held,
    ...(inspector && { onSignal: inspector.line.bind(inspector) }),
  });
  const { valuesPerLine, lineNumbers } = whole.parsed;
  if (options.valuesPerLine !== undefined && valuesPerLine !== options.valuesPerLine) {
    throw new NeaiError(
      'SIGNAL_WRONG_COUNT',
      `lines have ${valuesPerLine} values instead of ${options.valuesPerLine}`,
      {
        file: path,
        line: lineNumbers[0]!,
        asked: `${options.valuesPerLine} values a line`,
        got: `${valuesPerLine} values`,
      },
    );
  }
  if (options.forSearch && whole.parsed.signals < LEAST_LINES) throw tooFewLines(path, whole.parsed.signals);
  const findings = [...(inspector?.findings() ?? []), ...whole.parsed.findings];
  if (whole.parsed.signals <= held) {
    const { values, lines } = whole.parsed;
    return { path, sha256: whole.sha256, values, lines, valuesPerLine, lineNumbers, findings };
  }
  const overlaps = inspector?.overlaps ?? [];
  return readSubset(path, options, { whole, overlaps, findings });
}

async function readSubset(
  path: string,
  options: ReadOptions,
  known: { readonly whole: Pass; readonly overlaps: number[]; readonly findings: Finding[] },
): Promise<Dataset> {
  const { whole, overlaps, findings } = known;
  const rows = subsetRows(whole.parsed.signals);
  const wanted = new Set(rows);
  const { parsed, sha256 } = await readOnce(path, options, {
    keep: (row) => wanted.has(row),
    skipOthers: true,
  });
  if (sha256 !== whole.sha256) {
    throw new NeaiError('SIGNAL_FILE_UNREADABLE', 'the file changed while it was read', {
      file: path,
      remedy: 'Wait until the recording has ended, or search a copy of it.',
    });
  }
  const subset: Finding = {
    kind: 'subset',
    level: 'advice',
    count: whole.parsed.signals - rows.length,
    places: [],
    message: `The search works on ${rows.length} of the file's ${whole.parsed.signals} lines: an ordered subset, drawn with a fixed seed.`,
    remedy: 'Nothing to do; a smaller file is searched whole.',
  };
  const { values, lines, valuesPerLine, lineNumbers } = parsed;
  return {
    path,
    sha256,
    values,
    lines,
    valuesPerLine,
    lineNumbers,
    findings: [subset, ...findings],
    subset: { of: whole.parsed.signals, rows, overlaps },
  };
}

async function readOnce(
  path: string,
  { axes, onProgress, signal }: ReadOptions,
  how: Pick<ParserOptions, 'keep' | 'skipOthers' | 'onSignal'>,
): Promise<Pass> {
  const hash = createHash('sha256');
  const parser = new SignalParser({ file: path, axes, ...how });
  const read = (chunk: Uint8Array): void => {
    hash.update(chunk);
    parser.push(chunk);
  };
  await readBytes(path, read, { ...(onProgress && { onProgress }), ...(signal && { signal }) });
  return { parsed: parser.end(), sha256: hash.digest('hex') };
}
