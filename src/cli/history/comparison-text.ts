import type { RunComparison } from '../../history/compare-runs.ts';
import type { StoredRun } from '../../history/read-runs.ts';
import { formatChange, formatFigure, formatRun } from '../../history/text.ts';

/** Two runs side by side, for a person: what is different, and how much is the same. */
export function comparisonLines(before: StoredRun, after: StoredRun, comparison: RunComparison): string[] {
  const { facts, figures, digests, answers } = comparison;
  const changed = figures.filter((figure) => figure.before !== figure.after);
  return [
    `before ${formatRun(before)}`,
    `after  ${formatRun(after)}`,
    ...facts.map((fact) => `${fact.name}: ${fact.before ?? 'none'} → ${fact.after ?? 'none'}`),
    ...changed.map(({ figure, unit, before: old, after: now, worse }) => {
      if (old === null || now === null) {
        const told = (value: number | null): string =>
          value === null ? 'not told' : formatFigure(value, unit);
        return `${figure}: ${told(old)} → ${told(now)}`;
      }
      const mark = worse === null ? '' : worse ? ', worse' : ', better';
      return `${figure}: ${formatChange(old, now, unit)}${mark}`;
    }),
    `${figures.length - changed.length} of ${figures.length} figures are the same`,
    ...digests.map(
      (digest) => `digest of ${digest.name}: ${digest.before ?? 'none'} → ${digest.after ?? 'none'}`,
    ),
    answers === null
      ? 'the two were not asked the same signals: answers are not compared'
      : answersLine(answers),
  ];
}

function answersLine({
  compared,
  differing,
  first,
  largestScoreChange,
}: NonNullable<RunComparison['answers']>): string {
  if (first === null) return `${compared} answers compared, all the same`;
  const { call, file, line, field, before, after } = first;
  const place = file === null ? `call ${call}` : `${file} line ${line}`;
  return (
    `${compared} answers compared, ${differing} differ, similarity by up to ${largestScoreChange} points; ` +
    `first at ${place}: ${field} ${before ?? 'none'} → ${after ?? 'none'}`
  );
}
