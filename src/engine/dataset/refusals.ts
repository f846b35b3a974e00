import { NeaiError } from '../../shared/errors.ts';
import type { ValueColumns } from './line-reader.ts';

/** Fewer lines than this is refused where a search is to be made of the file. */
export const LEAST_LINES = 20;

/** Said where commas separate values. */
export const COMMA_COUNT_REMEDY =
  'Give every line the same count of values: axes times buffer size. Where commas separate them, a decimal comma makes two of one.';

/** Refusal of a line whose values do not divide into the axes. */
export function axesError(
  place: { readonly file: string; readonly line: number },
  axes: number,
  count: number,
  columns: ValueColumns,
): NeaiError {
  const message = `${count} values a line cannot be divided by ${axes} axes`;
  return new NeaiError('SIGNAL_AXES_MISMATCH', message, {
    ...place,
    column: columns.column(count - (count % axes)),
    asked: `a multiple of ${axes} values`,
    got: `${count} values`,
  });
}

/** Refusal of a line with another count of values than the line or lines named. */
export function countError(
  place: { readonly file: string; readonly line: number },
  count: number,
  expected: number,
  pattern: string,
  { columns, separator }: { readonly columns: ValueColumns; readonly separator: string },
): NeaiError {
  return new NeaiError('SIGNAL_WRONG_COUNT', `the line has ${count} values instead of ${expected}`, {
    ...place,
    column: count > expected ? columns.column(expected) : columns.endColumn(),
    asked: `${expected} values, as in ${pattern}`,
    got: `${count} values`,
    ...(separator === 'comma' && { remedy: COMMA_COUNT_REMEDY }),
  });
}

/** Refusal of a file that a search cannot be made of. */
export function tooFewLines(file: string, lines: number): NeaiError {
  return new NeaiError(
    'SIGNAL_TOO_FEW_LINES',
    `the file has ${lines} ${lines === 1 ? 'line' : 'lines'} of values`,
    {
      file,
      asked: `${LEAST_LINES} lines or more`,
      got: `${lines} lines`,
    },
  );
}
