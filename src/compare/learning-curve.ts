import { balancedAccuracy, confidence } from '../engine/metrics/metrics.ts';
import type { CurveFigures, CurvePoint } from '../record/metrics.ts';
import { isSimilarity } from './compare-runs.ts';

/** What both sides answered to the same probing detects after so many learns. */
export interface CurveProbes {
  readonly learns: number;
  readonly labels: readonly ('nominal' | 'anomaly')[];
  readonly reference: readonly number[];
  readonly target: readonly number[];
}

/** The learning curve of both sides from what they answered on the way. */
export function learningCurveOf(probes: readonly CurveProbes[], threshold: number): CurvePoint[] {
  return probes
    .filter(({ labels, target }) => labels.length > 0 && target.length === labels.length)
    .map(({ learns, labels, reference, target }) => ({
      learns,
      probes: labels.length,
      equal: target.filter((code, index) => code === reference[index]).length,
      reference: figuresOf(labels, reference, threshold),
      target: figuresOf(labels, target, threshold),
    }));
}

function figuresOf(labels: CurveProbes['labels'], codes: readonly number[], threshold: number): CurveFigures {
  const of = (label: 'nominal' | 'anomaly'): number[] =>
    codes.filter((code, index) => labels[index] === label && isSimilarity('detect', code));
  const [regular, abnormal] = [of('nominal'), of('anomaly')];
  const mean = (scores: readonly number[]): number | null =>
    scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return {
    balancedAccuracy: balancedAccuracy({ regular, abnormal }, threshold),
    confidence: confidence({ regular, abnormal }, threshold),
    meanNominal: mean(regular),
    meanAnomaly: mean(abnormal),
  };
}
