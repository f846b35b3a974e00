import { describe, expect, it } from 'vitest';
import { estimateStackBytes } from '../../../src/engine/codegen/flash-price.ts';
import { chainOutputLength } from '../../../src/engine/emulator/chain.ts';
import { modelByName } from '../../../src/engine/models/registry.ts';
import {
  type CoupleFigures,
  evaluateModel,
  extractFeatures,
  type SelectionData,
  worstOf,
} from '../../../src/engine/search/evaluate.ts';
import { compareRanked, type Ranked } from '../../../src/engine/search/ranking.ts';
import { type EvaluateBatch, searchCandidates } from '../../../src/engine/search/search.ts';
import { candidateKey } from '../../../src/engine/search/space.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const SHAPE = { axes: 2, length: 16 };

/** Regular: noise around a sine; abnormal: the same with three times the noise. */
function selection(): SelectionData {
  const random = seededRandom(4);
  const lines = (count: number, noise: number) =>
    Float32Array.from({ length: count * 32 }, (_, i) => Math.sin((i % 32) / 3) + noise * random.normal());
  const couple = { name: 'c', regular: lines(40, 0.2), abnormal: lines(12, 0.6), overlapLines: 0 };
  return { shape: SHAPE, couples: [couple] };
}

const data = selection();
const inProcess: EvaluateBatch = async (batch, stopBelow) =>
  batch.map(({ candidate: { pipeline, model } }) =>
    evaluateModel(extractFeatures(data, pipeline), model, { stopBelow }),
  );
const names = (ranked: readonly Ranked[]) => ranked.map(({ candidate }) => candidateKey(candidate));

describe('the search', () => {
  it('keeps its budget, tries nothing twice and repeats itself to the last candidate', async () => {
    const options = { shape: SHAPE, evaluations: 40, seed: 1 };
    const first = await searchCandidates(options, inProcess);
    expect(first).toHaveLength(40);
    expect(new Set(names(first)).size).toBe(40);
    expect(await searchCandidates(options, inProcess)).toEqual(first);
    expect(first).toEqual([...first].sort(compareRanked));
  });

  it('tries at least three transforms and three models even in a small budget', async () => {
    const ranked = await searchCandidates({ shape: SHAPE, evaluations: 24, seed: 1 }, inProcess);
    expect(new Set(ranked.map(({ candidate }) => candidate.model.name)).size).toBeGreaterThanOrEqual(3);
    expect(
      new Set(ranked.map(({ candidate }) => candidate.pipeline[0]!.transform)).size,
    ).toBeGreaterThanOrEqual(3);
  });

  it('never fits a candidate beyond the RAM limit', async () => {
    const ranked = await searchCandidates(
      { shape: SHAPE, evaluations: 20, seed: 1, limits: { maxRamBytes: 600 } },
      inProcess,
    );
    expect(ranked.length).toBeGreaterThan(0);
    for (const { ramBytes, candidate } of ranked) {
      const stackBytes = estimateStackBytes(candidate.pipeline, candidate.model, SHAPE);
      expect(ramBytes + stackBytes).toBeLessThanOrEqual(600);
    }
  });

  it('never fits a candidate beyond the flash limit, and prices code for the core', async () => {
    const search = (maxFlashBytes: number, core: 'cortex-m0' | 'cortex-m4') =>
      searchCandidates(
        { shape: SHAPE, evaluations: 12, seed: 1, limits: { maxFlashBytes, core } },
        inProcess,
      );
    const small = await search(2000, 'cortex-m4');
    expect(small.length).toBeGreaterThan(0);
    for (const { flashBytes } of small) expect(flashBytes).toBeLessThanOrEqual(2000);
    // the same code with floats in software does not fit
    expect(await search(2000, 'cortex-m0')).toEqual([]);
  });

  it('never fits a candidate that would not detect yet after the lines there are', async () => {
    const search = (learns: number) =>
      searchCandidates({ shape: SHAPE, evaluations: 40, seed: 1, learns }, inProcess);
    const floors = (await search(13)).map(({ candidate: { pipeline, model } }) =>
      modelByName(model.name).detectFloor(chainOutputLength(pipeline, SHAPE)!, model.params),
    );
    expect(Math.max(...floors)).toBeLessThanOrEqual(13);
    expect(await search(2)).toEqual([]);
  });

  it('ends with what it has when an evaluation is missing', async () => {
    let left = 10;
    const cutShort: EvaluateBatch = async (batch, stopBelow) => {
      const done = await inProcess(batch.slice(0, left), stopBelow);
      left -= done.length;
      return batch.map((_, i) => done[i]);
    };
    expect(await searchCandidates({ shape: SHAPE, evaluations: 40, seed: 1 }, cutShort)).toHaveLength(10);
  });

  it('judges abnormal lines by a threshold that lines of their block had no part in', () => {
    const random = seededRandom(9);
    const regular = Float32Array.from({ length: 40 }, () => random.normal());
    // three blocks of a gross fault, and one of a fault that only a threshold that knows of it finds
    const abnormal = Float32Array.from({ length: 12 }, (_, i) => (i < 9 ? 1000 : 5.5));
    const couples = [{ name: 'c', regular, abnormal, overlapLines: 0 }];
    const evaluation = evaluateModel({ dimension: 1, couples }, { name: 'diag', params: {} });
    expect(evaluation.fittedBalancedAccuracy).toBe(1);
    expect(evaluation.balancedAccuracy).toBeLessThanOrEqual(0.875);
    expect(evaluation.balancedAccuracy).toBeGreaterThan(0.8);
  });
});

