import { describe, expect, test } from 'vitest';
import { formatPercent, formatShortfall } from '../../src/compare/figures.ts';
import { DEFAULT_LIMITS, type JudgeInput, judgeRun } from '../../src/compare/judge.ts';
import { exitStatusOf, verdictLines } from '../../src/compare/verdict-lines.ts';
import type { Answer, PlannedCall, TargetAnswer } from '../../src/record/calls.ts';
import type { Footprint } from '../../src/record/cost.ts';
import type { Label } from '../../src/record/primitives.ts';
import { BIT_EXACT } from '../../src/record/tolerance.ts';

const FILES = ['fan.csv', 'broken.csv'];
const VIRTUAL = { kind: 'virtual', uniqueId: '0034002d3137510c39383538' } as const;
const SILICON = { kind: 'silicon', uniqueId: '0034002d3137510c39383538' } as const;

interface Row {
  readonly call: PlannedCall;
  readonly answer: Answer;
}

const initialize: Row = {
  call: { operation: 'initialize', file: null, line: null, label: null, seen: false },
  answer: { code: 0, learnCounter: 0, digest: 0xabc },
};

const learn = (line: number, code = 1): Row => ({
  call: { operation: 'learn', file: 0, line, label: 'nominal', seen: true },
  answer: { code, learnCounter: line, digest: 0x1000 + line },
});

const detect = (label: Label | null, line: number, code: number, seen = false): Row => ({
  call: { operation: 'detect', file: label === 'anomaly' ? 1 : 0, line, label, seen },
  answer: { code, learnCounter: 3, digest: 0x1003 },
});

/** The design's worked example: regular 100, 95, 88 and abnormal 0, 45, 92 at threshold 90. */
const EXAMPLE: Row[] = [
  initialize,
  ...[1, 2, 3].map((line) => learn(line)),
  ...[100, 95, 88].map((code, index) => detect('nominal', index + 4, code)),
  ...[0, 45, 92].map((code, index) => detect('anomaly', index + 1, code)),
];
/** The same with every label judged rightly and far from the threshold: both figures are 1. */
const PERFECT = EXAMPLE.map((row) =>
  row.call.operation === 'detect'
    ? { ...row, answer: { ...row.answer, code: row.call.label === 'nominal' ? 100 : 0 } }
    : row,
);

/** The library alone: 7,200 bytes of flash, 1,520 of RAM with its stack of 500. */
const FOOTPRINT: Footprint = {
  ...{ flashBytes: 30_000, ramBytes: 12_000, neaiBytes: 800, stackBytes: 600 },
  library: { text: 6_000, rodata: 1_100, data: 100, bss: 120, neai: 800 },
  stackByCall: [
    { call: 'hello', stackBytes: 600, libraryBytes: null },
    { call: 'learn', stackBytes: 590, libraryBytes: 500 },
    { call: 'detect', stackBytes: 480, libraryBytes: 400 },
  ],
};

type Edit = { at: number; target: Partial<TargetAnswer> };

function judge(rows: readonly Row[], changes: Partial<JudgeInput> & { edit?: Edit; answered?: number } = {}) {
  const { edit, answered, ...input } = changes;
  const target = rows.map(({ answer }, index) => ({
    ...answer,
    ticks: rows[index]!.call.operation === 'initialize' ? null : 100 + index,
    ...(edit?.at === index ? edit.target : {}),
  }));
  return judgeRun({
    sequence: {
      calls: rows.map((row) => row.call),
      reference: rows.map((row) => row.answer),
      target: target.slice(0, answered),
    },
    files: FILES,
    evidence: VIRTUAL,
    tolerance: BIT_EXACT,
    threshold: 90,
    limits: DEFAULT_LIMITS,
    minimumLearningIterations: 3,
    footprint: FOOTPRINT,
    brokenOffBecause: null,
    ...input,
  });
}

