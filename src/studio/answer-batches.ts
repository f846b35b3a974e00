import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Candidate, Features } from '../engine/search/evaluate.ts';
import { FeatureCache } from '../engine/search/feature-cache.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { SearchAnswer, SearchAnswers, SearchBatch, WorkerStart } from './search-pool.ts';
import { type FeatureRoom, featuresIn } from './shared-features.ts';
import { TaskQueue } from './task-queue.ts';

/** Answers are handed in together: each message costs two threads more time than some candidates take. */
const ANSWER_EVERY_MS = 20;

type CandidateKey = [Candidate['pipeline'], Candidate['model']];

/** What a worker of a SearchPool does: evaluates candidates that it takes from the queue, batch after batch. */
export function answerBatches<E>(
  evaluate: (features: Features, model: Candidate['model'], stopBelow: number) => E,
): void {
  const { data, worker } = workerData as WorkerStart;
  let room: FeatureRoom = new Map();
  const features = new FeatureCache(data, (pipeline, make) =>
    featuresIn(room.get(pipelineKey(pipeline)), data, pipeline, make),
  );
  const post = (answers: SearchAnswers<E>): void => parentPort!.postMessage(answers);

  parentPort!.on('message', (batch: SearchBatch) => {
    ({ room } = batch);
    let answers: SearchAnswer<E>[] = [];
    let handedInMs = performance.now();
    for (const position of new TaskQueue(batch.queue).tasksOf(worker)) {
      const [pipeline, model] = JSON.parse(batch.candidates[position]!) as CandidateKey;
      answers.push({ position, evaluation: evaluate(features.get(pipeline), model, batch.stopBelow) });
      if (performance.now() - handedInMs < ANSWER_EVERY_MS) continue;
      post({ answers, done: false });
      answers = [];
      handedInMs = performance.now();
    }
    post({ answers, done: true });
  });
}
