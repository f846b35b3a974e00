import type { Random } from '../../shared/random.ts';

/** A stretch of regular lines of one behaviour: [first, end), 0-based. */
export interface Regime {
  readonly name: string;
  readonly first: number;
  readonly end: number;
}

/** What one relearning may learn, and the lines kept back to judge it: row numbers, ascending. */
export interface LearningSplit {
  readonly learn: readonly number[];
  readonly judge: readonly number[];
}

/** Lines kept back are every so many-th block. */
export const SPLITS = 4;
/** A block is no shorter, so that its inner lines have no learned neighbours. */
const LEAST_BLOCK = 8;
const MOST_ROUNDS = 4;
/** A prefix of so many lines holds one line of every stretch of the recording. */
const STRETCHES = 20;

/**
 * Keeps back a quarter of every regime, in blocks spread over it: all regimes are learned and all are judged, also
 * those that follow each other in one file without anybody having said so.
 * @param turn 0 … SPLITS - 1: which quarter
 * @param gap lines around a block that share samples with it and are left out
 */
export function spreadSplit(regimes: readonly Regime[], turn: number, gap: number): LearningSplit {
  const learn: number[] = [];
  const judge: number[] = [];
  for (const { first, end } of regimes) {
    const lines = end - first;
    const rounds = Math.floor(lines / (SPLITS * Math.max(LEAST_BLOCK, 4 * gap)));
    const blocks = SPLITS * Math.max(1, Math.min(MOST_ROUNDS, rounds));
    const kept = (i: number): boolean =>
      i >= first && i < end && Math.floor(((i - first) * blocks) / lines) % SPLITS === turn;
    for (let i = first; i < end; i++) {
      if (kept(i)) judge.push(i);
      else if (!nearby(i, gap, kept)) learn.push(i);
    }
  }
  return { learn, judge };
}

function nearby(i: number, gap: number, kept: (i: number) => boolean): boolean {
  for (let by = 1; by <= gap; by++) if (kept(i - by) || kept(i + by)) return true;
  return false;
}

/**
 * A shuffle that keeps the mix: the lines in order are cut into 20 stretches, and every 20 lines learned come from all
 * of them, one each. So any prefix sees what the whole sees, whether regimes follow each other or alternate.
 */
export function mixedOrder(lines: readonly number[], random: Random): number[] {
  const stretches = Math.min(STRETCHES, lines.length);
  const waiting = Array.from({ length: stretches }, (_, s) =>
    shuffled(
      lines.slice(
        Math.floor((s * lines.length) / stretches),
        Math.floor(((s + 1) * lines.length) / stretches),
      ),
      random,
    ),
  );
  const order: number[] = [];
  while (order.length < lines.length) {
    const round = waiting.flatMap((stretch) => stretch.splice(0, 1));
    order.push(...shuffled(round, random));
  }
  return order;
}

function shuffled(items: readonly number[], random: Random): number[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
