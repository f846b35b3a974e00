import { NeaiError } from '../../src/shared/errors.ts';
import type { Place } from './place.ts';

interface Waiting {
  readonly worker: number;
  readonly board: string;
  readonly take: (place: Place) => void;
}

/** Opens one more place with such a board; undefined when there may be no more. */
export type OpenPlace = (board: string) => Promise<Place> | undefined;

/** Who has which board. Each is lent to one worker at a time; a worker gets the board it had before, if it can. */
export class Pool {
  readonly places: Place[];
  readonly #open: OpenPlace;
  readonly #lent = new Set<Place>();
  readonly #lastWorker = new Map<Place, number>();
  #queue: Waiting[] = [];

  constructor(places: readonly Place[], open: OpenPlace) {
    this.places = [...places];
    this.#open = open;
  }

  /** @throws NeaiError SLOT_WAIT when no board has become free in time, RACK_SLOT_UNKNOWN when there is none at all */
  async borrow(worker: number, board: string, waitMs: number): Promise<Place> {
    const free = this.places.filter((place) => place.slot.board === board && !this.#lent.has(place));
    const own =
      free.find((place) => this.#lastWorker.get(place) === worker) ??
      free.find((place) => !this.#lastWorker.has(place));
    if (own) return this.#lend(own, worker);
    const opening = this.#open(board);
    if (opening !== undefined) {
      const place = await opening;
      this.places.push(place);
      return this.#lend(place, worker);
    }
    if (free[0]) return this.#lend(free[0], worker);
    const some = this.places.filter(({ slot }) => slot.board === board);
    if (some.length === 0)
      throw new NeaiError('RACK_SLOT_UNKNOWN', `no slot of the rack holds a ${board}`, { asked: board });
    return this.#wait(worker, board, waitMs, some);
  }

  giveBack(place: Place): void {
    this.#lent.delete(place);
    const index = this.#queue.findIndex(({ board }) => board === place.slot.board);
    if (index < 0) return;
    const [next] = this.#queue.splice(index, 1);
    next!.take(this.#lend(place, next!.worker));
  }

  #wait(worker: number, board: string, waitMs: number, some: readonly Place[]): Promise<Place> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        worker,
        board,
        take: (place) => {
          clearTimeout(timer);
          resolve(place);
        },
      };
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(
          new NeaiError('SLOT_WAIT', `no ${board} became free within ${waitMs / 1000} s`, {
            got: `lent: ${some.map(({ slot }) => slot.name).join(', ')}`,
          }),
        );
      }, waitMs);
      this.#queue.push(waiting);
    });
  }

  #lend(place: Place, worker: number): Place {
    this.#lent.add(place);
    this.#lastWorker.set(place, worker);
    return place;
  }
}
