import { signalAt } from '../engine/dataset/dataset.ts';
import { type LineRange, rowsInRange } from '../engine/dataset/line-range.ts';
import { SignalParser } from '../engine/dataset/parser.ts';
import { isNumber } from '../engine/dataset/separator.ts';
import type { Library } from '../engine/library.ts';
import { type ErrorDetails, NeaiError } from '../shared/errors.ts';
import type { NumberedSignal, SignalInput } from './emulator-session.ts';
import { readDataset } from './read-dataset.ts';

type Shape = Pick<Library, 'axes' | 'bufferSize'>;
type Lines = Parameters<typeof signalAt>[0] & { readonly path: string };

/** Signals of a file, or of some of its lines. */
export async function fileInput(
  path: string,
  shape: Shape,
  range: Partial<LineRange> | null = null,
): Promise<SignalInput> {
  const valuesPerLine = shape.axes * shape.bufferSize;
  const dataset = await readDataset(path, { axes: shape.axes, valuesPerLine }).catch((error: unknown) => {
    throw inOriginalWords(error, valuesPerLine);
  });
  return { input: path, signals: numberedSignals(dataset, range) };
}

/** Signals of text that no file holds: pasted, or uploaded under a name. */
export function textInput(name: string, text: string, shape: Shape): SignalInput {
  const parsed = parseText(name, text, shape);
  return { input: name, signals: numberedSignals({ path: name, ...parsed }, null) };
}

function parseText(name: string, text: string, { axes, bufferSize }: Shape) {
  const asked = axes * bufferSize;
  try {
    const parser = new SignalParser({ file: name, axes });
    parser.push(new TextEncoder().encode(text));
    const parsed = parser.end();
    if (parsed.valuesPerLine === asked) return parsed;
    throw wrongCount(parsed.valuesPerLine, asked, { file: name, line: parsed.lineNumbers[0]! });
  } catch (error) {
    throw inOriginalWords(error, asked);
  }
}

function numberedSignals(
  dataset: Pick<Lines, 'path' | 'values' | 'valuesPerLine' | 'lineNumbers'>,
  range: Partial<LineRange> | null,
): NumberedSignal[] {
  const { lineNumbers } = dataset;
  const { firstRow, lastRow } = rowsInRange(
    dataset,
    range && { first: range.first ?? 1, last: range.last ?? lineNumbers.at(-1)! },
  );
  return Array.from({ length: lastRow - firstRow + 1 }, (_, i) => ({
    line: lineNumbers[firstRow + i]!,
    signal: signalAt(dataset as Lines, firstRow + i),
  }));
}

/** One signal given value by value. */
export function arrayInput(array: readonly string[], { axes, bufferSize }: Shape): SignalInput {
  if (array.length !== axes * bufferSize) throw wrongCount(array.length, axes * bufferSize);
  const signal = Float32Array.from(array, (text, i) => {
    if (!isNumber(text)) {
      throw new NeaiError('SIGNAL_NOT_A_NUMBER', `value ${i + 1} of the array is not a number`, {
        got: text,
      });
    }
    const value = Math.fround(Number.parseFloat(text));
    if (Number.isFinite(value)) return value;
    throw new NeaiError('SIGNAL_NOT_FINITE', `value ${i + 1} of the array is too large`, { got: text });
  });
  return { input: 'array', signals: [{ line: null, signal }] };
}

/**
 * One line as a data logger prints it; null for an empty line, or for a header where one may stand.
 * @param line its number, for messages
 */
export function lineSignal(
  text: string,
  { line, mayBeHeader }: { readonly line: number; readonly mayBeHeader: boolean },
  shape: Shape,
): NumberedSignal | null {
  const file = 'the stream';
  if (text.trim() === '') return null;
  try {
    const { values, valuesPerLine } = parseText(file, `${text}\n`, shape);
    return { line, signal: values.slice(0, valuesPerLine) };
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    // the parser took the line for a header
    if (error.code === 'SIGNAL_FILE_EMPTY') {
      if (mayBeHeader) return null;
      throw new NeaiError('SIGNAL_NOT_A_NUMBER', 'the line holds no number', {
        file,
        line,
        got: text.slice(0, 40),
      });
    }
    throw new NeaiError(error.code, error.message, { ...error.details, file, line });
  }
}

function wrongCount(got: number, asked: number, place: ErrorDetails = {}): NeaiError {
  const { file, line, column } = place;
  return new NeaiError('SIGNAL_WRONG_COUNT', `Number of input data: ${got}, instead of ${asked}`, {
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    asked: `${asked} values`,
    got: `${got} values`,
  });
}

/** A wrong count, said as the original says it; the place in the file stays. Any other failure as it is. */
function inOriginalWords(error: unknown, asked: number): unknown {
  if (!(error instanceof NeaiError)) return error;
  if (error.code !== 'SIGNAL_WRONG_COUNT' && error.code !== 'SIGNAL_AXES_MISMATCH') return error;
  const got = /^(\d+) values/.exec(error.details.got ?? '');
  return got === null ? error : wrongCount(Number(got[1]), asked, error.details);
}
