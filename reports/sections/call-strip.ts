import type { CallSequence } from '../../src/record/calls.ts';
import { html, type Markup } from '../html.ts';

const WIDTH = 1000;
const HEIGHT = 26;

interface Stretch {
  readonly first: number;
  last: number;
  readonly kind: string;
}

/** Every call of the run from left to right: what was called above, whether both sides answered alike below. */
export function callStrip({ calls, reference, target }: CallSequence, first: number): Markup {
  const differs = (index: number): boolean => {
    const [a, b] = [reference[index]!, target[index]!];
    return a.code !== b.code || a.learnCounter !== b.learnCounter || a.digest !== b.digest;
  };
  const operations = stretches(calls.length, (index) => calls[index]!.operation);
  const answers = stretches(calls.length, (index) =>
    index >= target.length || index >= reference.length ? 'unanswered' : differs(index) ? 'differs' : 'same',
  );
  const x = (call: number): number => Number(((call * WIDTH) / calls.length).toFixed(2));
  const bars = (list: readonly Stretch[], y: number, height: number) =>
    list.map(
      ({ first: from, last, kind }) =>
        html`<rect class="${kind}" x="${x(from)}" width="${Math.max(1.5, x(last + 1) - x(from))}" y="${y}" height="${height}"><title>calls ${from} to ${last}: ${kind}</title></rect>`,
    );
  return html`<figure class="strip"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
aria-label="All ${calls.length} calls in order; both sides first part at call ${first}">
${bars(operations, 0, 9)}${bars(answers, 11, 15)}<rect class="here" x="${Math.max(0, x(first) - 1)}" y="0" width="3" height="${HEIGHT}"/></svg>
<figcaption><span><i class="learn"></i>learn</span> <span><i class="detect"></i>detect</span> <span><i class="same"></i>same</span> <span><i class="differs"></i>differs</span> all ${calls.length} calls, left to right</figcaption></figure>`;
}

/** Neighbours of one kind as one bar: ten thousand calls are a handful of them, most of the time. */
function stretches(calls: number, kindOf: (index: number) => string): Stretch[] {
  const list: Stretch[] = [];
  for (let index = 0; index < calls; index++) {
    const kind = kindOf(index);
    const last = list.at(-1);
    if (last !== undefined && last.kind === kind) last.last = index;
    else list.push({ first: index, last: index, kind });
  }
  return list.length <= MOST_BARS ? list : coarser(list, calls);
}

const MOST_BARS = 600;

/** Too many to see: bars of equal width, each of the gravest kind in it. */
function coarser(list: readonly Stretch[], calls: number): Stretch[] {
  const gravity = ['same', 'detect', 'learn', 'initialize', 'unanswered', 'differs'];
  const size = Math.ceil(calls / MOST_BARS);
  const found = new Map<number, Stretch>();
  for (const { first, last, kind } of list) {
    for (let bin = Math.floor(first / size); bin <= Math.floor(last / size); bin++) {
      const known = found.get(bin);
      if (known !== undefined && gravity.indexOf(known.kind) >= gravity.indexOf(kind)) continue;
      found.set(bin, { first: bin * size, last: Math.min(calls, (bin + 1) * size) - 1, kind });
    }
  }
  return [...found.values()].sort((a, b) => a.first - b.first);
}
