import type { ClassSearchRecord } from '../../src/record/class-search-record.ts';

const NAMES = ['running', 'imbalance <b>', 'bearing & race'];

/** A search for a classifier of three states, one of which is often taken for another. */
export function classSearch(): ClassSearchRecord {
  const stretch = (first: number, last: number) => ({
    lines: last - first + 1,
    range: [first, last] as [number, number],
  });
  const many = 30;
  const column = <T>(of: (i: number) => T): T[] => Array.from({ length: many }, (_, i) => of(i));
  return {
    format: 'neai-class-search-record',
    formatVersion: 1,
    neai: '0.1.0',
    project: null,
    axes: 3,
    bufferSize: 64,
    seed: 1,
    budget: many,
    interrupted: false,
    ramLimitBytes: 4000,
    classes: NAMES,
    files: NAMES.map((name, index) => ({
      name: `${name}.csv`,
      class: index,
      sha256: 'ab'.repeat(32),
      lines: 48,
      selection: stretch(1, 36),
      gap: { lines: 0, range: null },
      heldOut: stretch(37, 48),
      findings: [],
    })),
    winner: {
      id: '0123456789abcdef01234567',
      position: 20,
      runnerUp: 4,
      pipeline: [{ transform: 'time_stats', params: {} }],
      model: { name: 'lda', params: {} },
      sharpness: 0.5,
      ramBytes: 900,
      measured: { ramBytes: 1100, flashBytes: 4000 },
    },
    crossValidated: {
      balancedAccuracy: 0.87,
      confidence: 0.8,
      confusion: [
        [36, 0, 0],
        [0, 30, 6],
        [0, 8, 28],
      ],
    },
    heldOut: {
      balancedAccuracy: 0.917,
      confidence: 0.85,
      confusion: [
        [12, 0, 0],
        [0, 10, 2],
        [0, 1, 11],
      ],
    },
    candidates: {
      index: column((i) => i),
      balancedAccuracy: column((i) => (i === 20 ? 0.87 : 0.5 + i / 100)),
      confidence: column((i) => i / 100),
      ramBytes: column((i) => 600 + 15 * i),
      best: column((i) => Math.min(i, 20)),
      stopped: '0'.repeat(many),
      text: column((i) => `raw → prototypes(count ${i})`),
    },
    pareto: [0, 4, 20],
    seconds: 3.2,
  };
}
