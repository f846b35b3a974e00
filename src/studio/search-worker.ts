import { parentPort, workerData } from 'node:worker_threads';
import { evaluateModel, type SelectionData } from '../engine/search/evaluate.ts';
import { FeatureCache } from '../engine/search/feature-cache.ts';
import type { SearchTask, SearchTaskResult } from './search-pool.ts';

const features = new FeatureCache(workerData as SelectionData);

parentPort!.on('message', (task: SearchTask) => {
  task.models.forEach((model, i) => {
    const evaluation = evaluateModel(features.get(task.pipeline), model, { stopBelow: task.stopBelow });
    const result: SearchTaskResult = { position: task.first + i, evaluation };
    parentPort!.postMessage(result);
  });
});
