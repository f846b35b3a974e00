import { evaluateModel } from '../engine/search/evaluate.ts';
import { answerBatches } from './answer-batches.ts';

answerBatches((features, model, stopBelow) => evaluateModel(features, model, { stopBelow }));
