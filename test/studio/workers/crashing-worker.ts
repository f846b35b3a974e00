import { parentPort, workerData } from 'node:worker_threads';
import type { SearchBatch, WorkerStart } from '../../../src/studio/search-pool.ts';
import { TaskQueue } from '../../../src/studio/task-queue.ts';

/** A worker that ends in the middle of its first task, as one does that has no memory left. */
parentPort!.on('message', ({ queue }: SearchBatch) => {
  new TaskQueue(queue).tasksOf((workerData as WorkerStart).worker).next();
  throw new RangeError('Array buffer allocation failed');
});
