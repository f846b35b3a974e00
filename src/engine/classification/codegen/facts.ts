import { type BuildFacts, costOf } from '../../codegen/build-facts.ts';

/** What was measured when a classifier was compiled: stack by function, and no learn or detect. */
export interface ClassifierFacts extends Omit<BuildFacts, 'stackBytes'> {
  readonly stackOf: Readonly<Record<string, number>>;
}

/** Flash and RAM that a classifier costs a program. The caller's input buffer and probabilities are not in it. */
export function classifierCostOf({
  stackOf,
  ...facts
}: Pick<ClassifierFacts, 'archive' | 'linked' | 'stackOf'>): ReturnType<typeof costOf> {
  const deepest = Math.max(...Object.values(stackOf));
  return costOf({ ...facts, stackBytes: { initialize: deepest, learn: 0, detect: 0 } });
}
