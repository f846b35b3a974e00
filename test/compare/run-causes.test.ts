import { describe, expect, test } from 'vitest';
import { runCauses } from '../../src/cli/compare/run-causes.ts';
import type { SignalCall } from '../../src/cli/compare/signal-plan.ts';
import { DEFAULT_LIMITS, judgeRun } from '../../src/compare/judge.ts';
import type { CurveProbes } from '../../src/compare/learning-curve.ts';
import { createLibrary } from '../../src/engine/index.ts';
import type { TargetAnswer } from '../../src/record/calls.ts';
import { BIT_EXACT } from '../../src/record/tolerance.ts';
import { seededRandom } from '../../src/shared/random.ts';

const [AXES, SAMPLES, THRESHOLD] = [2, 64, 90];
const library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: AXES,
    bufferSize: SAMPLES,
    pipeline: [{ transform: 'fft_bands', params: { layout: 'linear', bands: 8, relative: false } }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f800000', width: '40000000' },
    detectFloor: 20,
    minimumLearningIterations: 30,
  },
  null,
);

type Shaping = (value: number, sample: number, axis: number) => number;
/** One line as a run uses it: the score that the target gives it, and what its signal is made of. */
interface Line {
  readonly file: string;
  readonly label: 'learn' | 'nominal' | 'anomaly';
  readonly score: number;
  /** Whether the fault's tone is in the signal. */
  readonly fault: boolean;
  /** Periods of the machine's tone in a buffer. */
  readonly periods: number;
  readonly shape: Shaping;
}

const asItIs: Shaping = (value) => value;
const lines = (count: number, label: Line['label'], change: Partial<Line> = {}): Line[] =>
  Array.from({ length: count }, () => ({
    file: label === 'anomaly' ? 'bad.csv' : 'good.csv',
    label,
    score: label === 'anomaly' ? 20 : 97,
    fault: label === 'anomaly',
    periods: 8,
    shape: asItIs,
    ...change,
  }));
const [learned, nominal, anomalies] = [lines(80, 'learn'), lines(60, 'nominal'), lines(60, 'anomaly')];

/** Causes of a run of these lines, as `neai compare` finds them when fitness has failed. */
function causesOf(run: readonly Line[], probes: readonly CurveProbes[] = []) {
  const random = seededRandom(7);
  const noise = (): number => random.below(2001) / 1000 - 1;
  const files = [...new Set(run.map(({ file }) => file))];
  const at = new Map<string, number>();
  const calls: SignalCall[] = run.map(({ file, label, fault, periods, shape }) => {
    const phase = (2 * Math.PI * random.below(1000)) / 1000;
    const signal = new Float32Array(AXES * SAMPLES);
    for (let i = 0; i < signal.length; i++) {
      const [axis, sample] = [i % AXES, Math.floor(i / AXES)];
      const angle = (2 * Math.PI * sample) / SAMPLES;
      const tone = 2 * Math.sin(periods * angle + phase) + (fault ? 2 * Math.sin(15 * angle) : 0);
      signal[i] = shape(tone + 0.2 * noise(), sample, axis);
    }
    at.set(file, (at.get(file) ?? 0) + 1);
    const operation = label === 'learn' ? 'learn' : 'detect';
    const named = { file: files.indexOf(file), line: at.get(file)! };
    return { operation, ...named, label: label === 'learn' ? null : label, seen: false, signal };
  });
  let counter = 0;
  const target = run.map(({ label, score }): TargetAnswer => {
    if (label === 'learn') counter++;
    return { code: label === 'learn' ? 1 : score, learnCounter: counter, digest: 0, ticks: null };
  });
  const { fitnessFacts, metrics } = judgeRun({
    sequence: { calls, reference: target, target },
    files,
    evidence: { kind: 'virtual', uniqueId: null },
    tolerance: BIT_EXACT,
    threshold: THRESHOLD,
    limits: DEFAULT_LIMITS,
    minimumLearningIterations: library.minimumLearningIterations,
    footprint: null,
    probes,
    brokenOffBecause: null,
  });
  return runCauses({ library, calls, files, target, threshold: THRESHOLD, facts: fitnessFacts, metrics });
}

const kindsOf = (...run: Parameters<typeof causesOf>): string[] => causesOf(...run).map(({ kind }) => kind);
const all = (shape: Shaping, change: Partial<Line> = {}): Line[] =>
  [...learned, ...nominal, ...anomalies].map((line) => ({ ...line, ...change, shape }));
/** What the target answered on the way: so many of ten lines of each label rightly. */
const curve = (...right: number[]): CurveProbes[] =>
  right.map((count, index) => {
    const codes = Array.from({ length: 20 }, (_, i) => (i % 10 < count === i < 10 ? 97 : 20));
    const labels = codes.map((_, i) => (i < 10 ? ('nominal' as const) : ('anomaly' as const)));
    return { learns: 20 * 2 ** index, labels, reference: codes, target: codes };
  });

