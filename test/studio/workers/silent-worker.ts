import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import type { SearchBatch, WorkerStart } from '../../../src/studio/search-pool.ts';
import { TaskQueue } from '../../../src/studio/task-queue.ts';

/** Where it says that it has taken a task. */
export const TAKEN_CHANNEL = 'silent-worker';

/** A worker that takes a task and never answers. */
parentPort?.on('message', ({ queue }: SearchBatch) => {
  new TaskQueue(queue).tasksOf((workerData as WorkerStart).worker).next();
  const channel = new BroadcastChannel(TAKEN_CHANNEL);
  channel.postMessage('taken');
  channel.close();
});
