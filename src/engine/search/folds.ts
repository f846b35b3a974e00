/** Blocks of cross-validation, of both labels. */
export const BLOCKS = 4;

/** One cross-validation fold over lines in order: what is learned, and the contiguous block that is tested. */
export interface Fold {
  /** Lines [0, learnBefore) and from learnFrom on are learned. */
  readonly learnBefore: number;
  readonly learnFrom: number;
  /** Lines [testFirst, testEnd) are tested. */
  readonly testFirst: number;
  readonly testEnd: number;
}

/**
 * Cuts `count` lines into contiguous blocks, each tested once by a learner of all others in their order: neighbouring
 * lines of a recording resemble each other, so a shuffled split would flatter.
 * @param gap lines on both sides of a block that share samples with it and are not learned
 */
export function contiguousFolds(count: number, blocks: number, gap: number): Fold[] {
  return Array.from({ length: blocks }, (_, block) => {
    const { first: testFirst, end: testEnd } = blockRange(block, count, blocks);
    return {
      learnBefore: Math.max(0, testFirst - gap),
      learnFrom: Math.min(count, testEnd + gap),
      testFirst,
      testEnd,
    };
  });
}

/** Of `count` lines cut into contiguous blocks, those of one: [first, end). */
export function blockRange(block: number, count: number, blocks: number): { first: number; end: number } {
  return { first: Math.floor((block * count) / blocks), end: Math.floor(((block + 1) * count) / blocks) };
}

/** Block number of a line. */
export function blockOf(index: number, count: number, blocks: number): number {
  let block = Math.min(blocks - 1, Math.floor((index * blocks) / Math.max(1, count)));
  while (index >= blockRange(block, count, blocks).end) block++;
  while (index < blockRange(block, count, blocks).first) block--;
  return block;
}
