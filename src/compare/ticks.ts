import type { CallSequence, Operation } from '../record/calls.ts';
import type { Evidence } from '../record/primitives.ts';
import type { PerCallFigures } from '../record/run-record.ts';

/**
 * Ticks of the library call alone over a run: median, smallest, largest. Of an even number of calls the lower
 * of the two middle values is the median, so that it is a count that was really taken.
 */
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
