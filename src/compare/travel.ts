import type { Travel, TravelPair, TravelScores } from '../record/travel.ts';

/** What a side answered to the detected signals, and after each further learn. */
export interface Journey {
  /** Digest of the knowledge that was taken along, or that was there after the restore. */
  readonly digest: number;
  readonly before: readonly number[];
  /** Learn counter and digest after each further learn. */
  readonly learned: readonly { readonly learnCounter: number; readonly digest: number }[];
  readonly after: readonly number[];
}

/** The certificate of one pair: the side that restored has to go on as the side that had learned. */
export function pairOf(learnedOn: number, restoredOn: number, home: Journey, away: Journey): TravelPair {
  const before = scoresOf(home.before, away.before);
  const after = scoresOf(home.after, away.after);
  const sameKnowledge = home.digest === away.digest;
  const learnedAlike =
    home.learned.length === away.learned.length &&
    home.learned.every((state, index) => {
      const other = away.learned[index]!;
      return state.learnCounter === other.learnCounter && state.digest === other.digest;
    });
  const reasons = [
    ...(sameKnowledge ? [] : ['the knowledge is another one after the restore']),
    ...(before.differing === 0
      ? []
      : [`${before.differing} of ${before.signals} scores differ right after the restore`]),
    ...(learnedAlike ? [] : ['learning on in place led to other knowledge']),
    ...(after.differing === 0
      ? []
      : [`${after.differing} of ${after.signals} scores differ after learning on`]),
  ];
  const verdict = reasons.length === 0 ? 'PASS' : 'FAIL';
  const reason = reasons.length === 0 ? null : reasons.join('; ');
  return { learnedOn, restoredOn, verdict, reason, sameKnowledge, before, after, learnedAlike };
}

/** A pair that could not be tried. */
export function notRun(learnedOn: number, restoredOn: number, reason: string): TravelPair {
  const nothing = { sameKnowledge: null, before: null, after: null, learnedAlike: null };
  return { learnedOn, restoredOn, verdict: 'NOT RUN', reason, ...nothing };
}

function scoresOf(home: readonly number[], away: readonly number[]): TravelScores {
  const signals = Math.max(home.length, away.length);
  let [differing, largest] = [0, 0];
  for (let index = 0; index < signals; index++) {
    const [ours, theirs] = [home[index] ?? 0, away[index] ?? 0];
    if (home[index] === away[index]) continue;
    differing++;
    // A code in the place of a similarity counts as the whole scale.
    largest = Math.max(largest, ours > 100 || theirs > 100 ? 100 : Math.abs(ours - theirs));
  }
  return { signals, differing, largest };
}

/** PASS when every pair passed, FAIL when one failed, else NOT RUN: what did not run certifies nothing. */
export function travelVerdict({ pairs }: Travel): TravelPair['verdict'] {
  if (pairs.some(({ verdict }) => verdict === 'FAIL')) return 'FAIL';
  return pairs.some(({ verdict }) => verdict === 'NOT RUN') ? 'NOT RUN' : 'PASS';
}
