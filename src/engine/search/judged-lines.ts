import { heldOutLines, type LineReference, selectionLines } from '../dataset/split.ts';
import { Emulator } from '../emulator/emulator.ts';
import type { Library } from '../library.ts';
import type { LabelledScores } from '../metrics/metrics.ts';
import type { SearchResult } from './build-library.ts';
import { crossValidatedScores, extractFeatures } from './evaluate.ts';

/** One line with the similarity that it got. */
export interface JudgedLine {
  readonly label: 'regular' | 'abnormal';
  readonly part: 'selection' | 'held out';
  readonly at: LineReference;
  readonly similarity: number;
}

/** A couple's lines but those of a gap: regular before abnormal, each in the order of the files. */
export type JudgedCouple = readonly JudgedLine[];

/**
 * Similarity of every line of a search's files. Selection lines are scored by cross-validation, each by a learner and
 * a threshold that had no part of it; held-out lines by the library itself, after it has learned the selection part.
 */
export function judgeLines(result: SearchResult, library: Library): JudgedCouple[] {
  const { pipeline, model } = result.winner.candidate;
  const selection = crossValidatedScores(extractFeatures(result.data, pipeline), model);
  const emulator = new Emulator(library);
  return result.couples.map(({ regular, abnormal }, couple) => {
    emulator.initialize();
    for (const { signal } of selectionLines(regular)) emulator.learn(signal);
    return [regular, abnormal].flatMap((split): JudgedLine[] => {
      const { label } = split;
      const scores = selection[couple]![label];
      return [
        ...selectionLines(split).map(
          (at, i): JudgedLine => ({ label, part: 'selection', at, similarity: scores[i]! }),
        ),
        ...heldOutLines(split).map(
          (at): JudgedLine => ({ label, part: 'held out', at, similarity: emulator.detect(at.signal) }),
        ),
      ];
    });
  });
}

/** Similarities of one part of the lines, by label. */
export function scoresOfPart(lines: readonly JudgedLine[], part: JudgedLine['part']): LabelledScores {
  const of = (label: JudgedLine['label']): number[] =>
    lines.filter((line) => line.part === part && line.label === label).map(({ similarity }) => similarity);
  return { regular: of('regular'), abnormal: of('abnormal') };
}
