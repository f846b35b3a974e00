import { Worker } from 'node:worker_threads';
import type { ModelSpec } from '../engine/models/model.ts';
import type { Candidate, Evaluation, SelectionData } from '../engine/search/evaluate.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { Pipeline } from '../engine/transforms/transform.ts';
import { NeaiError } from '../shared/errors.ts';

/** What a worker is asked: one pipeline, some of its models. */
export interface SearchTask {
  readonly id: number;
  readonly pipeline: Pipeline;
  readonly models: readonly ModelSpec[];
}

export interface SearchTaskResult {
  readonly id: number;
  readonly evaluations: readonly Evaluation[];
}

/** Models in one task: few enough that progress is seen and the last task does not keep one core alone for long. */
const MODELS_PER_TASK = 4;

/**
 * Worker threads that evaluate candidates. Figures of a candidate depend on the selection part alone, so the answer
 * is the same for any number of workers.
 */
export class SearchPool {
  readonly #workers: Worker[];

  constructor(data: SelectionData, workers: number) {
    const shared: SelectionData = {
      ...data,
      couples: data.couples.map((couple) => ({
        ...couple,
        regular: inSharedMemory(couple.regular),
        abnormal: inSharedMemory(couple.abnormal),
      })),
    };
    this.#workers = Array.from(
      { length: workers },
      () => new Worker(new URL('./search-worker.ts', import.meta.url), { workerData: shared }),
    );
  }

  /**
   * Evaluates a batch, in its order. When the signal fires, tasks not yet begun stay undefined.
   * @param onDone called with each candidate's position in the batch as its figures arrive
   */
  evaluate(
    batch: readonly Candidate[],
    signal: AbortSignal | undefined,
    onDone: (position: number, evaluation: Evaluation) => void,
  ): Promise<(Evaluation | undefined)[]> {
    const tasks = cutIntoTasks(batch);
    const answers = new Array<Evaluation | undefined>(batch.length).fill(undefined);
    let next = 0;
    const runOn = (worker: Worker): Promise<void> =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          worker.off('message', onMessage);
          worker.off('error', onError);
          worker.off('exit', onExit);
          finish();
        };
        const handOut = (): void => {
          const task = signal?.aborted ? undefined : tasks[next++];
          if (task === undefined) settle(resolve);
          else worker.postMessage(task);
        };
        const onMessage = ({ id, evaluations }: SearchTaskResult): void => {
          evaluations.forEach((evaluation, i) => {
            answers[id + i] = evaluation;
            onDone(id + i, evaluation);
          });
          handOut();
        };
        const onError = (cause: unknown): void =>
          settle(() =>
            reject(new NeaiError('INTERNAL', 'a search worker failed', { got: String(cause), cause })),
          );
        const onExit = (code: number): void =>
          settle(() =>
            reject(new NeaiError('INTERNAL', 'a search worker ended', { got: `exit code ${code}` })),
          );
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        handOut();
      });
    return Promise.all(this.#workers.map(runOn)).then(() => answers);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Runs of candidates with one pipeline; a task's id is the position of its first candidate. */
function cutIntoTasks(batch: readonly Candidate[]): SearchTask[] {
  const tasks: (SearchTask & { models: ModelSpec[] })[] = [];
  batch.forEach(({ pipeline, model }, position) => {
    const last = tasks.at(-1);
    const goesOn =
      last !== undefined &&
      last.models.length < MODELS_PER_TASK &&
      pipelineKey(last.pipeline) === pipelineKey(pipeline);
    if (goesOn) last.models.push(model);
    else tasks.push({ id: position, pipeline, models: [model] });
  });
  return tasks;
}

function inSharedMemory(values: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
