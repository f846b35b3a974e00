import { type Library, libraryShape } from '../library.ts';
import { planChain } from './chain.ts';

/** One kernel call of a library as taps count them, and how its output is to be read. */
export interface TracedStep {
  /** Name of the transform. */
  readonly transform: string;
  /** Values of its output. */
  readonly length: number;
  /** Axes of an output that is again a signal, interleaved; null for a vector of features. */
  readonly axes: number | null;
}

/** The kernel calls of a library in the order in which taps tell them. @throws LIBRARY_INVALID is checked before */
export function tracedSteps(library: Library): TracedStep[] {
  const stages = planChain(library.pipeline, libraryShape(library)) ?? [];
  return stages.flatMap(({ steps }) =>
    steps.map(({ transform, params, inputShape, outputLength }) => ({
      transform: transform.name,
      length: outputLength,
      axes: steps.length === 1 ? (transform.outputShape?.(inputShape, params).axes ?? null) : null,
    })),
  );
}
