import {
  type CheckedSignals,
  type CheckRequest,
  FileChecker,
} from '../../../src/engine/dataset/inspect/file-checker.ts';
import { NeaiError } from '../../../src/shared/errors.ts';
import { seededRandom } from '../../../src/shared/random.ts';

/** What `check` says of a file with this content. */
export function checked(
  content: string | Uint8Array,
  axes = 1,
  more: Partial<CheckRequest> = {},
  chunkBytes = Number.POSITIVE_INFINITY,
): CheckedSignals {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const checker = new FileChecker({ file: 'f.csv', axes, ...more });
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) checker.push(bytes.subarray(at, at + chunkBytes));
    checker.end();
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    checker.fault(error);
  }
  return checker.result();
}

/** Findings as `level kind count × first places`. */
export const told = ({ findings }: CheckedSignals): string[] =>
  findings.map(({ level, kind, count, places }) =>
    `${level} ${kind} ${count} × ${places.map(({ line, column }) => `${line}:${column}`).join(' ')}`.trim(),
  );

/** Lines of noise that nothing is to be said about: 100 lines of 128 values. */
export function noiseLines(lines = 100, valuesPerLine = 128, seed = 1): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: lines }, () =>
    Array.from({ length: valuesPerLine }, () => random.normal().toFixed(6)).join(' '),
  );
}

/** Content with one line, 1-based, replaced. */
export function withLine(lines: readonly string[], line: number, text: string | ((old: string) => string)) {
  return lines
    .map((old, i) => (i + 1 !== line ? old : typeof text === 'string' ? text : text(old)))
    .join('\n');
}
