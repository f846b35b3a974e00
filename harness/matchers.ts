import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import { NeaiError } from '../src/shared/errors.ts';
import type { Answer, Board } from './board.ts';
import type { Reference } from './reference.ts';
import { codeInWords, HIGHEST_SIMILARITY } from './return-codes.ts';
import type { Signal } from './signal.ts';

/** Similarity from which a signal counts as nominal. */
const DEFAULT_THRESHOLD = 90;

/** What a board and its emulator are told, in this order; both must give the same answers. */
export interface Exercise {
  readonly learn?: readonly Signal[];
  readonly detect?: readonly Signal[];
}

const hex = (digest: number): string => digest.toString(16).padStart(8, '0');
const inWords = ({ code, learnCounter, digest }: Answer): string =>
  `code ${code}, ${learnCounter} learned, digest ${hex(digest)}`;
const isSame = (a: Answer, b: Answer): boolean =>
  a.code === b.code && a.learnCounter === b.learnCounter && a.digest === b.digest;

function verdict(
  state: ExpectMatcherState,
  name: string,
  pass: boolean,
  texts: { readonly expected: string; readonly received: string; readonly where?: string },
): MatcherReturnType {
  return {
    name,
    pass,
    message: () =>
      [
        state.utils.matcherHint(name, undefined, undefined, { isNot: state.isNot }),
        '',
        `Expected: ${state.isNot ? 'not ' : ''}${texts.expected}`,
        `Received: ${texts.received}`,
        ...(texts.where === undefined ? [] : [`Where: ${texts.where}`]),
      ].join('\n'),
    expected: texts.expected,
    actual: texts.received,
  };
}

export const matchers = {
  /** Tells board and emulator the same (`learn`, then `detect`), and compares every answer and the states at the end. */
  async toMatchEmulator(
    this: ExpectMatcherState,
    board: Board,
    emulator: Reference,
    exercise: Exercise = {},
  ): Promise<MatcherReturnType> {
    const name = 'toMatchEmulator';
    let calls = 0;
    for (const operation of ['learn', 'detect'] as const) {
      for (const [index, signal] of (exercise[operation] ?? []).entries()) {
        const expected = emulator[operation](signal);
        const received = await board[operation](signal);
        calls++;
        if (isSame(received, expected)) continue;
        const where = `${operation} ${index + 1} of ${exercise[operation]!.length}`;
        return verdict(this, name, false, {
          expected: inWords(expected),
          received: inWords(received),
          where,
        });
      }
    }
    const [received, expected] = [await board.getStatus(), emulator.getStatus()];
    const texts = { expected: inWords(expected), received: inWords(received), where: `after ${calls} calls` };
    return verdict(this, name, isSame(received, expected), texts);
  },

  /** One answer of a board is that of the emulator: code, learn counter and digest. */
  toAnswerLike(this: ExpectMatcherState, received: Answer, expected: Answer): MatcherReturnType {
    const texts = { expected: inWords(expected), received: inWords(received) };
    return verdict(this, 'toAnswerLike', isSame(received, expected), texts);
  },

  /** Learn counter and digest are the same after `during` as before. */
  async toKeepKnowledge(
    this: ExpectMatcherState,
    board: Board,
    during: () => Promise<unknown>,
  ): Promise<MatcherReturnType> {
    const before = await board.getStatus();
    await during();
    const after = await board.getStatus();
    const pass = before.learnCounter === after.learnCounter && before.digest === after.digest;
    return verdict(this, 'toKeepKnowledge', pass, { expected: inWords(before), received: inWords(after) });
  },

  /** The promise fails with this error code (docs/errors.md). */
  async toBeRefused(
    this: ExpectMatcherState,
    work: Promise<unknown> | (() => Promise<unknown>),
    code: string,
  ): Promise<MatcherReturnType> {
    try {
      await (typeof work === 'function' ? work() : work);
    } catch (error) {
      if (!(error instanceof NeaiError)) throw error;
      const texts = { expected: `refused with ${code}`, received: error.message };
      return verdict(this, 'toBeRefused', error.code === code, texts);
    }
    return verdict(this, 'toBeRefused', false, { expected: `refused with ${code}`, received: 'done' });
  },

  /** A similarity (or an answer to detect) of a nominal signal: from the threshold to 100. */
  toBeNominal(
    this: ExpectMatcherState,
    received: number | Answer,
    threshold: number = DEFAULT_THRESHOLD,
  ): MatcherReturnType {
    return similarityVerdict(this, 'toBeNominal', received, {
      expected: `a similarity of ${threshold}…100`,
      holds: (similarity) => similarity >= threshold,
    });
  },

  /** A similarity (or an answer to detect) of an anomaly: below the threshold. */
  toBeAnomalous(
    this: ExpectMatcherState,
    received: number | Answer,
    threshold: number = DEFAULT_THRESHOLD,
  ): MatcherReturnType {
    return similarityVerdict(this, 'toBeAnomalous', received, {
      expected: `a similarity below ${threshold}`,
      holds: (similarity) => similarity < threshold,
    });
  },
};

/** A code of detect is no similarity: neither the expectation nor its opposite holds. */
function similarityVerdict(
  state: ExpectMatcherState,
  name: string,
  received: number | Answer,
  { expected, holds }: { readonly expected: string; readonly holds: (similarity: number) => boolean },
): MatcherReturnType {
  const similarity = typeof received === 'number' ? received : received.code;
  const isSimilarity = similarity >= 0 && similarity <= HIGHEST_SIMILARITY;
  return verdict(state, name, isSimilarity ? holds(similarity) : state.isNot, {
    expected,
    received: isSimilarity
      ? String(similarity)
      : `${similarity}, which is no similarity: ${codeInWords(similarity)}`,
  });
}
