import { NeaiError } from '../../shared/errors.ts';

/** Lines of a file, 1-based as an editor counts them, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface FileWithRange {
  readonly path: string;
  /** null: the whole file. */
  readonly range: LineRange | null;
}

const RANGE = /^(.+):(\d+)-(\d+)$/s;
const BROKEN_RANGE = /^(.+):([\d-]*)$/s;

/** Parses `FILE` or `FILE:first-last`. A colon not followed by digits and dash only belongs to the file's name. */
export function parseFileWithRange(text: string): FileWithRange {
  const match = RANGE.exec(text);
  if (match === null) {
    const broken = BROKEN_RANGE.exec(text);
    if (broken === null) return { path: text, range: null };
    throw new NeaiError('SIGNAL_LINE_RANGE', `"${text}" does not end in a range of lines`, {
      asked: 'FILE:first-last',
      got: `:${broken[2]}`,
    });
  }
  const range = { first: Number(match[2]), last: Number(match[3]) };
  checkRange(range, match[1]!);
  return { path: match[1]!, range };
}

/** Refuses a range that begins before line 1 or ends before it begins. */
export function checkRange(range: LineRange, file: string): void {
  const { first, last } = range;
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 1 && last >= first) return;
  throw new NeaiError(
    'SIGNAL_LINE_RANGE',
    first < 1 ? 'lines count from 1' : `the range ends (line ${last}) before it begins (line ${first})`,
    { file, asked: '1 <= first <= last', got: `${first}-${last}` },
  );
}

/**
 * Rows (0-based signal indices, both ends included) that a range of file lines covers; header and blank lines inside
 * the range are passed over. Refuses a range that goes past the file's last signal or holds no signal.
 */
export function rowsInRange(
  dataset: { readonly path: string; readonly lineNumbers: readonly number[] },
  range: LineRange | null,
): { readonly firstRow: number; readonly lastRow: number } {
  const { lineNumbers, path } = dataset;
  if (range === null) return { firstRow: 0, lastRow: lineNumbers.length - 1 };
  const lastLine = lineNumbers.at(-1) ?? 0;
  if (range.first > lastLine && range.last >= lastLine) {
    throw new NeaiError(
      'SIGNAL_LINE_RANGE',
      `the range begins past the file's last signal (line ${lastLine})`,
      {
        file: path,
        asked: `lines up to ${lastLine}`,
        got: `${range.first}-${range.last}`,
      },
    );
  }
  checkRange(range, path);
  if (range.last > lastLine) {
    throw new NeaiError(
      'SIGNAL_LINE_RANGE',
      `the range ends past the file's last signal (line ${lastLine})`,
      {
        file: path,
        asked: `lines up to ${lastLine}`,
        got: `${range.first}-${range.last}`,
      },
    );
  }
  const firstRow = lineNumbers.findIndex((line) => line >= range.first);
  const lastRow = lineNumbers.findLastIndex((line) => line <= range.last);
  if (lastRow < firstRow) {
    throw new NeaiError('SIGNAL_LINE_RANGE', 'the range holds no signal', {
      file: path,
      got: `${range.first}-${range.last}`,
    });
  }
  return { firstRow, lastRow };
}