describe('equivalence', () => {
  test('passes when every call answered alike on both sides', () => {
    const { comparison, verdicts } = judge(PERFECT);
    expect(comparison).toMatchObject({
      identical: true,
      signals: 9,
      mismatches: 0,
      unanswered: 0,
      firstMismatch: null,
    });
    expect(verdicts.equivalence).toEqual({ verdict: 'PASS', reasons: [] });
  });

  test('names call, file, line, field and both values of the first difference', () => {
    const { comparison, verdicts } = judge(PERFECT, { edit: { at: 8, target: { code: 3 } } });
    expect(comparison).toMatchObject({
      identical: false,
      signals: 9,
      mismatches: 1,
      unanswered: 0,
      firstMismatch: { call: 8, file: 'broken.csv', line: 2, field: 'similarity', reference: 0, target: 3 },
    });
    expect(verdicts.equivalence).toEqual({
      verdict: 'FAIL',
      reasons: [
        'first difference at call 8 (detect, broken.csv line 2): similarity is 0 on the reference and 3 on the target',
        '1 call differs, 9 signals compared (10 calls with initialize)',
      ],
    });
  });

  test.each([
    [{ learnCounter: 1 }, 'learnCounter', 2, 1],
    [{ digest: 0xfedcba98 }, 'digest', '00001002', 'fedcba98'],
    [{ code: 0 }, 'returnCode', 1, 0],
    [{ digest: null }, 'digest', '00001002', null],
  ])('after a learn, %o parts in the field %s', (target, field, reference, got) => {
    const { comparison } = judge(PERFECT, { edit: { at: 2, target } });
    expect(comparison.firstMismatch).toEqual({
      call: 2,
      file: 'fan.csv',
      line: 2,
      field,
      reference,
      target: got,
    });
  });

  test('an error code in place of a similarity is a return code that differs', () => {
    const { comparison } = judge(PERFECT, { edit: { at: 7, target: { code: 124 } } });
    expect(comparison.firstMismatch).toMatchObject({ field: 'returnCode', reference: 0, target: 124 });
  });

  test('a difference at initialize has neither file nor line', () => {
    const { comparison } = judge(PERFECT, { edit: { at: 0, target: { code: 123 } } });
    expect(comparison.firstMismatch).toMatchObject({ call: 0, file: null, line: null, field: 'returnCode' });
  });

  test('is not shown when the run broke off without a difference, and says why', () => {
    const { comparison, verdicts } = judge(PERFECT, {
      answered: 5,
      brokenOffBecause: 'the board fell silent',
    });
    expect(comparison).toMatchObject({ identical: false, signals: 4, unanswered: 5 });
    expect(verdicts.equivalence).toEqual({
      verdict: 'NOT SHOWN',
      reasons: ['the run is incomplete: 5 planned calls were not answered (the board fell silent)'],
    });
    expect(verdicts.fitness.verdict).toBe('NOT SHOWN');
  });

  test('fails on a difference even when the run broke off after it', () => {
    const { verdicts } = judge(PERFECT, { answered: 5, edit: { at: 3, target: { digest: 1 } } });
    expect(verdicts.equivalence.verdict).toBe('FAIL');
  });

  test('is not shown when no signal was compared', () => {
    expect(judge([initialize]).verdicts.equivalence).toEqual({
      verdict: 'NOT SHOWN',
      reasons: ['no signal was compared'],
    });
    expect(judge([]).comparison.identical).toBe(false);
  });
});

