import { describe, expect, it } from 'vitest';
import {
  areaUnderCurve,
  balancedAccuracy,
  confidence,
  confusion,
} from '../../../src/engine/metrics/metrics.ts';

describe('the indicators of a library', () => {
  const scores = { regular: [100, 95, 88], abnormal: [0, 45, 92] };

  it('give 66.7 % balanced accuracy and 46.3 % confidence on the worked example of the definition', () => {
    expect(balancedAccuracy(scores)).toBeCloseTo(2 / 3, 12);
    expect(100 * confidence(scores)!).toBeCloseTo(46.3, 1);
    expect(confusion(scores)).toEqual({
      regularNominal: 2,
      regularAnomaly: 1,
      abnormalNominal: 1,
      abnormalAnomaly: 2,
    });
  });

  it('count a similarity equal to the threshold as nominal, whatever the threshold', () => {
    expect(balancedAccuracy({ regular: [90], abnormal: [89] })).toBe(1);
    expect(balancedAccuracy({ regular: [50], abnormal: [49] }, 50)).toBe(1);
    expect(balancedAccuracy({ regular: [49], abnormal: [50] }, 50)).toBe(0);
  });

  it('move confidence with the threshold', () => {
    expect(confidence({ regular: [100], abnormal: [0] }, 50)).toBe(1);
    expect(confidence({ regular: [75], abnormal: [25] }, 50)).toBe(0.5);
    expect(confidence({ regular: [0], abnormal: [100] }, 50)).toBe(0);
  });

  it('are null, not zero, when a label has no line', () => {
    expect(balancedAccuracy({ regular: [100], abnormal: [] })).toBeNull();
    expect(confidence({ regular: [], abnormal: [1] })).toBeNull();
    expect(areaUnderCurve({ regular: [], abnormal: [1] })).toBeNull();
  });

  it('count ties as half in the area under the curve', () => {
    expect(areaUnderCurve({ regular: [3, 2], abnormal: [1, 0] })).toBe(1);
    expect(areaUnderCurve({ regular: [1, 1], abnormal: [1, 1] })).toBe(0.5);
    expect(areaUnderCurve(scores)).toBeCloseTo(8 / 9, 12);
  });
});
