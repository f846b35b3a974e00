import { parentPort, workerData } from 'node:worker_threads';
import {
  evaluateModel,
  extractFeatures,
  type Features,
  type SelectionData,
} from '../engine/search/evaluate.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { SearchTask, SearchTaskResult } from './search-pool.ts';

/** Pipelines whose features a worker keeps: a batch hands one pipeline's models out in pieces that follow each other. */
const PIPELINES_KEPT = 4;

const data = workerData as SelectionData;
const kept = new Map<string, Features>();

function featuresOf(task: SearchTask): Features {
  const key = pipelineKey(task.pipeline);
  const features = kept.get(key) ?? extractFeatures(data, task.pipeline);
  kept.delete(key);
  kept.set(key, features);
  if (kept.size > PIPELINES_KEPT) kept.delete(kept.keys().next().value!);
  return features;
}

parentPort!.on('message', (task: SearchTask) => {
  const features = featuresOf(task);
  task.models.forEach((model, i) => {
    const evaluation = evaluateModel(features, model, { stopBelow: task.stopBelow });
    const result: SearchTaskResult = { position: task.first + i, evaluation };
    parentPort!.postMessage(result);
  });
});
