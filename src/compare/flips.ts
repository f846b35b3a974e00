import type { CallSequence } from '../record/calls.ts';
import type { Flip, Flips } from '../record/metrics.ts';
import { clopperPearsonUpper } from '../shared/clopper-pearson.ts';
import { isSimilarity } from './compare-runs.ts';

export interface FlipsInput {
  readonly sequence: CallSequence;
  readonly files: readonly string[];
  readonly threshold: number;
  /** Something equal for calls whose signals have the same values; null: file and line stand for it. */
  readonly contents: readonly (string | null)[] | null;
}

/** Decisions that flip between both sides, and how many flips in a hundred the signals seen allow at most. */
export function flipsOf({ sequence, files, threshold, contents }: FlipsInput): Flips {
  const { calls, reference, target } = sequence;
  const list: Flip[] = [];
  const known = new Set<string>();
  let [decisions, independentFlips] = [0, 0];
  for (let call = 0; call < Math.min(reference.length, target.length); call++) {
    const planned = calls[call]!;
    const [ours, theirs] = [reference[call]!.code, target[call]!.code];
    if (!isSimilarity(planned.operation, ours) || !isSimilarity(planned.operation, theirs)) continue;
    decisions++;
    const content = contents?.[call] ?? `${planned.file}:${planned.line}`;
    const isNew = !known.has(content);
    known.add(content);
    if (ours >= threshold === theirs >= threshold) continue;
    if (isNew) independentFlips++;
    list.push({
      call,
      file: planned.file === null ? null : files[planned.file]!,
      line: planned.line,
      reference: ours,
      target: theirs,
      referenceToThreshold: ours - threshold,
      targetToThreshold: theirs - threshold,
    });
  }
  return {
    list,
    decisions,
    repeated: decisions - known.size,
    independentFlips,
    rate: decisions === 0 ? null : list.length / decisions,
    upper95: clopperPearsonUpper(independentFlips, known.size),
  };
}
