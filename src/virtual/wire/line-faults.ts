import { type Random, seededRandom } from '../../shared/random.ts';

type Direction = 'to-board' | 'to-host';
type FaultKind = 'drop' | 'flip' | 'insert' | 'framing' | 'noise' | 'overrun' | 'break';

/** A disturbance of the line, by place (`offset`, `count`) or by chance (`rate`, `count`, `seed`). */
export interface LineFault {
  readonly direction: Direction;
  readonly kind: FaultKind;
  /** Bytes that pass untouched before the first one hit; default 0. */
  readonly offset?: number;
  /** How many bytes are hit; default 1 without `rate`, no end with it. */
  readonly count?: number;
  /** Chance of each byte to be hit, 0-1; default 1. */
  readonly rate?: number;
  readonly seed?: number;
}

/** What travels: a byte with its marks, or an event without data. */
export interface LineItem {
  readonly data: number;
  readonly framingError: boolean;
  readonly noise: boolean;
  /** The receiver finds its data register full: the byte is lost and overrun is flagged. */
  readonly overrun: boolean;
}

export const cleanItem = (data: number): LineItem => ({
  data,
  framingError: false,
  noise: false,
  overrun: false,
});

/** One direction's faults, applied to each byte in the order in which they were given. */
export class FaultList {
  readonly #active: { fault: LineFault; random: Random; skip: number; left: number }[] = [];
  #applied = 0;

  /** How many bytes were hit so far. */
  get applied(): number {
    return this.#applied;
  }

  add(fault: LineFault): void {
    this.#active.push({
      fault,
      random: seededRandom(fault.seed ?? 1),
      skip: fault.offset ?? 0,
      left: fault.count ?? (fault.rate === undefined ? 1 : Number.POSITIVE_INFINITY),
    });
  }

  clear(): void {
    this.#active.length = 0;
  }

  /** @returns what arrives instead of one byte: nothing, the byte changed, or more than one item. */
  apply(item: LineItem): LineItem[] {
    let items = [item];
    for (const entry of [...this.#active]) {
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      if (entry.fault.rate !== undefined && entry.random.unit() >= entry.fault.rate) continue;
      items = items.flatMap((one) => disturb(one, entry.fault.kind, entry.random));
      this.#applied++;
      entry.left--;
      if (entry.left <= 0) this.#active.splice(this.#active.indexOf(entry), 1);
    }
    return items;
  }
}

function disturb(item: LineItem, kind: FaultKind, random: Random): LineItem[] {
  switch (kind) {
    case 'drop':
      return [];
    case 'flip':
      return [{ ...item, data: item.data ^ (1 << random.below(8)) }];
    case 'insert':
      return [item, cleanItem(random.below(256))];
    case 'framing':
      return [{ ...item, framingError: true }];
    case 'noise':
      return [{ ...item, noise: true }];
    case 'overrun':
      return [{ ...item, overrun: true }];
    case 'break':
      return [{ data: 0, framingError: true, noise: false, overrun: false }, item];
  }
}