describe('the ranking', () => {
  const figures = (accuracy: number, confidence: number): CoupleFigures => ({
    name: 'c',
    balancedAccuracy: accuracy,
    confidence,
    standardError: 0,
    fittedBalancedAccuracy: accuracy,
    regularAccuracy: accuracy,
    regularMargin: 0,
    areaUnderCurve: null,
  });
  const ofCouples = (index: number, ramBytes: number, couples: CoupleFigures[]): Ranked => ({
    index,
    ramBytes,
    candidate: { pipeline: [], model: { name: 'diag', params: {} } },
    evaluation: { ...worstOf(couples), calibration: { scale: 1, width: 2 }, couples },
  });
  const ranked = (index: number, accuracy: number, confidence: number, ramBytes: number): Ranked =>
    ofCouples(index, ramBytes, [figures(accuracy, confidence)]);

  it('goes by balanced accuracy, confidence and RAM, to 0.1 %, then by the order of the search', () => {
    const inOrder = [
      ranked(5, 0.9504, 0.5, 900),
      ranked(4, 0.9496, 0.5, 900),
      ranked(3, 0.9503, 0.4003, 100),
      ranked(0, 0.9501, 0.4001, 800),
      ranked(1, 0.9501, 0.4001, 800),
      ranked(2, 0.949, 0.99, 10),
    ].sort((a, b) => compareRanked(a, b));
    expect(inOrder.map(({ index }) => index)).toEqual([4, 5, 3, 0, 1, 2]);
  });

  it('goes by the worst couple: one machine served perfectly does not make up for another', () => {
    const inOrder = [
      ofCouples(0, 100, [figures(1, 1), figures(0.8, 0.9)]),
      ofCouples(1, 900, [figures(0.9, 0.3), figures(0.85, 0.9)]),
      // nothing abnormal is known of the second machine: that its regular lines are recognised counts all the same
      ofCouples(2, 100, [figures(1, 1), { ...figures(0.5, 0), balancedAccuracy: null, confidence: null }]),
    ].sort(compareRanked);
    expect(inOrder.map(({ index }) => index)).toEqual([1, 0, 2]);
    expect(inOrder[2]!.evaluation.balancedAccuracy).toBe(1);
  });
});
