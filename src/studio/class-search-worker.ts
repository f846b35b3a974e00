import { classesOf, evaluateClassModel } from '../engine/classification/search/evaluate.ts';
import { answerBatches } from './answer-batches.ts';

answerBatches((features, model) =>
  evaluateClassModel(
    classesOf(features),
    model,
    features.couples.map(({ overlapLines }) => overlapLines),
  ),
);
