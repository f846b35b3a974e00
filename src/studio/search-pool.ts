import { Worker } from 'node:worker_threads';
import type { Candidate, Evaluation, SelectionData } from '../engine/search/evaluate.ts';
import { candidateKey, pipelineKey } from '../engine/search/space.ts';
import { NeaiError } from '../shared/errors.ts';
import { type FeatureRoom, FeatureRooms } from './shared-features.ts';
import { TaskQueue } from './task-queue.ts';

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly data: SelectionData;
  /** Its number, from 0. */
  readonly worker: number;
}

/** What every worker is asked: to take candidates from the queue until there are none. */
export interface SearchBatch {
  /** As JSON, as candidateKey makes it: text goes from thread to thread ten times as fast as what it says. */
  readonly candidates: readonly string[];
  /** Memory of a TaskQueue; its tasks are places in the list of candidates. */
  readonly queue: SharedArrayBuffer;
  readonly room: FeatureRoom;
  /** See EvaluateOptions. */
  readonly stopBelow: number;
}

/** Figures of the candidate at a place in the list. */
export interface SearchAnswer<E = Evaluation> {
  readonly position: number;
  readonly evaluation: E;
}

/** A worker's answers, some at a time. */
export interface SearchAnswers<E = Evaluation> {
  readonly answers: readonly SearchAnswer<E>[];
  /** The batch is done, as far as this worker goes. */
  readonly done: boolean;
}

const WORKER_FILE = new URL('./search-worker.ts', import.meta.url);

/** A batch and who takes what of it. */
interface InWork {
  readonly batch: readonly Candidate[];
  readonly queue: TaskQueue;
}

/**
 * Worker threads that evaluate candidates, as the worker's file says. Figures of a candidate depend on the selection part alone, so the answer
 * is the same for any number of workers.
 */
export class SearchPool<E = Evaluation> {
  readonly #workers: Worker[];
  readonly #rooms: FeatureRooms;
  #inWork: InWork | undefined;

  /** @param data its arrays lie in shared memory, or every worker has a copy of its own */
  constructor(data: SelectionData, workers: number, workerFile = WORKER_FILE) {
    this.#rooms = new FeatureRooms(data);
    this.#workers = Array.from({ length: workers }, (_, worker) => {
      const workerData: WorkerStart = { data, worker };
      return new Worker(workerFile, { workerData });
    });
    // one that ends between two batches is told when the next is handed out, not by a crash of everything
    for (const worker of this.#workers) worker.on('error', () => {});
  }

  /** The candidates that workers are at, for people. */
  get inWork(): string[] {
    return this.#workers
      .map((_, worker) => this.#candidateOf(worker))
      .filter((candidate) => candidate !== undefined);
  }

  /**
   * Evaluates a batch, in its order. When the signal fires, candidates not yet begun stay undefined.
   * @param onDone called with each candidate's position in the batch as its figures arrive
   * @throws SEARCH_WORKER_FAILED naming the candidate
   */
  async evaluate(
    batch: readonly Candidate[],
    signal: AbortSignal | undefined,
    onDone: (position: number, evaluation: E) => void,
    stopBelow = 0,
  ): Promise<(E | undefined)[]> {
    const answers = new Array<E | undefined>(batch.length).fill(undefined);
    if (batch.length === 0) return answers;
    const groups = groupsOf(batch);
    const queue = TaskQueue.of(
      groups.map((group) => group.length),
      this.#workers.length,
    );
    const message: SearchBatch = {
      candidates: batch.map(candidateKey),
      queue: queue.memory,
      room: this.#rooms.for(groups.map(([first]) => first!.pipeline)),
      stopBelow,
    };
    const stop = (): void => queue.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    this.#inWork = { batch, queue };
    const onAnswer = ({ position, evaluation }: SearchAnswer<E>): void => {
      answers[position] = evaluation;
      onDone(position, evaluation);
    };
    try {
      await Promise.all(this.#workers.map((worker, index) => this.#runOn(worker, index, message, onAnswer)));
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#inWork = undefined;
    }
    return answers;
  }

  /** Hands one worker a batch, and waits until it has done its part. */
  #runOn(
    worker: Worker,
    index: number,
    message: SearchBatch,
    onAnswer: (answer: SearchAnswer<E>) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        finish();
      };
      const onMessage = ({ answers, done }: SearchAnswers<E>): void => {
        for (const answer of answers) onAnswer(answer);
        if (done) settle(resolve);
      };
      const fail = (got: string, cause?: unknown): void => {
        const error = new NeaiError('SEARCH_WORKER_FAILED', 'a worker of the search ended', {
          asked: this.#candidateOf(index) ?? 'the next candidate',
          got,
          cause,
        });
        settle(() => reject(error));
      };
      const onError = (cause: unknown): void => fail(String(cause), cause);
      const onExit = (code: number): void => fail(`exit code ${code}`);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      if (worker.threadId === -1) fail('it has ended before');
      else worker.postMessage(message);
    });
  }

  #candidateOf(worker: number): string | undefined {
    const position = this.#inWork?.queue.inWork(worker) ?? null;
    return position === null ? undefined : candidateKey(this.#inWork!.batch[position]!);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Runs of candidates with one pipeline. */
function groupsOf(batch: readonly Candidate[]): Candidate[][] {
  const groups: Candidate[][] = [];
  let key: string | undefined;
  for (const candidate of batch) {
    const own = pipelineKey(candidate.pipeline);
    if (own === key) groups.at(-1)!.push(candidate);
    else groups.push([candidate]);
    key = own;
  }
  return groups;
}
