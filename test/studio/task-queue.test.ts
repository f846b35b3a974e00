import { describe, expect, it } from 'vitest';
import { TaskQueue } from '../../src/studio/task-queue.ts';

/** Groups a1 a2 a3, b1, c1 c2. */
const SIZES = [3, 1, 2];
const NAMES = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'];

/** The tasks that workers are given when they ask in this order. */
function namesOf(queue: TaskQueue, workers: readonly number[]): (string | undefined)[] {
  // every worker opens the memory for itself, as threads do
  const asking = [0, 1, 2].map((worker) => new TaskQueue(queue.memory).tasksOf(worker));
  return workers.map((worker) => {
    const next = asking[worker]!.next();
    return next.done ? undefined : NAMES[next.value];
  });
}

describe('the queue of a search', () => {
  it('keeps a worker with its pipeline, and hands every task out once', () => {
    const names = namesOf(TaskQueue.of(SIZES, 3), [0, 1, 0, 1, 0, 1, 0]);
    expect(names).toEqual(['a1', 'b1', 'a2', 'c1', 'a3', 'c2', undefined]);
  });

  it('lets a worker help with the largest rest when no pipeline is left to begin', () => {
    const names = namesOf(TaskQueue.of(SIZES, 3), [0, 1, 2, 1, 1, 1, 1, 0, 2]);
    expect(names).toEqual(['a1', 'b1', 'c1', 'a2', 'a3', 'c2', undefined, undefined, undefined]);
  });

  it('tells every thread what each worker is at', () => {
    const queue = TaskQueue.of(SIZES, 3);
    expect(queue.inWork(1)).toBeNull();
    const asking = new TaskQueue(queue.memory).tasksOf(1);
    asking.next();
    asking.next();
    expect([queue.inWork(0), queue.inWork(1)]).toEqual([null, 1]);
    while (asking.next().done !== true);
    expect(queue.inWork(1)).toBeNull();
  });

  it('hands nothing out any more once it is stopped', () => {
    const queue = TaskQueue.of(SIZES, 3);
    const asking = queue.tasksOf(0);
    expect(asking.next().value).toBe(0);
    queue.stop();
    expect(asking.next().done).toBe(true);
    expect(namesOf(queue, [0, 1, 2])).toEqual([undefined, undefined, undefined]);
  });
});
