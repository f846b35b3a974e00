import { describe, expect, it } from 'vitest';
import { TaskQueue } from '../../src/studio/task-queue.ts';

const tasks = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'].map((name) => ({ key: name[0]!, name }));
const namesOf = (queue: TaskQueue<(typeof tasks)[number], string>, workers: string): (string | undefined)[] =>
  [...workers].map((worker) => queue.next(worker)?.name);

describe('the queue of a search', () => {
  it('keeps a worker with its pipeline, and hands every task out once', () => {
    expect(namesOf(new TaskQueue<(typeof tasks)[number], string>(tasks), '1212121')).toEqual([
      'a1',
      'b1',
      'a2',
      'c1',
      'a3',
      'c2',
      undefined,
    ]);
  });

  it('lets a worker help with the largest rest when no pipeline is left to begin', () => {
    const queue = new TaskQueue<(typeof tasks)[number], string>(tasks);
    expect(namesOf(queue, '123')).toEqual(['a1', 'b1', 'c1']);
    expect(namesOf(queue, '2222')).toEqual(['a2', 'a3', 'c2', undefined]);
    expect(namesOf(queue, '13')).toEqual([undefined, undefined]);
  });
});
