import type { CallSequence } from '../record/calls.ts';
import type { Regime } from '../record/fitness-facts.ts';
import { isSimilarity } from './compare-runs.ts';
import { learnedCalls } from './learned.ts';

/**
 * The regimes of a run: every file that was learned from, or detected as nominal. How much of each the target has
 * learned, and what share of its unseen lines it recognises.
 */
export function regimesOf(sequence: CallSequence, files: readonly string[], threshold: number): Regime[] {
  const { calls, target } = sequence;
  const learnedBy = learnedCalls(sequence);
  return files.flatMap((name, file) => {
    let [learned, detected, nominal, belongs] = [0, 0, 0, false];
    for (const [index, call] of calls.entries()) {
      if (call.file !== file) continue;
      const code = target[index]?.code;
      if (call.operation === 'learn') {
        belongs = true;
        if (learnedBy[index]) learned++;
      } else if (call.operation === 'detect' && call.label === 'nominal' && !call.seen) {
        belongs = true;
        if (code === undefined || !isSimilarity('detect', code)) continue;
        detected++;
        if (code >= threshold) nominal++;
      }
    }
    if (!belongs) return [];
    const recognised = detected === 0 ? null : nominal / detected;
    return [{ name, learned, detected, recognised, covered: learned > 0 }];
  });
}
