import { FIGURE_TABLE, type FigureName, type FigureUnit, isExact } from './figures.ts';
import type { StoredRun } from './read-runs.ts';
import type { Kind } from './run-writer.ts';

/** The same signals on the same kind of board with the same library. */
export interface Subject {
  readonly scenario: string;
  readonly board: string;
  readonly library: string;
  readonly kind: Kind;
}

/** One figure of one subject over its runs; indices are into the runs that the series was made of. */
export interface Series extends Subject {
  readonly figure: FigureName;
  readonly unit: FigureUnit;
  readonly isExact: boolean;
  readonly runs: readonly number[];
  readonly values: readonly (number | null)[];
}

export const subjectOf = ({ scenario, board, library, kind }: StoredRun): Subject | null =>
  board === null || library === null || kind === null ? null : { scenario, board, library, kind };

/** A key that is equal for equal subjects. */
export const keyOf = ({ scenario, board, library, kind }: Subject): string =>
  JSON.stringify([scenario, board, library, kind]);

/** Runs by subject, each group in the order of the runs; those that never reached a board are of no subject. */
export function bySubject(
  runs: readonly StoredRun[],
): { readonly subject: Subject; readonly at: readonly number[] }[] {
  const groups = new Map<string, { subject: Subject; at: number[] }>();
  for (const [index, run] of runs.entries()) {
    const subject = subjectOf(run);
    if (subject === null) continue;
    const key = keyOf(subject);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subject, at: [index] });
    else group.at.push(index);
  }
  return [...groups.values()];
}

/** Every figure of every subject that was told at least once. Runs that tell it not stand in it as null. */
export function seriesOf(runs: readonly StoredRun[]): Series[] {
  return bySubject(runs).flatMap(({ subject, at }) => {
    const told = new Map<string, { figure: FigureName; unit: FigureUnit }>();
    for (const index of at) {
      for (const { name, unit } of runs[index]!.figures) told.set(`${name}/${unit}`, { figure: name, unit });
    }
    const order = Object.keys(FIGURE_TABLE);
    return [...told.values()]
      .sort((a, b) => order.indexOf(a.figure) - order.indexOf(b.figure))
      .map(({ figure, unit }): Series => {
        const valueAt = (index: number): number | null =>
          runs[index]!.figures.find((one) => one.name === figure && one.unit === unit)?.value ?? null;
        return {
          ...subject,
          figure,
          unit,
          isExact: isExact(figure, unit, subject.kind),
          runs: at,
          values: at.map(valueAt),
        };
      });
  });
}
