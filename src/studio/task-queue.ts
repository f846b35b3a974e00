/** Something to do for a pipeline. */
interface Task {
  readonly key: string;
}

/**
 * Tasks in groups of one key. A worker stays with its group, because the features of a pipeline are computed once by
 * each worker that is given a part of it; then it takes the next group that nobody has begun, and at last helps with the
 * largest that is left.
 */
export class TaskQueue<T extends Task, W> {
  /** Groups not begun, in order. */
  readonly #fresh: T[][];
  readonly #begun = new Map<W, T[]>();

  constructor(tasks: readonly T[]) {
    this.#fresh = [...Map.groupBy(tasks, ({ key }) => key).values()];
  }

  next(worker: W): T | undefined {
    const own = this.#begun.get(worker);
    if (own !== undefined && own.length > 0) return own.shift();
    const group = this.#fresh.shift() ?? this.#largestLeft();
    if (group === undefined) return undefined;
    this.#begun.set(worker, group);
    return group.shift();
  }

  #largestLeft(): T[] | undefined {
    const [largest] = [...this.#begun.values()].sort((a, b) => b.length - a.length);
    return largest !== undefined && largest.length > 0 ? largest : undefined;
  }
}
