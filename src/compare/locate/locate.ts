import type { Divergence } from '../../record/divergence.ts';
import type { NamedSides } from './cause.ts';
import { type Part, partOf, tracesDiffer } from './part.ts';
import type { TracedLibrary } from './stages.ts';
import type { CallTrace, Effort, TracedCall, TracingSide } from './trace.ts';

export interface LocateInput {
  readonly library: TracedLibrary;
  /** All calls of the run, in order; call 0 is initialize. */
  readonly calls: readonly TracedCall[];
  /** 0-based index of the first call whose answers differ. */
  readonly firstMismatch: number;
  /**
   * Knowledge after a call, on which both sides agreed in the run: what is restored before the next call. Null where it
   * is not known; then calls are made again from the start.
   */
  readonly knowledgeAfter: (call: number) => Uint8Array | null;
  readonly reference: TracingSide;
  readonly target: TracingSide;
  /** What both are called in sentences: `emulator`, `virtual board`. */
  readonly names: NamedSides;
}

/** Where both sides part, and how that was found. */
export interface Located extends Pick<Divergence, 'notKnown' | 'search'> {
  /** 0-based index of the call. */
  readonly call: number;
  /** Null when the calls made again on the sides with taps did not differ. */
  readonly part: Part | null;
}

/**
 * Finds the first call in which two sides part, and in it the first stage and element.
 *
 * First the call whose answers differ is made alone on both sides, from restored knowledge. Where it parts again, the
 * sequence before it is bisected in the same way: answers hide a difference that did not yet move a similarity. Where it
 * does not, something outside the knowledge takes part, and the sequence is bisected for the least history after which
 * it parts. Two sides that cost nothing are run side by side from the start as well, which needs no assumption.
 */
export async function locate(input: LocateInput): Promise<Located> {
  const replay = new Replay(input);
  const alone = await replay.from(input.firstMismatch, input.firstMismatch);
  const found = alone === null ? await leastHistory(input, replay) : await firstAlone(input, replay);
  const exact =
    found !== null && input.reference.cheap && input.target.cheap
      ? ((await replay.from(0, input.firstMismatch)) ?? found)
      : found;
  const taps = [input.reference.name, input.target.name];
  const search = { ...replay.effort, taps, repeats: exact === null ? false : alone !== null };
  if (exact === null) {
    const notKnown =
      'the calls were made again on both sides from the start, and nothing differed: what happened in the run does ' +
      'not follow from its calls (look at link, power and memory of the ' +
      `${input.names.target}), or is not in the build with taps`;
    return { call: input.firstMismatch, part: null, notKnown, search };
  }
  const part = partOf(input.library, input.calls[exact.call]!, exact.reference, exact.target, input.names);
  return { call: exact.call, part, notKnown: null, search };
}

/** A call at which traces differ. */
interface Difference {
  readonly call: number;
  readonly reference: CallTrace;
  readonly target: CallTrace;
}

/** The earliest call that parts when it is made alone, if those that do lie together at the end of the sequence. */
async function firstAlone({ firstMismatch }: LocateInput, replay: Replay): Promise<Difference | null> {
  let found = await replay.from(firstMismatch, firstMismatch);
  let [same, parts] = [-1, firstMismatch];
  while (parts - same > 1) {
    const middle = (same + parts) >> 1;
    replay.effort.bisectionSteps++;
    const difference = await replay.from(middle, middle);
    if (difference === null) same = middle;
    else [parts, found] = [middle, difference];
  }
  return found;
}

/** The least history from which the sequence parts, and where it then does. */
async function leastHistory({ firstMismatch }: LocateInput, replay: Replay): Promise<Difference | null> {
  let found = await replay.from(0, firstMismatch);
  if (found === null) return null;
  let [parts, same] = [0, found.call];
  while (same - parts > 1) {
    const middle = (parts + same) >> 1;
    replay.effort.bisectionSteps++;
    const difference = await replay.from(middle, firstMismatch);
    if (difference === null) same = middle;
    else [parts, found] = [middle, difference.call < found.call ? difference : found];
  }
  return found;
}

/** Makes parts of the sequence again on both sides, each time as after power-on. */
class Replay {
  readonly effort: Effort = { restores: 0, replayedCalls: 0, bisectionSteps: 0 };
  readonly #input: LocateInput;

  constructor(input: LocateInput) {
    this.#input = input;
  }

  /** Makes calls first … last from what was known before the first of them; the first call that differs, or null. */
  async from(first: number, last: number): Promise<Difference | null> {
    const { calls, reference, target, knowledgeAfter } = this.#input;
    // Initialize stands at the start; knowledge that both sides had not in common cannot be restored.
    const knowledge = first === 0 ? null : knowledgeAfter(first - 1);
    const start = knowledge === null ? 0 : first;
    for (const side of [reference, target]) {
      await side.restart();
      if (knowledge === null) continue;
      await side.restore(knowledge);
      this.effort.restores++;
    }
    for (let call = start; call <= last; call++) {
      const ours = await reference.call(calls[call]!);
      const theirs = await target.call(calls[call]!);
      this.effort.replayedCalls += 2;
      if (call >= first && tracesDiffer(ours, theirs)) return { call, reference: ours, target: theirs };
    }
    return null;
  }
}
