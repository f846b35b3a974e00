import { type Random, seededRandom } from '../../shared/random.ts';

type Direction = 'to-board' | 'to-host';
export const FAULT_KINDS = [
  'drop',
  'flip',
  'insert',
  'double',
  'replace',
  'framing',
  'noise',
  'overrun',
  'break',
  'text',
  'gap',
  'zeros',
  'ones',
  'burst',
] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

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
  /** Only at line rates above this one: a cable that is good enough for slower ones. */
  readonly aboveBaud?: number;
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

/** Kinds that, once begun, cover the bytes behind the first one as well. */
const RUNS: ReadonlySet<FaultKind> = new Set(['gap', 'zeros', 'ones', 'burst']);
const LONGEST_RUN_BYTES = 24;
/** What a program that prints on the same line says. */
const TEXTS = ['value = 17\n', 'assert failed', '\r\n', 'debug: x=0x01\n', '\x01\x01'];

interface Active {
  readonly fault: LineFault;
  readonly random: Random;
  skip: number;
  left: number;
  /** Bytes of a run that are still to come. */
  run: number;
}

/** One direction's faults, applied to each byte in the order in which they were given. */
export class FaultList {
  readonly #active: Active[] = [];
  #applied = 0;

  /** How many bytes were hit so far; a run counts once. */
  get applied(): number {
    return this.#applied;
  }

  add(fault: LineFault): void {
    this.#active.push({
      fault,
      random: seededRandom(fault.seed ?? 1),
      skip: fault.offset ?? 0,
      left: fault.count ?? (fault.rate === undefined ? 1 : Number.POSITIVE_INFINITY),
      run: 0,
    });
  }

  clear(): void {
    this.#active.length = 0;
  }

  /**
   * @param baud rate of the line
   * @returns what arrives instead of one byte: nothing, the byte changed, or more than one item.
   */
  apply(item: LineItem, baud: number): LineItem[] {
    let items = [item];
    for (const entry of [...this.#active]) {
      if (baud <= (entry.fault.aboveBaud ?? 0) || !this.#hits(entry)) continue;
      items = items.flatMap((one) => disturb(one, entry.fault.kind, entry.random));
      if (entry.left <= 0 && entry.run === 0) this.#active.splice(this.#active.indexOf(entry), 1);
    }
    return items;
  }

  #hits(entry: Active): boolean {
    const { fault, random } = entry;
    if (entry.run > 0) {
      entry.run--;
      return true;
    }
    if (entry.skip > 0) {
      entry.skip--;
      return false;
    }
    if (entry.left <= 0 || (fault.rate !== undefined && random.unit() >= fault.rate)) return false;
    if (RUNS.has(fault.kind)) entry.run = random.below(LONGEST_RUN_BYTES);
    this.#applied++;
    entry.left--;
    return true;
  }
}

function disturb(item: LineItem, kind: FaultKind, random: Random): LineItem[] {
  switch (kind) {
    case 'drop':
    case 'gap':
      return [];
    case 'flip':
      return [{ ...item, data: item.data ^ (1 << random.below(8)) }];
    case 'insert':
      return [item, cleanItem(random.below(256))];
    case 'double':
      return [item, item];
    case 'replace':
      return [{ ...item, data: random.below(256) }];
    case 'framing':
      return [{ ...item, framingError: true }];
    case 'noise':
      return [{ ...item, noise: true }];
    case 'overrun':
      return [{ ...item, overrun: true }];
    case 'break':
      return [{ data: 0, framingError: true, noise: false, overrun: false }, item];
    case 'text':
      return [
        ...[...TEXTS[random.below(TEXTS.length)]!].map((letter) => cleanItem(letter.charCodeAt(0))),
        item,
      ];
    case 'zeros':
      return [{ ...item, data: 0 }];
    case 'ones':
      return [{ ...item, data: 0xff }];
    case 'burst':
      return [{ ...item, data: item.data ^ random.below(256) }];
  }
}
