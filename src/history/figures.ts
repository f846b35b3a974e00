import type { HISTORY_FIGURES, HistorySeries } from '../record/history-record.ts';

export type FigureName = (typeof HISTORY_FIGURES)[number];
export type FigureUnit = HistorySeries['unit'];

/** One figure of one run. */
export interface Figure {
  readonly name: FigureName;
  readonly unit: FigureUnit;
  readonly value: number;
}

export interface FigureRow {
  readonly better: HistorySeries['better'];
  /**
   * `exact`: the same program on the same input gives the same number, so any change means something. `noisy`: a change
   * is found by its size against the noise. `by unit`: instructions of a virtual board are exact, cycles of silicon are
   * not (flash wait states, DMA). `by kind`: on a virtual line nothing is lost by chance.
   */
  readonly noise: 'exact' | 'noisy' | 'by unit' | 'by kind';
}

const lower = (noise: FigureRow['noise']): FigureRow => ({ better: 'lower', noise });
const higher = (noise: FigureRow['noise']): FigureRow => ({ better: 'higher', noise });

/** Every figure that history knows. The unit is part of a series' name: instructions and cycles never share one. */
export const FIGURE_TABLE: Readonly<Record<FigureName, FigureRow>> = {
  'score difference': lower('exact'),
  'differing calls': lower('exact'),
  flips: lower('exact'),
  'balanced accuracy': higher('exact'),
  confidence: higher('exact'),
  'ticks per learn': lower('by unit'),
  'ticks per detect': lower('by unit'),
  flash: lower('exact'),
  RAM: lower('exact'),
  knowledge: lower('exact'),
  stack: lower('exact'),
  'flash time': lower('noisy'),
  'link time': lower('noisy'),
  'link errors': lower('by kind'),
  'flake rate': lower('noisy'),
};

/** Whether one series is exact. */
export function isExact(name: FigureName, unit: FigureUnit, kind: 'virtual' | 'silicon'): boolean {
  const { noise } = FIGURE_TABLE[name];
  if (noise === 'by unit') return unit === 'instructions';
  if (noise === 'by kind') return kind === 'virtual';
  return noise === 'exact';
}

/** Whether going from `before` to `after` is for the worse; null where a figure has no better direction. */
export function isWorse(name: FigureName, before: number, after: number): boolean | null {
  const { better } = FIGURE_TABLE[name];
  if (better === 'neither') return null;
  return better === 'lower' ? after > before : after < before;
}
