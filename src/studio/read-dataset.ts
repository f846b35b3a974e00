import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Dataset } from '../engine/dataset/dataset.ts';
import { inspectSignals, LEAST_LINES } from '../engine/dataset/findings.ts';
import { SignalParser } from '../engine/dataset/parser.ts';
import { NeaiError } from '../shared/errors.ts';

export interface ReadOptions {
  /** Axes that the values of a line must divide into. */
  readonly axes: number;
  /** Values that a line must have, where a library has fixed them. */
  readonly valuesPerLine?: number;
  /** Refuses files of fewer than 20 lines and looks for everything worth a warning: search and check. */
  readonly forSearch?: boolean;
}

const CHUNK_BYTES = 1 << 20;

/** Streams one signal file from disk; throws NeaiError with file, line and column at the first fault. */
export async function readDataset(path: string, options: ReadOptions): Promise<Dataset> {
  const parser = new SignalParser({ file: path, axes: options.axes });
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    parser.push(chunk);
  }
  const { findings, values, lines, valuesPerLine, lineNumbers } = parser.end();
  const dataset = { path, values, lines, valuesPerLine, lineNumbers };
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
  if (options.forSearch && lines < LEAST_LINES) {
    throw new NeaiError('SIGNAL_TOO_FEW_LINES', `the file has ${lines} lines of values`, {
      file: path,
      asked: `${LEAST_LINES} lines or more`,
      got: `${lines} lines`,
    });
  }
  const inspected = options.forSearch ? inspectSignals(dataset, options.axes) : [];
  return { ...dataset, sha256: hash.digest('hex'), findings: [...findings, ...inspected] };
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) yield chunk as Buffer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why: Record<string, string> = {
      ENOENT: 'no such file',
      EISDIR: 'it is a folder',
      EACCES: 'no permission to read it',
    };
    throw new NeaiError('SIGNAL_FILE_UNREADABLE', `cannot read the file: ${why[code ?? ''] ?? code}`, {
      file: path,
      cause: error,
    });
  }
}
