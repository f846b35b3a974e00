import { describe, expect, it } from 'vitest';
import { estimateRamBytes } from '../../../src/engine/codegen/layout.ts';
import { chainOutputLength } from '../../../src/engine/emulator/chain.ts';
import type { Candidate, Evaluation } from '../../../src/engine/search/evaluate.ts';
import { evaluateModel, extractFeatures } from '../../../src/engine/search/evaluate.ts';
import { joinedCandidates, joinsViews } from '../../../src/engine/search/joined.ts';
import { compareRanked, type Ranked } from '../../../src/engine/search/ranking.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const SHAPE = { axes: 2, length: 32 };
const stage = (transform: string, params: object = {}) => ({ transform, params: { ...params } });
const STATS = stage('time_stats');
const HAAR = stage('haar');
const POOLED = stage('pooled', { points: 8, removeMean: false });
const DIAG = { name: 'diag', params: {} };
const CLUSTERS = { name: 'kmeans_seq', params: { prototypes: 4 } };

const rank = (candidate: Candidate, index: number, figures: Partial<Evaluation> = {}): Ranked => {
  const all = {
    balancedAccuracy: 0.9,
    standardError: 0.02,
    confidence: 0.5,
    fittedBalancedAccuracy: 0.9,
    regularAccuracy: 0.9,
    regularMargin: 0,
    areaUnderCurve: 0.9,
    ...figures,
  };
  const couples = [{ name: 'c', ...all }];
  return {
    index,
    ramBytes: 1000,
    candidate,
    evaluation: { ...all, calibration: { scale: 1, width: 2 }, couples },
  };
};

const RANKED = [
  rank({ pipeline: [STATS], model: DIAG }, 0),
  rank({ pipeline: [STATS], model: CLUSTERS }, 1),
  rank({ pipeline: [HAAR], model: CLUSTERS }, 2),
  rank({ pipeline: [stage('concat', { blocks: [POOLED, HAAR] })], model: DIAG }, 3),
  rank({ pipeline: [stage('difference'), STATS], model: DIAG }, 4),
];

describe('ensembles of what did best', () => {
  const joined = joinedCandidates(RANKED, SHAPE);

  it('join pipelines that read the same signal, each read by the model that did best on it', () => {
    const [first] = joined as [Candidate];
    expect(first.pipeline).toEqual([stage('concat', { blocks: [STATS, HAAR] })]);
    const stats = chainOutputLength([STATS], SHAPE)!;
    const haar = chainOutputLength([HAAR], SHAPE)!;
    expect(first.model).toEqual({
      name: 'ensemble',
      params: {
        members: [
          { ...DIAG, features: [0, stats] },
          { ...CLUSTERS, features: [stats, haar] },
        ],
      },
    });
    // pairs and the triple of the three that share what stands in front; the differenced one has a signal of its own
    expect(joined).toHaveLength(4);
    for (const candidate of joined) expect(joinsViews(candidate)).toBe(true);
    expect(joinsViews(RANKED[0]!.candidate)).toBe(false);
  });

  it('compute once what two views share, and score as if it were computed twice', () => {
    const [shared] = joined.filter(({ pipeline }) => pipeline.length === 1).slice(2) as [Candidate];
    // the view of two blocks holds the one before it whole
    expect(shared.pipeline).toEqual([stage('concat', { blocks: [POOLED, HAAR] })]);
    const [pooled, haar] = [POOLED, HAAR].map((one) => chainOutputLength([one], SHAPE)!) as [number, number];
    expect(shared.model.params).toEqual({
      members: [
        { ...CLUSTERS, features: [pooled, haar] },
        { ...DIAG, features: [0, pooled + haar] },
      ],
    });
    const twice: Candidate = {
      pipeline: [stage('concat', { blocks: [HAAR, POOLED, HAAR] })],
      model: {
        name: 'ensemble',
        params: {
          members: [
            { ...CLUSTERS, features: [0, haar] },
            { ...DIAG, features: [haar, pooled + haar] },
          ],
        },
      },
    };
    const random = seededRandom(5);
    const lines = (count: number, gain: number) =>
      Float32Array.from({ length: count * 64 }, () => gain * random.normal());
    const couples = [{ name: 'c', regular: lines(48, 1), abnormal: lines(16, 1.3), overlapLines: 0 }];
    const figures = ({ pipeline, model }: Candidate) =>
      evaluateModel(extractFeatures({ shape: SHAPE, couples }, pipeline), model);
    expect(figures(shared)).toEqual(figures(twice));
    const ram = ({ pipeline, model }: Candidate) => estimateRamBytes(pipeline, model, SHAPE);
    expect(ram(shared)).toBeLessThan(ram(twice));
  });

  it('can be learned and scored', () => {
    const random = seededRandom(3);
    const lines = (count: number, gain: number) =>
      Float32Array.from({ length: count * 64 }, () => gain * random.normal());
    const couples = [{ name: 'c', regular: lines(60, 1), abnormal: lines(20, 3), overlapLines: 0 }];
    for (const { pipeline, model } of joined) {
      const features = extractFeatures({ shape: SHAPE, couples }, pipeline);
      expect(evaluateModel(features, model).balancedAccuracy).toBeGreaterThan(0.8);
    }
  });

  it('go before a single model that is better by less than two standard errors, not by more', () => {
    const single = rank(RANKED[0]!.candidate, 0, { balancedAccuracy: 0.93, standardError: 0.02 });
    const ensemble = (accuracy: number, standardError: number) =>
      rank(joined[0]!, 9, { balancedAccuracy: accuracy, standardError });
    expect(compareRanked(ensemble(0.9, 0.02), single)).toBeLessThan(0);
    expect(compareRanked(ensemble(0.88, 0.02), single)).toBeGreaterThan(0);
    // where nothing is judged wrongly the smaller library wins
    const perfect = rank(RANKED[0]!.candidate, 0, { balancedAccuracy: 1, standardError: 0 });
    expect(compareRanked({ ...ensemble(1, 0), ramBytes: 2000 }, perfect)).toBeGreaterThan(0);
  });
});

describe('a candidate that no threshold could save', () => {
  const random = seededRandom(8);
  const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const couples = [{ name: 'c', regular: noise(80), abnormal: noise(40), overlapLines: 0 }];
  const features = { dimension: 1, couples };

  it('is given up after one fold, and stands behind all that were finished', () => {
    const given = evaluateModel(features, DIAG, { stopBelow: 0.9 });
    const finished = evaluateModel(features, DIAG, { stopBelow: 0.5 });
    expect(given.stoppedEarly).toBe(true);
    expect(given.balancedAccuracy).toBeLessThan(0.9);
    expect(finished.stoppedEarly).toBeUndefined();
    expect(finished).toEqual(evaluateModel(features, DIAG));
    const candidate = RANKED[0]!.candidate;
    const behind = { index: 0, ramBytes: 1, candidate, evaluation: { ...given, balancedAccuracy: 1 } };
    expect(compareRanked(behind, { index: 1, ramBytes: 9, candidate, evaluation: finished })).toBeGreaterThan(
      0,
    );
  });
});
