/** Numbers in shared memory, before those of workers and groups. */
const HEADER = { stopped: 0, nextFresh: 1, workers: 2, groups: 3 } as const;
const HEADER_WORDS = 4;
/** Of a group: position of its first task, its number of tasks, tasks taken already. */
const GROUP = { first: 0, size: 1, taken: 2 } as const;
const GROUP_WORDS = 3;
const NOTHING = -1;

/**
 * Tasks in groups, handed out by shared memory: workers take the next one themselves, so none waits for the thread that
 * made the queue. A worker stays with its group, because its tasks have features in common; then it takes the next group
 * that nobody has begun, and at last helps with the largest that is left.
 */
export class TaskQueue {
  /** What a queue is: hand it to another thread and open it there. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Groups of so many tasks each; tasks are numbered from 0 on, group after group. */
  static of(sizes: readonly number[], workers: number): TaskQueue {
    const words = HEADER_WORDS + workers + GROUP_WORDS * sizes.length;
    const queue = new TaskQueue(new SharedArrayBuffer(4 * words));
    queue.#words[HEADER.workers] = workers;
    queue.#words[HEADER.groups] = sizes.length;
    queue.#words.fill(NOTHING, HEADER_WORDS, HEADER_WORDS + workers);
    let first = 0;
    sizes.forEach((size, group) => {
      queue.#words.set([first, size, 0], queue.#group(group));
      first += size;
    });
    return queue;
  }

  /** The tasks of one worker, one after the other, until there are none or the queue is stopped. */
  *tasksOf(worker: number): Generator<number, void, undefined> {
    let own: number | null = null;
    for (;;) {
      const task = own === null ? null : this.#take(own);
      if (task === null) {
        own = this.#freshGroup() ?? this.#largestLeft();
        if (own === null) break;
        continue;
      }
      Atomics.store(this.#words, HEADER_WORDS + worker, task);
      yield task;
    }
    Atomics.store(this.#words, HEADER_WORDS + worker, NOTHING);
  }

  /** The task that a worker is at. */
  inWork(worker: number): number | null {
    const task = Atomics.load(this.#words, HEADER_WORDS + worker);
    return task === NOTHING ? null : task;
  }

  /** Tasks not yet begun stay undone. */
  stop(): void {
    Atomics.store(this.#words, HEADER.stopped, 1);
  }

  #group = (index: number): number => HEADER_WORDS + this.#words[HEADER.workers]! + GROUP_WORDS * index;

  #freshGroup(): number | null {
    const groups = this.#words[HEADER.groups]!;
    if (Atomics.load(this.#words, HEADER.nextFresh) >= groups) return null;
    const group = Atomics.add(this.#words, HEADER.nextFresh, 1);
    return group < groups ? group : null;
  }

  #take(group: number): number | null {
    if (Atomics.load(this.#words, HEADER.stopped) !== 0) return null;
    const at = this.#group(group);
    if (this.#left(group) <= 0) return null;
    const taken = Atomics.add(this.#words, at + GROUP.taken, 1);
    return taken < this.#words[at + GROUP.size]! ? this.#words[at + GROUP.first]! + taken : null;
  }

  #left(group: number): number {
    const at = this.#group(group);
    return this.#words[at + GROUP.size]! - Atomics.load(this.#words, at + GROUP.taken);
  }

  #largestLeft(): number | null {
    if (Atomics.load(this.#words, HEADER.stopped) !== 0) return null;
    let largest: number | null = null;
    for (let group = 0; group < this.#words[HEADER.groups]!; group++) {
      if (this.#left(group) > (largest === null ? 0 : this.#left(largest))) largest = group;
    }
    return largest;
  }
}
