import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { type Candidate, evaluateModel } from '../engine/search/evaluate.ts';
import { FeatureCache } from '../engine/search/feature-cache.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { SearchAnswer, SearchAnswers, SearchBatch, WorkerStart } from './search-pool.ts';
import { type FeatureRoom, featuresIn } from './shared-features.ts';
import { TaskQueue } from './task-queue.ts';

/** Answers are handed in together: each message costs two threads more time than some candidates take. */
const ANSWER_EVERY_MS = 20;

type CandidateKey = [Candidate['pipeline'], Candidate['model']];

const { data, worker } = workerData as WorkerStart;
let room: FeatureRoom = new Map();
const features = new FeatureCache(data, (pipeline, make) =>
  featuresIn(room.get(pipelineKey(pipeline)), data, pipeline, make),
);

parentPort!.on('message', (batch: SearchBatch) => {
  ({ room } = batch);
  let answers: SearchAnswer[] = [];
  let handedInMs = performance.now();
  for (const position of new TaskQueue(batch.queue).tasksOf(worker)) {
    const [pipeline, model] = JSON.parse(batch.candidates[position]!) as CandidateKey;
    const evaluation = evaluateModel(features.get(pipeline), model, { stopBelow: batch.stopBelow });
    answers.push({ position, evaluation });
    if (performance.now() - handedInMs < ANSWER_EVERY_MS) continue;
    post({ answers, done: false });
    answers = [];
    handedInMs = performance.now();
  }
  post({ answers, done: true });
});

const post = (answers: SearchAnswers): void => parentPort!.postMessage(answers);
