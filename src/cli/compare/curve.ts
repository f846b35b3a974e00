import type { SignalCall } from './signal-plan.ts';

/** Held-out signals that are detected on the way, and after how many learns. */
export interface CurvePlan {
  /** Learns, ascending. */
  readonly points: readonly number[];
  readonly labels: readonly ('nominal' | 'anomaly')[];
  readonly signals: readonly Float32Array[];
}

export const NO_CURVE: CurvePlan = { points: [], labels: [], signals: [] };

/** Signals of each label: enough to see a curve, few enough that a slow line does not notice. */
const PROBES_PER_LABEL = 8;
const FIRST_POINT = 20;
const MOST_POINTS = 6;

/**
 * Where the learning curve of a run is taken: from the first learn after which the library answers, and 20, 40, 80 … to
 * the last. The signals are spread evenly over the unseen ones of each label; detecting them changes no knowledge.
 */
export function planCurve(calls: readonly SignalCall[], detectFloor: number): CurvePlan {
  const learns = calls.filter(({ operation }) => operation === 'learn').length;
  const picked = (['nominal', 'anomaly'] as const).flatMap((label) => {
    const of = calls.filter((call) => call.operation === 'detect' && call.label === label && !call.seen);
    const count = Math.min(PROBES_PER_LABEL, of.length);
    return Array.from({ length: count }, (_, i) => ({
      label,
      signal: of[Math.floor((i * of.length) / count)]!.signal!,
    }));
  });
  if (learns === 0 || picked.length === 0) return NO_CURVE;
  const doubling = Array.from({ length: 32 }, (_, i) => FIRST_POINT * 2 ** i);
  const points = [...new Set([detectFloor, ...doubling, learns])]
    .filter((point) => point >= Math.min(detectFloor, learns) && point <= learns)
    .sort((a, b) => a - b);
  return {
    points: [...points.slice(0, MOST_POINTS - 1), ...points.slice(MOST_POINTS - 1).slice(-1)],
    labels: picked.map(({ label }) => label),
    signals: picked.map(({ signal }) => signal),
  };
}
