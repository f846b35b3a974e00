import { z } from 'zod';
import { type ClassFeatures, defineClassModel } from '../class-model.ts';
import { centreOf, momentsOf, pooledVariance } from '../statistics.ts';

const { fround } = Math;
const ROUNDS = 12;

/**
 * Nearest of several prototypes a class, found by k-means (Lloyd 1982) over standardised features. Words: centre and
 * inverse deviation of each feature, then the prototypes class by class; score = - squared distance to the nearest.
 */
function train(classes: readonly ClassFeatures[], dimension: number, perClass: number): Float32Array {
  const moments = classes.map((rows) => momentsOf(rows, dimension));
  const centre = centreOf(moments, dimension);
  const inverse = pooledVariance(moments, dimension).map((variance) => 1 / Math.sqrt(variance));
  const words = [...centre, ...inverse];
  for (const rows of classes) {
    const standard = Float64Array.from(rows, (value, i) => {
      const j = i % dimension;
      return (value - centre[j]!) * inverse[j]!;
    });
    words.push(...kMeans(standard, dimension, perClass));
  }
  return Float32Array.from(words);
}

/** Prototypes that begin at lines spread evenly over the file; one that nobody is nearest to stays where it is. */
function kMeans(rows: Float64Array, dimension: number, count: number): Float64Array {
  const lines = rows.length / dimension;
  const prototypes = new Float64Array(count * dimension);
  for (let p = 0; p < count; p++) {
    const line = Math.min(lines - 1, Math.floor(((p + 0.5) * lines) / count));
    prototypes.set(rows.subarray(line * dimension, (line + 1) * dimension), p * dimension);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(count * dimension);
    const members = new Uint32Array(count);
    for (let at = 0; at < rows.length; at += dimension) {
      const row = rows.subarray(at, at + dimension);
      const nearest = nearestOf(prototypes, row, count);
      members[nearest]!++;
      for (let j = 0; j < dimension; j++) sums[nearest * dimension + j]! += row[j]!;
    }
    for (let i = 0; i < sums.length; i++) {
      const size = members[Math.floor(i / dimension)]!;
      if (size > 0) prototypes[i] = sums[i]! / size;
    }
  }
  return prototypes;
}

function nearestOf(prototypes: Float64Array, row: Float64Array, count: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let p = 0; p < count; p++) {
    let square = 0;
    for (let j = 0; j < row.length; j++) {
      const difference = row[j]! - prototypes[p * row.length + j]!;
      square += difference * difference;
    }
    if (square < least) {
      least = square;
      best = p;
    }
  }
  return best;
}

export const prototypes = defineClassModel({
  name: 'prototypes',
  title: 'nearest prototype',
  paramsSchema: z.strictObject({ perClass: z.int().min(1).max(16) }),
  searchSpace: () => [{ perClass: 4 }, { perClass: 1 }, { perClass: 2 }, { perClass: 8 }],
  wordCount: (dimension, classes, { perClass }) => dimension * (2 + classes * perClass),
  workWords: (dimension) => dimension,
  option: ({ perClass }) => perClass,
  train: (classes, dimension, { perClass }) => train(classes, dimension, perClass),
  create: (words, dimension, _classes, { perClass }) => {
    const standard = new Float32Array(dimension);
    return (features, scores) => {
      for (let j = 0; j < dimension; j++) {
        standard[j] = fround(fround(features[j]! - words[j]!) * words[dimension + j]!);
      }
      let at = 2 * dimension;
      for (let c = 0; c < scores.length; c++) {
        let nearest = 0;
        for (let p = 0; p < perClass; p++) {
          let sum = 0;
          for (let j = 0; j < dimension; j++) {
            const difference = fround(standard[j]! - words[at++]!);
            sum = fround(sum + fround(difference * difference));
          }
          if (p === 0 || sum < nearest) nearest = sum;
        }
        scores[c] = -nearest;
      }
    };
  },
});
