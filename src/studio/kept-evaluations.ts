import type { Candidate } from '../engine/search/evaluate.ts';
import type { SearchJournal } from './search-journal.ts';
import type { SearchPool } from './search-pool.ts';
import type { SearchWatch } from './search-watch.ts';

interface Parts<P, E> {
  readonly pool: SearchPool<E>;
  readonly watch: SearchWatch;
  readonly journal: SearchJournal<E> | undefined;
  /** When it fires, what is not begun stays undone. */
  readonly signal: AbortSignal | undefined;
  /** Seconds of this process. */
  readonly elapsed: () => number;
  /** Told of each candidate as its figures are there. */
  readonly onFinished: (candidate: P, evaluation: E) => void;
}

/** Evaluates the rounds of a search on its workers, except for what an earlier process left in the journal. */
export class KeptEvaluations<P extends { readonly candidate: Candidate }, E> {
  readonly #parts: Parts<P, E>;
  /** Candidates finished, and those of them that an earlier process had evaluated. */
  finished = 0;
  resumed = 0;

  constructor(parts: Parts<P, E>) {
    this.#parts = parts;
  }

  /** @returns figures in the order of the batch; undefined for what an interruption left out */
  async evaluate(batch: readonly P[], stopBelow = 0): Promise<(E | undefined)[]> {
    const { pool, watch, journal, signal, elapsed } = this.#parts;
    const answers = batch.map(({ candidate }) => journal?.known(candidate));
    const open = batch.flatMap((priced, position) => (answers[position] ? [] : [{ priced, position }]));
    batch.forEach((priced, position) => {
      const known = answers[position];
      if (known === undefined) return;
      this.resumed++;
      this.#finish(priced, known);
    });
    const work = pool.evaluate(
      open.map(({ priced }) => priced.candidate),
      signal,
      (at, evaluation) => {
        const { priced, position } = open[at]!;
        watch.alive();
        answers[position] = evaluation;
        journal?.append(priced.candidate, evaluation, journal.secondsBefore + elapsed());
        this.#finish(priced, evaluation);
      },
      stopBelow,
    );
    await watch.during(work);
    return answers;
  }

  #finish(priced: P, evaluation: E): void {
    this.finished++;
    this.#parts.onFinished(priced, evaluation);
  }
}
