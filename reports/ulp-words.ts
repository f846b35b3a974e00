import type { ShownValue } from '../src/record/divergence.ts';
import { count } from './format.ts';

/** Two powers of two lie so many units in the last place apart: beyond, a count says nothing. */
export const MOST_ULP = 2 ** 24;

/** Units in the last place as a reader can weigh them: `37`, `more than 16 million`. */
export const ulpCount = (ulp: number): string => (ulp > MOST_ULP ? 'more than 16 million' : count(ulp));

/** Whether one value is above zero and the other below: then units in the last place count through all small numbers. */
export const signsDiffer = (a: ShownValue | null, b: ShownValue | null): boolean =>
  Number(a?.decimal) * Number(b?.decimal) !== 0 &&
  Math.sign(Number(a?.decimal)) === -Math.sign(Number(b?.decimal));
