import type { CallSequence, Operation } from '../record/calls.ts';
import type { PerCallFigures } from '../record/cost.ts';
import type { Evidence } from '../record/primitives.ts';

/** What at most one call in a hundred exceeds. */
const NEARLY_ALL = 0.99;

/** Ticks of the library call alone over a run. Every figure is a count that was really taken, none is interpolated. */
export function perCallFigures(sequence: CallSequence, kind: Evidence['kind']): PerCallFigures {
  const figures = (operation: Operation): PerCallFigures['learn'] => {
    const ticks = sequence.target
      .filter((_, index) => sequence.calls[index]?.operation === operation)
      .flatMap((answer) => (answer.ticks === null ? [] : [answer.ticks]))
      .sort((a, b) => a - b);
    if (ticks.length === 0) return null;
    return {
      calls: ticks.length,
      median: ticks[(ticks.length - 1) >> 1]!,
      p99: ticks[Math.ceil(ticks.length * NEARLY_ALL) - 1]!,
      min: ticks[0]!,
      max: ticks.at(-1)!,
    };
  };
  return {
    unit: kind === 'virtual' ? 'instructions' : 'cycles',
    learn: figures('learn'),
    detect: figures('detect'),
  };
}
