import { type LabelSplit, selectionLines } from '../dataset/split.ts';
import { modelByName } from '../models/registry.ts';
import { extractFeatures, type SelectionData } from './evaluate.ts';
import { type CoupleLearning, learningCurve } from './learning-curve.ts';
import type { Regime } from './learning-orders.ts';
import type { Ranked } from './ranking.ts';

/** The learning curves of a search's winner, couple by couple, in the order of the data. */
export function learnCouples(
  winner: Ranked,
  data: SelectionData,
  couples: readonly { readonly regular: LabelSplit }[],
): CoupleLearning[] {
  const { pipeline, model } = winner.candidate;
  const features = extractFeatures(data, pipeline);
  const floor = modelByName(model.name).detectFloor(features.dimension, model.params);
  return features.couples.map((couple, i) =>
    learningCurve(
      couple,
      features.dimension,
      model,
      winner.evaluation.calibration,
      regimesOf(couples[i]!.regular),
      floor,
    ),
  );
}

/** Every machine learns by itself, so the couple that needs most decides. */
export const minimumLearningIterations = (learning: readonly CoupleLearning[]): number =>
  Math.max(...learning.map(({ minimum }) => minimum));

/** Every regular file is a regime, as far as the selection part has lines of it. */
function regimesOf(split: LabelSplit): Regime[] {
  const lines = selectionLines(split);
  return Array.from(Map.groupBy(lines.keys(), (row) => lines[row]!.dataset)).map(([{ path }, rows]) => ({
    name: path.split(/[\\/]/).at(-1)!,
    first: rows[0]!,
    end: rows.at(-1)! + 1,
  }));
}