describe('fitness', () => {
  test('the worked example of the design gives 66.7 % and 46.3 % on both sides', () => {
    const { accuracy, verdicts } = judge(EXAMPLE);
    expect(accuracy.target.balancedAccuracy).toBeCloseTo(2 / 3, 12);
    expect(accuracy.target.confidence).toBeCloseTo(0.4629629, 6);
    expect(accuracy.reference).toEqual(accuracy.target);
    expect(verdicts.fitness).toEqual({
      verdict: 'FAIL',
      reasons: [
        'balanced accuracy 66.66 % is 23.34 points below the limit of 90 %',
        'confidence 46.29 % is 43.71 points below the limit of 90 %',
      ],
    });
  });

  test('passes when all figures reach their limits', () => {
    // learns took 101 to 103 ticks, detects 104 to 109
    const costs = { flashBytes: 7_200, ramBytes: 1_520, stackBytes: 500, learnTicks: 103, detectTicks: 109 };
    const { verdicts, criteria } = judge(PERFECT, { limits: { ...DEFAULT_LIMITS, ...costs } });
    expect(verdicts.fitness).toEqual({ verdict: 'PASS', reasons: [] });
    expect(criteria.map((row) => row.name)).toEqual([
      'learned signals',
      'balanced accuracy',
      'confidence',
      'RAM',
      'flash',
      'stack',
      'longest learn',
      'longest detect',
    ]);
  });

  test.each([
    ['ramBytes', 1_500, 'RAM 1,520 bytes is 20 bytes above the limit of 1,500 bytes'],
    ['flashBytes', 6_000, 'flash 7,200 bytes is 1,200 bytes above the limit of 6,000 bytes'],
    ['stackBytes', 499, 'stack 500 bytes is 1 bytes above the limit of 499 bytes'],
    [
      'learnTicks',
      102,
      'longest learn 103 instructions is 1 instructions above the limit of 102 instructions',
    ],
    [
      'detectTicks',
      99,
      'longest detect 109 instructions is 10 instructions above the limit of 99 instructions',
    ],
  ])('a cost above its limit fails and says by how much: %s', (limit, value, reason) => {
    const judged = judge(PERFECT, { limits: { ...DEFAULT_LIMITS, [limit]: value } });
    expect(judged.verdicts.fitness).toEqual({ verdict: 'FAIL', reasons: [reason] });
    expect(exitStatusOf(judged.verdicts)).toBe(4);
  });

  test('a cost with a limit that nobody could measure is not shown', () => {
    const limits = { ...DEFAULT_LIMITS, ramBytes: 5_000, learnTicks: 5_000 };
    const footprint = { ...FOOTPRINT, library: null };
    const { verdicts } = judge(PERFECT, { limits, footprint });
    expect(verdicts.fitness).toEqual({
      verdict: 'NOT SHOWN',
      reasons: ['RAM is unknown: it was not measured'],
    });
  });

  test('a figure that rounding alone puts below its limit passes', () => {
    const nominal = Array.from({ length: 20 }, (_, i) => detect('nominal', i + 1, i < 17 ? 100 : 0));
    const anomaly = Array.from({ length: 20 }, (_, i) => detect('anomaly', i + 1, i < 19 ? 0 : 100));
    const limits = { ...DEFAULT_LIMITS, confidence: 0 };
    const { verdicts } = judge([initialize, learn(1), learn(2), learn(3), ...nominal, ...anomaly], {
      limits,
    });
    expect(verdicts.fitness.verdict).toBe('PASS');
  });

  test('is not shown without labels', () => {
    const rows = [initialize, learn(1), learn(2), learn(3), detect('unknown', 4, 100), detect(null, 5, 0)];
    const { accuracy, verdicts } = judge(rows);
    expect(accuracy.target).toEqual({ balancedAccuracy: null, confidence: null });
    expect(verdicts.fitness).toEqual({
      verdict: 'NOT SHOWN',
      reasons: ['accuracy needs unseen lines of both labels: no nominal and no anomaly line was detected'],
    });
  });

  test('lines that search or learning has seen stay out of accuracy', () => {
    const seen = [detect('nominal', 1, 0, true), detect('anomaly', 9, 100, true)];
    expect(judge([...PERFECT, ...seen]).accuracy.target).toEqual({ balancedAccuracy: 1, confidence: 1 });
    const { verdicts } = judge([initialize, learn(1), learn(2), learn(3), ...seen]);
    expect(verdicts.fitness.reasons[0]).toContain('2 labelled lines left out');
  });

  test('is not shown when fewer signals were learned than the library asks for', () => {
    const { verdicts, accuracy } = judge(EXAMPLE, { minimumLearningIterations: 20 });
    expect(verdicts.fitness).toEqual({
      verdict: 'NOT SHOWN',
      reasons: ["3 signals learned, 17 fewer than the library's minimum learning iterations (20)"],
    });
    expect(accuracy.target.balancedAccuracy).toBeCloseTo(2 / 3, 12);
  });

  test('a learn that was refused does not count as learned', () => {
    const { criteria } = judge([initialize, learn(1), learn(2, 2), ...PERFECT.slice(4)], {
      minimumLearningIterations: 2,
    });
    expect(criteria[0]).toMatchObject({ value: 1, limit: 2, verdict: 'NOT SHOWN' });
  });

  test('a learn that was answered but left the counter of the target where it was does not count', () => {
    const { criteria, fitnessFacts } = judge(PERFECT, {
      edit: { at: 2, target: { learnCounter: 1 } },
      minimumLearningIterations: 2,
    });
    expect(criteria[0]).toMatchObject({ value: 2, limit: 2, verdict: 'PASS' });
    expect(fitnessFacts.regimes[0]).toMatchObject({ name: 'fan.csv', learned: 2 });
    const atFirst = judge(PERFECT, { edit: { at: 1, target: { learnCounter: 0 } } });
    expect(atFirst.fitnessFacts.minimumIterations.learned).toBe(2);
  });

  test('what a figure is and what it lacks add up to its limit as they are printed', () => {
    // 0.3810516 is cut to 38.1 %, and 90 less 38.1 is 51.9, not the 51.89 of the figures before cutting.
    expect(formatShortfall(0.381_051_587, 0.9)).toBe('51.9 points');
    for (const [value, limit] of [
      [0.424_627, 0.9],
      [0.899_99, 0.9],
      [0.000_04, 0.333_33],
    ] as const) {
      const sum = [formatPercent(value), formatShortfall(value, limit)].map(Number.parseFloat);
      expect(sum[0]! + sum[1]!).toBeCloseTo(Number.parseFloat(formatPercent(limit)), 9);
    }
    expect(formatShortfall(0.900_01, 0.900_05)).toBe('0.004 points');
  });

  test('a labelled signal without a similarity leaves accuracy unshown, not better', () => {
    const { verdicts, accuracy } = judge([...PERFECT, detect('nominal', 9, 125)]);
    expect(accuracy.target.balancedAccuracy).toBeNull();
    expect(verdicts.fitness.reasons[0]).toBe('1 labelled signals got no similarity (first: return code 125)');
  });
});

