import { NeaiError } from '../shared/errors.ts';

/** Calls back every second until the function it returns is called; tests hand in a second of their own. */
export type EverySecond = (beat: () => void) => () => void;

export const everySecond: EverySecond = (beat) => {
  const timer = setInterval(beat, 1000);
  return () => clearInterval(timer);
};

/** Seconds without a finished candidate after which a search is given up. */
const PATIENCE_SECONDS = 60;

/**
 * Gives a search up that brings no candidate any more. It counts beats and not the clock: seconds in which this
 * process could not run (a suspended computer) are nobody's fault.
 */
export class SearchWatch {
  readonly #gaveUp = Promise.withResolvers<never>();
  #silentSeconds = 0;

  constructor() {
    // raced against by whoever waits; where nobody does, it must not end the process
    this.#gaveUp.promise.catch(() => {});
  }

  /** A candidate is done. */
  alive(): void {
    this.#silentSeconds = 0;
  }

  /** A second has passed. @param inWork candidates that the workers are at */
  beat(inWork: readonly string[]): void {
    if (++this.#silentSeconds < PATIENCE_SECONDS) return;
    this.#gaveUp.reject(
      new NeaiError('SEARCH_STALLED', `no candidate was finished for ${PATIENCE_SECONDS} s`, {
        asked: inWork.join(' and ') || 'nothing',
        got: 'no answer of the workers',
      }),
    );
  }

  /** Something that the search cannot do without went wrong. */
  giveUp(error: unknown): void {
    this.#gaveUp.reject(error);
  }

  /** The work, or the error that it is given up with. */
  during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#gaveUp.promise]);
  }
}
