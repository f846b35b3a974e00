import type { SelectionData } from './evaluate.ts';
import { BLOCKS, contiguousFolds } from './folds.ts';

/** Regular lines that the search may see of the couple that has the fewest. */
export const fewestLines = (data: SelectionData): number => Math.min(...regularLines(data));

/**
 * Learns from which on a candidate may detect at the latest, so that cross-validation says something of it: a learner of
 * one learn less has one score that its distances are measured by; with fewer it has none, and what is calibrated on
 * such ratios is far off once there are some.
 */
export function learnsAtMost(data: SelectionData): number {
  const learned = regularLines(data).map((lines, couple) => {
    const folds = contiguousFolds(lines, BLOCKS, data.couples[couple]!.overlapLines);
    return Math.min(...folds.map(({ learnBefore, learnFrom }) => learnBefore + lines - learnFrom));
  });
  return Math.min(...learned) + 1;
}

const regularLines = ({ shape, couples }: SelectionData): number[] =>
  couples.map(({ regular }) => regular.length / (shape.axes * shape.length));
