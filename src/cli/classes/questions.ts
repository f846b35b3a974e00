import { InvalidArgumentError } from 'commander';
import { signalAt } from '../../engine/dataset/dataset.ts';
import { type FileWithRange, parseFileWithRange, rowsInRange } from '../../engine/dataset/line-range.ts';
import { NeaiError } from '../../shared/errors.ts';
import { readDataset } from '../../studio/read-dataset.ts';

/** `NAME=F[:first-last]` of the command line. */
export interface NamedLines {
  readonly name: string;
  readonly lines: FileWithRange;
}

/** One signal to classify, and what is known of it. */
export interface Question {
  /** Place of the true class. */
  readonly truth: number;
  readonly file: string;
  readonly line: number;
  readonly signal: Float32Array;
  /** SHA-256 of its file. */
  readonly fileSha256: string;
}

export function addLines(text: string, before: readonly NamedLines[]): readonly NamedLines[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=F[:first-last].');
  return [...before, { name: text.slice(0, at), lines: parseFileWithRange(text.slice(at + 1)) }];
}

/**
 * Reads the lines that the command line names.
 * @param names of the classes, by place
 * @throws USAGE for a class that the library does not have, and what readDataset throws
 */
export async function questionsOf(
  names: readonly string[],
  { axes, bufferSize }: { readonly axes: number; readonly bufferSize: number },
  named: readonly NamedLines[],
): Promise<Question[]> {
  const questions: Question[] = [];
  for (const { name, lines } of named) {
    const truth = names.indexOf(name);
    if (truth < 0) {
      throw new NeaiError('USAGE', `the library has no class '${name}'`, {
        asked: `one of ${names.join(', ')}`,
        got: name,
      });
    }
    const dataset = await readDataset(lines.path, { axes, valuesPerLine: axes * bufferSize });
    const { firstRow, lastRow } = rowsInRange(dataset, lines.range);
    for (let row = firstRow; row <= lastRow; row++) {
      questions.push({
        ...{ truth, file: lines.path, line: dataset.lineNumbers[row]! },
        ...{ signal: signalAt(dataset, row), fileSha256: dataset.sha256 },
      });
    }
  }
  return questions;
}
