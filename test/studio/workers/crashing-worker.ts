import { parentPort } from 'node:worker_threads';

/** A worker that ends in the middle of its first task, as one does that has no memory left. */
parentPort!.on('message', () => {
  throw new RangeError('Array buffer allocation failed');
});
