import { Worker } from 'node:worker_threads';
import type { ModelSpec } from '../engine/models/model.ts';
import type { Candidate, Evaluation, SelectionData } from '../engine/search/evaluate.ts';
import { candidateKey, pipelineKey } from '../engine/search/space.ts';
import type { Pipeline } from '../engine/transforms/transform.ts';
import { NeaiError } from '../shared/errors.ts';
import { TaskQueue } from './task-queue.ts';

/** What a worker is asked: one pipeline, some of its models. */
export interface SearchTask {
  /** Position of the first model's candidate in the batch; the others follow it. */
  readonly first: number;
  readonly pipeline: Pipeline;
  readonly models: readonly ModelSpec[];
  /** See EvaluateOptions. */
  readonly stopBelow: number;
}

/** A worker's answer: one message a candidate, in the task's order, as soon as it is done. */
export interface SearchTaskResult {
  /** Position in the batch. */
  readonly position: number;
  readonly evaluation: Evaluation;
}

/** Models in one task: the fewer, the shorter is one core left alone at the end of a round (1.78 against 1.60 with four). */
const MODELS_PER_TASK = 1;
const WORKER_FILE = new URL('./search-worker.ts', import.meta.url);

interface QueuedTask extends SearchTask {
  /** Of the pipeline. */
  readonly key: string;
}

/** A task and the candidate of it that is being worked on. */
interface InWork {
  readonly task: SearchTask;
  answered: number;
}

/**
 * Worker threads that evaluate candidates. Figures of a candidate depend on the selection part alone, so the answer
 * is the same for any number of workers.
 */
export class SearchPool {
  readonly #workers: Worker[];
  readonly #inWork = new Map<Worker, InWork>();

  /** @param data its arrays lie in shared memory, or every worker has a copy of its own */
  constructor(data: SelectionData, workers: number, workerFile = WORKER_FILE) {
    this.#workers = Array.from({ length: workers }, () => new Worker(workerFile, { workerData: data }));
    // one that ends between two batches is told when the next is handed out, not by a crash of everything
    for (const worker of this.#workers) worker.on('error', () => {});
  }

  /** The candidates that workers are at, for people. */
  get inWork(): string[] {
    return [...this.#inWork.values()].map(candidateInWork);
  }

  /**
   * Evaluates a batch, in its order. When the signal fires, tasks not yet begun stay undefined.
   * @param onDone called with each candidate's position in the batch as its figures arrive
   * @throws SEARCH_WORKER_FAILED naming the candidate
   */
  async evaluate(
    batch: readonly Candidate[],
    signal: AbortSignal | undefined,
    onDone: (position: number, evaluation: Evaluation) => void,
    stopBelow = 0,
  ): Promise<(Evaluation | undefined)[]> {
    const queue = new TaskQueue<QueuedTask, Worker>(cutIntoTasks(batch, stopBelow));
    const answers = new Array<Evaluation | undefined>(batch.length).fill(undefined);
    const nextTask = (worker: Worker): QueuedTask | undefined =>
      signal?.aborted ? undefined : queue.next(worker);
    await Promise.all(
      this.#workers.map((worker) =>
        this.#runOn(
          worker,
          () => nextTask(worker),
          ({ position, evaluation }) => {
            answers[position] = evaluation;
            onDone(position, evaluation);
          },
        ),
      ),
    );
    return answers;
  }

  /** Hands one worker tasks until there are none. */
  #runOn(
    worker: Worker,
    nextTask: () => SearchTask | undefined,
    onResult: (result: SearchTaskResult) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        this.#inWork.delete(worker);
        finish();
      };
      const handOut = (): void => {
        const task = nextTask();
        if (task === undefined) settle(resolve);
        else {
          this.#inWork.set(worker, { task, answered: 0 });
          worker.postMessage(task);
        }
      };
      const onMessage = (result: SearchTaskResult): void => {
        const work = this.#inWork.get(worker)!;
        work.answered++;
        onResult(result);
        if (work.answered === work.task.models.length) handOut();
      };
      const fail = (got: string, cause?: unknown): void => {
        const work = this.#inWork.get(worker);
        const error = new NeaiError('SEARCH_WORKER_FAILED', 'a worker of the search ended', {
          asked: work === undefined ? 'the next candidate' : candidateInWork(work),
          got,
          cause,
        });
        settle(() => reject(error));
      };
      const onError = (cause: unknown): void => fail(String(cause), cause);
      const onExit = (code: number): void => fail(`exit code ${code}`);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      if (worker.threadId === -1) fail('it has ended before');
      else handOut();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function candidateInWork({ task: { pipeline, models }, answered }: InWork): string {
  return candidateKey({ pipeline, model: models[Math.min(answered, models.length - 1)]! });
}

/** Runs of candidates with one pipeline. */
function cutIntoTasks(batch: readonly Candidate[], stopBelow: number): QueuedTask[] {
  const tasks: (QueuedTask & { models: ModelSpec[] })[] = [];
  batch.forEach(({ pipeline, model }, position) => {
    const last = tasks.at(-1);
    const key = pipelineKey(pipeline);
    if (last?.key === key && last.models.length < MODELS_PER_TASK) last.models.push(model);
    else tasks.push({ first: position, key, pipeline, models: [model], stopBelow });
  });
  return tasks;
}