describe('causes of a run that is not fit', () => {
  test('a run whose lines show nothing is given none', () => {
    expect(causesOf([...learned, ...nominal, ...anomalies], curve(9, 9))).toEqual([]);
  });

  const lost = { score: 40 } as const;
  test.each<[string, RegExp, readonly Line[], CurveProbes[]?]>([
    [
      'too few learned',
      /12 signals were learned.* at least 30/,
      [...lines(12, 'learn'), ...lines(120, 'nominal'), ...anomalies],
    ],
    [
      'regime not learned',
      /Nothing of night\.csv was learned: 0\.0 % of its 20 lines.*100\.0 %/,
      [...learned, ...nominal, ...lines(20, 'nominal', { ...lost, file: 'night.csv' }), ...anomalies],
    ],
    [
      'few regular lines',
      /Only 70 regular lines/,
      [...lines(50, 'learn'), ...nominal.slice(0, 20), ...anomalies],
    ],
    ['few abnormal lines', /Only 20 abnormal lines/, [...learned, ...nominal, ...anomalies.slice(0, 20)]],
    [
      'learning not settled',
      /80\.0 % and .* after 20 learns, 100\.0 % and/,
      [...learned, ...nominal, ...anomalies],
      curve(8, 10),
    ],
    [
      'regime seen too little',
      /Lines 97–112 of good\.csv .*: 0\.0 % of them are recognised, 100\.0 % elsewhere/,
      [
        ...learned,
        ...lines(16, 'nominal'),
        ...lines(16, 'nominal', lost),
        ...lines(32, 'nominal'),
        ...anomalies,
      ],
    ],
    [
      'drift',
      /25\.0 % of the 32 lines in the second halves .* 100\.0 % in the first/,
      [...learned, ...lines(40, 'nominal'), ...lines(24, 'nominal', lost), ...anomalies],
    ],
    [
      'new kind of abnormal',
      /Lines 41–64 of bad\.csv .*: 0\.0 % of them are found/,
      [...learned, ...nominal, ...lines(40, 'anomaly'), ...lines(24, 'anomaly', { score: 95 })],
    ],
    [
      'abnormal among regular lines',
      /4 of 60 regular lines lie in the midst of abnormal ones: good\.csv:137/,
      [...learned, ...lines(56, 'nominal'), ...lines(4, 'nominal', { fault: true }), ...anomalies],
    ],
    [
      'too alike',
      /AUC/,
      [...learned, ...nominal.map((line, i) => ({ ...line, score: i % 2 ? 97 : 10 })), ...anomalies],
    ],
    [
      'threshold not transferable',
      /50\.0 % with it, 100\.0 % with one chosen on all lines/,
      [...learned, ...lines(60, 'nominal', { score: 80 }), ...anomalies],
    ],
    ['sampled too slowly', /lies above 0\.8/, all(asItIs, { periods: 30, fault: false })],
    ['sampled too fast', /samples repeat in 100\.0 % of the lines/, stepped()],
    ['buffer too short', /completes 1 period within/, all(asItIs, { periods: 1, fault: false })],
    ['constant axis', /Axis 2 has one single value/, all((value, _, axis) => (axis === 1 ? 0 : value))],
    [
      'saturated axis',
      /Axis 1 is clipped/,
      all((value, _, axis) => (axis === 0 ? Math.min(1, value) : value)),
    ],
  ])('%s', (kind, message, run, probes) => {
    const cause = causesOf(run, probes).find((one) => one.kind === kind);
    expect(cause?.message, kindsOf(run, probes).join(', ')).toMatch(message);
    expect(cause!.remedy).not.toBe('');
  });

  test('abnormal signals that the sensor read faster than it wrote are told once', () => {
    expect(kindsOf(stepped()).filter((kind) => kind === 'sampled too fast')).toHaveLength(1);
  });

  test('a few misses here and there are neither a regime, nor drift, nor a new kind', () => {
    const scattered = (count: number, label: 'nominal' | 'anomaly', wrong: number): Line[] =>
      lines(count, label).map((line, i) => (i % 9 === 4 ? { ...line, score: wrong } : line));
    const kinds = kindsOf([...learned, ...scattered(60, 'nominal', 85), ...scattered(60, 'anomaly', 92)]);
    for (const kind of ['regime seen too little', 'drift', 'new kind of abnormal', 'regime not learned'])
      expect(kinds).not.toContain(kind);
  });

  test('a bad stretch in the middle of a file is no drift, and a drift is no regime', () => {
    const middle = [...lines(16, 'nominal'), ...lines(16, 'nominal', lost), ...lines(28, 'nominal')];
    expect(kindsOf([...learned, ...middle, ...anomalies])).not.toContain('drift');
    const end = [...lines(40, 'nominal'), ...lines(20, 'nominal', lost)];
    expect(kindsOf([...learned, ...end, ...anomalies])).not.toContain('regime seen too little');
  });
});

/** Every sample is read twice. */
function stepped(): Line[] {
  const held = new Map<number, number>();
  return all((value, sample, axis) => {
    if (sample % 2 === 0) held.set(axis, value);
    return held.get(axis)!;
  });
}