describe('what is printed and returned', () => {
  test('no verdict line is without its evidence', () => {
    const { verdicts } = judge(PERFECT);
    expect(verdictLines(verdicts, VIRTUAL)).toEqual(['equivalence PASS (virtual)', 'fitness PASS (virtual)']);
    expect(verdictLines(verdicts, SILICON)).toEqual([
      'equivalence PASS (silicon 0034002d3137510c39383538)',
      'fitness PASS (silicon 0034002d3137510c39383538)',
    ]);
  });

  test('reasons follow the verdict that they belong to', () => {
    const lines = verdictLines(judge(EXAMPLE).verdicts, VIRTUAL);
    expect(lines[0]).toBe('equivalence PASS (virtual)');
    expect(lines[1]).toBe('fitness FAIL (virtual)');
    expect(lines[2]).toMatch(/^ {2}balanced accuracy/);
  });

  test.each([
    ['both pass', judge(PERFECT), 0],
    ['only fitness fails', judge(EXAMPLE), 4],
    ['fitness is not shown', judge(EXAMPLE, { minimumLearningIterations: 20 }), 0],
    ['equivalence fails', judge(PERFECT, { edit: { at: 8, target: { code: 3 } } }), 1],
    ['both fail', judge(EXAMPLE, { edit: { at: 9, target: { code: 3 } } }), 1],
    ['equivalence is not shown', judge([initialize]), 1],
  ])('when %s the exit status follows', (_, judged, status) => {
    expect(exitStatusOf(judged.verdicts)).toBe(status);
  });

  test('virtual boards count instructions and silicon cycles', () => {
    expect(judge(PERFECT).perCall.unit).toBe('instructions');
    expect(judge(PERFECT, { evidence: SILICON }).perCall.unit).toBe('cycles');
  });

  test('the median of an even number of calls is a count that was taken', () => {
    // Ticks are 100 + call index: learns 101, 102, 103 and detects 104 … 109.
    const { perCall } = judge(PERFECT);
    expect(perCall.learn).toEqual({ calls: 3, median: 102, p99: 103, min: 101, max: 103 });
    expect(perCall.detect).toEqual({ calls: 6, median: 106, p99: 109, min: 104, max: 109 });
    expect(judge([initialize]).perCall).toEqual({ unit: 'instructions', learn: null, detect: null });
  });
});
