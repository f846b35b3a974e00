import type { ModelSpec, Words } from '../models/model.ts';
import { COUNT_CAP } from '../models/model.ts';
import { learnScore, scoreReference } from '../models/moments.ts';
import { modelByName } from '../models/registry.ts';

const { fround } = Math;

/** Words of knowledge in front of the model's own: version, learn counter, then the statistics of scores. */
export const KNOWLEDGE = {
  version: 0,
  learnCounter: 1,
  scoreCount: 2,
  scoreMean: 3,
  scoreVariance: 4,
} as const;
export const KNOWLEDGE_HEADER_WORDS = 5;

const COUNTER_LIMIT = 0xffffffff;

export interface Detector {
  /** All that was learnt, as 32-bit words: the struct that lies in .neai on a target. */
  readonly words: Words;
  /** Number of signals learnt. */
  readonly learned: number;
  /** Distance of the last signal learnt or detected, before the reference divides it. */
  readonly lastScore: number;
  /** Forgets everything; the version word is written by the caller. */
  reset(): void;
  /** Scores the features with what was known before, then learns them. */
  learn(features: Float32Array): void;
  /** Distance over reference: at most about 1 for most of what was learnt, whatever units and gain. */
  ratio(features: Float32Array): number;
  /** Someone else has written `words`. */
  invalidate(): void;
}

/**
 * A model with the reference that makes its distances comparable: mean + 3 standard deviations of the scores that
 * signals had just before they were learnt (prequential scores), from the model's warm-up on.
 */
export function createDetector(spec: ModelSpec, dimension: number): Detector {
  const model = modelByName(spec.name);
  const stateWords = model.stateWords(dimension, spec.params);
  const u = new Uint32Array(KNOWLEDGE_HEADER_WORDS + stateWords);
  const f = new Float32Array(u.buffer);
  const state = { u: u.subarray(KNOWLEDGE_HEADER_WORDS), f: f.subarray(KNOWLEDGE_HEADER_WORDS) };
  const run = model.create(dimension, spec.params, state);
  const warmUp = model.warmUp(dimension, spec.params);
  const scoreMean = f.subarray(KNOWLEDGE.scoreMean, KNOWLEDGE.scoreMean + 1);
  const scoreVariance = f.subarray(KNOWLEDGE.scoreVariance, KNOWLEDGE.scoreVariance + 1);
  let lastScore = 0;

  return {
    words: { u, f },
    get learned() {
      return u[KNOWLEDGE.learnCounter]!;
    },
    get lastScore() {
      return lastScore;
    },
    reset() {
      u.fill(0);
      lastScore = 0;
      run.invalidate?.();
    },
    learn(features) {
      const before = u[KNOWLEDGE.learnCounter]!;
      if (before >= warmUp) {
        lastScore = run.score(features, before);
        const scores = Math.min(u[KNOWLEDGE.scoreCount]! + 1, COUNT_CAP);
        u[KNOWLEDGE.scoreCount] = scores;
        learnScore(scoreMean, scoreVariance, lastScore, scores);
      }
      const count = before === COUNTER_LIMIT ? before : before + 1;
      u[KNOWLEDGE.learnCounter] = count;
      run.learn(features, count);
    },
    ratio(features) {
      lastScore = run.score(features, u[KNOWLEDGE.learnCounter]!);
      return fround(lastScore / scoreReference(scoreMean[0]!, scoreVariance[0]!));
    },
    invalidate() {
      run.invalidate?.();
    },
  };
}
