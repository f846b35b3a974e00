import { describe, expect, it } from 'vitest';
import { extractFeatures, type SelectionData } from '../../src/engine/search/evaluate.ts';
import { pipelineKey } from '../../src/engine/search/space.ts';
import type { Pipeline } from '../../src/engine/transforms/transform.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { FeatureRooms, featuresIn } from '../../src/studio/shared-features.ts';

const SHAPE = { axes: 2, length: 32 };
const WIDTH = SHAPE.axes * SHAPE.length;

function dataOf(lines: number): SelectionData {
  const random = seededRandom(3);
  const rows = (count: number) => Float32Array.from({ length: count * WIDTH }, () => random.normal());
  const couple = (name: string) => ({ name, regular: rows(lines), abnormal: rows(4), overlapLines: 1 });
  return { shape: SHAPE, couples: [couple('a'), couple('b')] };
}

const stats: Pipeline = [{ transform: 'time_stats', params: {} }];
const haar: Pipeline = [{ transform: 'haar', params: {} }];
const both: Pipeline = [{ transform: 'concat', params: { blocks: [...stats, ...haar] } }];

describe('features that workers share', () => {
  it('are made once, and are the same for whoever asks', () => {
    const data = dataOf(9);
    const room = new FeatureRooms(data).for([stats]);
    const own = extractFeatures(data, stats);
    let made = 0;
    const ask = () =>
      featuresIn(room.get(pipelineKey(stats)), data, stats, () => {
        made++;
        return own;
      });
    expect([ask(), ask()]).toEqual([own, own]);
    expect(made).toBe(1);
  });

  it('lie in the same memory in later batches, those of blocks among them', () => {
    const rooms = new FeatureRooms(dataOf(9));
    const first = rooms.for([both]);
    expect([...first.keys()]).toEqual([both, stats, haar].map(pipelineKey));
    const later = rooms.for([haar]);
    expect([...later.keys()]).toEqual([pipelineKey(haar)]);
    expect(later.get(pipelineKey(haar))).toBe(first.get(pipelineKey(haar)));
  });

  it('have no room where there are too many of them, and forget the oldest', () => {
    const data = dataOf(1000);
    const most = new FeatureRooms(data).for([both]).get(pipelineKey(both))!.memory.byteLength - 1;
    const rooms = new FeatureRooms(data, most);
    expect([...rooms.for([stats, haar, both]).keys()]).toEqual([stats, haar].map(pipelineKey));
    const before = rooms.for([haar]).get(pipelineKey(haar));
    expect(before).toBe(rooms.for([haar]).get(pipelineKey(haar)));
    const room = rooms.for([both]);
    expect(room.get(pipelineKey(both))!.memory.byteLength).toBeLessThanOrEqual(most);
    expect(rooms.for([haar]).get(pipelineKey(haar))).not.toBe(before);
    let made = 0;
    featuresIn(undefined, data, stats, () => {
      made++;
      return { dimension: 1, couples: [] };
    });
    expect(made).toBe(1);
  });
});
