import type { Operation } from '../../record/calls.ts';
import { ulpBetween } from '../ulp.ts';
import type { StagePair, TracedLibrary } from './stages.ts';
import { asFloats, shownFloat } from './words.ts';

/** Differences up to here are a matter of rounding in one step of arithmetic. */
const ROUNDING_ULP = 64;
/** Share of the values in which a pattern has to show to be named. */
const MOST = 0.95;

/** Both sides as they are called in a sentence, behind `the`. */
export interface NamedSides {
  readonly reference: string;
  readonly target: string;
}

/**
 * The likely cause of a difference, from its pattern in the first stage that parts; a hint for whoever looks next, and
 * null where no known pattern fits. Ordered from the most telling pattern to the least.
 */
export function likelyCause(
  { axes }: TracedLibrary,
  pairs: readonly StagePair[],
  at: number,
  operation: Operation,
  names: NamedSides,
): string | null {
  const pair = pairs[at]!;
  switch (pair.stage.kind) {
    case 'input':
      return inputCause(pair, axes, names);
    case 'transform':
      return transformCause(pairs, at, names);
    case 'score':
      return 'the same features and the same knowledge gave another distance: the model computes or rounds differently, or works on derived values that are not those of this knowledge';
    case 'distance':
      return 'the model gave the same distance, but it is divided by another one, the usual distance of what was learned: that is derived from the knowledge, and stale where it was not derived again after learning or restoring';
    case 'similarity':
      return 'the distance is the same on both sides, its translation into similarity is not: another sensitivity or calibration is in force';
    case 'counter':
      return operation === 'learn'
        ? 'the signal was counted on one side only'
        : 'the learn counter was already another one: a call before this one was lost or made twice';
    case 'knowledge':
      return operation === 'learn'
        ? 'all that goes into learning is the same, what was stored is not: the model learns or stores differently'
        : 'the knowledge was already another one before this call, or a call changed it that must not';
    default:
      return null;
  }
}

/** A call that one side answered without having made it. */
export const notRunCause = (operation: Operation, ran: 'reference' | 'target', names: NamedSides): string =>
  `${operation} was answered on both sides, but on the ${names[ran === 'reference' ? 'target' : 'reference']} the library was ` +
  'not run for it: the call was lost, or answered from what was kept of an earlier one';

function inputCause({ reference, target }: StagePair, axes: number, names: NamedSides): string {
  if (mostly(target, (word, i) => word === byteSwapped(reference[i]!))) {
    return 'every word arrived with its bytes in the opposite order: byte order';
  }
  for (let shift = 1; shift <= 2 * axes; shift++) {
    const name =
      shift % axes === 0 ? `${shift / axes} sample${shift === axes ? '' : 's'}` : `${shift} values`;
    const inside = reference.length - shift;
    if (mostly(target.subarray(0, inside), (word, i) => word === reference[i + shift]!)) {
      return `the window starts ${name} late: it is off by ${name}`;
    }
    if (mostly(target.subarray(shift), (word, i) => word === reference[i]!)) {
      return `the window starts ${name} early: it is off by ${name}`;
    }
  }
  const order = axisOrder(reference, target, axes);
  if (order !== null)
    return `axes are swapped: the ${names.target} has the axes of the ${names.reference} in the order ${order.join(', ')}`;
  const factor = commonFactor(asFloats(reference), asFloats(target));
  if (factor !== null) return `every value is ${factor} times that of the ${names.reference}: another scale`;
  return (
    flushed(reference, target, names) ??
    'the signal that arrived is another one, in no pattern that is known here'
  );
}

function transformCause(pairs: readonly StagePair[], at: number, names: NamedSides): string | null {
  const { reference, target } = pairs[at]!;
  const before = pairs[at - 1];
  const [ours, theirs] = [asFloats(reference), asFloats(target)];
  if (before !== undefined && before.target.length === target.length && sameWords(before.target, target)) {
    const [index] = differing(reference, target);
    const value = shownFloat(before.target[index!]!).decimal;
    return `on the ${names.target} this step left its input as it was (${value} went in and came out): it is missing or without effect`;
  }
  const toZero = flushed(reference, target, names);
  if (toZero !== null) return toZero;
  const largest = Math.max(
    ...differing(reference, target).map((i) => ulpBetween(reference[i]!, target[i]!) ?? Infinity),
  );
  if (largest <= ROUNDING_ULP) {
    return `differences of at most ${largest} units in the last place: arithmetic was rounded otherwise, as by fused multiply-add, another order or another precision`;
  }
  const factor = commonFactor(ours, theirs);
  if (factor !== null) return `every value is ${factor} times that of the ${names.reference}: another scale`;
  const offset = commonOffset(ours, theirs);
  if (offset !== null) {
    return `every value is larger by ${offset} than that of the ${names.reference}: a constant, as of a mean that was not removed or a scale before a logarithm`;
  }
  return null;
}

/** Target has zeros where the reference has values too small for a normal binary32 number. */
function flushed(reference: Uint32Array, target: Uint32Array, names: NamedSides): string | null {
  const places = differing(reference, target);
  const isDenormal = (word: number): boolean => (word & 0x7f800000) === 0 && (word & 0x7fffffff) !== 0;
  const hit = places.filter((i) => isDenormal(reference[i]!) && (target[i]! & 0x7fffffff) === 0);
  if (hit.length === 0 || hit.length < MOST * places.length) return null;
  return `values below the smallest normal number (denormals) became zero on the ${names.target}: flush to zero is on`;
}

const differing = (a: Uint32Array, b: Uint32Array): number[] =>
  Array.from(a.keys()).filter((index) => a[index] !== b[index]);

const sameWords = (a: Uint32Array, b: Uint32Array): boolean => a.every((word, index) => word === b[index]);

const byteSwapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

function mostly(words: Uint32Array, holds: (word: number, index: number) => boolean): boolean {
  if (words.length === 0) return false;
  let right = 0;
  for (const [index, word] of words.entries()) if (holds(word, index)) right++;
  return right >= MOST * words.length;
}

/** For each axis of the target, the 1-based axis of the reference it holds; null when one is none, or all are in place. */
function axisOrder(reference: Uint32Array, target: Uint32Array, axes: number): number[] | null {
  const order = Array.from({ length: axes }, (_, axis) => {
    const same = (from: number): boolean => {
      for (let i = 0; i < target.length; i += axes) {
        if (target[i + axis] !== reference[i + from]) return false;
      }
      return true;
    };
    return Array.from({ length: axes }, (_, from) => from).find(same);
  });
  if (order.includes(undefined) || order.every((from, axis) => from === axis)) return null;
  return order.map((from) => from! + 1);
}

/** The factor between all values of both sides, to four digits; null when there is none. */
function commonFactor(reference: Float32Array, target: Float32Array): string | null {
  return common(reference, target, (a, b) => (a === 0 ? (b === 0 ? null : Number.NaN) : b / a));
}

function commonOffset(reference: Float32Array, target: Float32Array): string | null {
  return common(reference, target, (a, b) => b - a);
}

function common(
  reference: Float32Array,
  target: Float32Array,
  relation: (a: number, b: number) => number | null,
): string | null {
  const values = Array.from(reference, (a, i) => relation(a, target[i] ?? Number.NaN)).filter(
    (v) => v !== null,
  );
  const [first] = values;
  if (first === undefined || !Number.isFinite(first) || first === 0) return null;
  const near = values.filter((value) => Math.abs(value - first) <= 1e-4 * Math.abs(first));
  return near.length === values.length && values.length > 1 ? String(Number(first.toPrecision(4))) : null;
}
