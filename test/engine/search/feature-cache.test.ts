import { describe, expect, it } from 'vitest';
import { extractFeatures } from '../../../src/engine/search/evaluate.ts';
import { FeatureCache } from '../../../src/engine/search/feature-cache.ts';
import type { Pipeline } from '../../../src/engine/transforms/transform.ts';
import { seededRandom } from '../../../src/shared/random.ts';

describe('features kept from candidate to candidate', () => {
  it('are those that the whole pipeline makes, also when put together from blocks', () => {
    const shape = { axes: 2, length: 32 };
    const random = seededRandom(2);
    const lines = (count: number) =>
      Float32Array.from({ length: count * 64 }, () => 1e30 * random.normal() ** 9);
    const couple = (name: string) => ({ name, regular: lines(9), abnormal: lines(4), overlapLines: 0 });
    const data = { shape, couples: [couple('a'), couple('b')] };
    const blocks = [
      { transform: 'time_stats', params: {} },
      { transform: 'pooled', params: { points: 8, removeMean: false } },
      { transform: 'haar', params: {} },
    ];
    const cache = new FeatureCache(data);
    const joined: Pipeline = [{ transform: 'concat', params: { blocks } }];
    for (const pipeline of [[blocks[1]!], joined, [{ transform: 'difference', params: {} }, ...joined]]) {
      expect(cache.get(pipeline)).toEqual(extractFeatures(data, pipeline));
      expect(cache.get(pipeline)).toBe(cache.get(pipeline));
    }
  });
});
