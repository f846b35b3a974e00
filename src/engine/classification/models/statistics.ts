import type { ClassFeatures } from './class-model.ts';

/** Mean and sum of squared deviations of each feature of one class, in double precision. */
export interface ClassMoments {
  readonly lines: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
}

const RELATIVE_FLOOR = 2 ** -20;
const ABSOLUTE_FLOOR = 2 ** -30;

export function momentsOf(rows: ClassFeatures, dimension: number): ClassMoments {
  const lines = rows.length / dimension;
  const mean = new Float64Array(dimension);
  const squares = new Float64Array(dimension);
  for (let i = 0; i < rows.length; i++) mean[i % dimension]! += rows[i]!;
  for (let j = 0; j < dimension; j++) mean[j]! /= Math.max(1, lines);
  for (let i = 0; i < rows.length; i++) {
    const difference = rows[i]! - mean[i % dimension]!;
    squares[i % dimension]! += difference * difference;
  }
  return { lines, mean, squares };
}

/** Variance within classes of each feature, floored as the detectors floor theirs: never 0. */
export function pooledVariance(moments: readonly ClassMoments[], dimension: number): Float64Array {
  const lines = moments.reduce((sum, one) => sum + one.lines, 0);
  return Float64Array.from({ length: dimension }, (_, j) => {
    const squares = moments.reduce((sum, one) => sum + one.squares[j]!, 0);
    const level = moments.reduce((most, { mean }) => Math.max(most, mean[j]! * mean[j]!), 0);
    return Math.max(squares / Math.max(1, lines), level * RELATIVE_FLOOR + ABSOLUTE_FLOOR);
  });
}

/** Mean of the class means: where no class weighs more than another. */
export function centreOf(moments: readonly ClassMoments[], dimension: number): Float64Array {
  return Float64Array.from(
    { length: dimension },
    (_, j) => moments.reduce((sum, { mean }) => sum + mean[j]!, 0) / moments.length,
  );
}
