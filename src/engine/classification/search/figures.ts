/** Counts of lines: rows are true classes, columns the class that came out. */
export type Confusion = number[][];

export interface ClassFigures {
  /** Mean over the classes of the share of their lines told rightly, 0…1. */
  readonly balancedAccuracy: number;
  /** Mean over the classes of the true class's probability less the largest other one, not below 0. */
  readonly confidence: number;
  readonly confusion: Confusion;
}

export const emptyConfusion = (classes: number): Confusion =>
  Array.from({ length: classes }, () => new Array<number>(classes).fill(0));

/**
 * Classes without a line do not count.
 * @param margins sums of marginOf over the lines of each class
 */
export function figuresOf(confusion: Confusion, margins: ArrayLike<number>): ClassFigures {
  let accuracy = 0;
  let margin = 0;
  let classes = 0;
  confusion.forEach((row, truth) => {
    const lines = row.reduce((sum, count) => sum + count, 0);
    if (lines === 0) return;
    classes++;
    accuracy += row[truth]! / lines;
    margin += margins[truth]! / lines;
  });
  return {
    balancedAccuracy: accuracy / Math.max(1, classes),
    confidence: Math.max(0, margin / Math.max(1, classes)),
    confusion,
  };
}
