import { parentPort } from 'node:worker_threads';

/** A worker that takes a task and never answers. */
parentPort!.on('message', () => {});
