import { describe, expect, test } from 'vitest';
import { balancedAccuracy, confidence, confusion } from '../../src/engine/metrics/metrics.ts';
import { decodeSearchRecord, encodeSearchRecord } from '../../src/record/codec.ts';
import type { SearchRecord } from '../../src/record/search-record.ts';
import { coupledSearch, goodSearch, poorSearch, uncalibratedSearch } from '../reports/search-records.ts';

const GOOD = goodSearch();
const COUPLED = coupledSearch();

/** Similarities of one part by label, read from the columns alone. */
function scores({ signals }: SearchRecord, part: 's' | 'h') {
  const of = (label: 'r' | 'a') =>
    signals.similarity.filter((_, i) => signals.label[i] === label && signals.part[i] === part);
  return { regular: of('r'), abnormal: of('a') };
}

describe('the record of a search', () => {
  test('comes back from its text as it was', () => {
    for (const record of [GOOD, COUPLED, poorSearch(), uncalibratedSearch()]) {
      expect(decodeSearchRecord(encodeSearchRecord(record), 'here')).toEqual(record);
    }
  });

  test('repeats to the byte but for its times', () => {
    const again = { ...goodSearch(), times: GOOD.times };
    expect(encodeSearchRecord(again)).toBe(encodeSearchRecord(GOOD));
  });

  test('holds every line of every file once, and its figures follow from those lines', () => {
    for (const record of [GOOD, COUPLED]) {
      record.files.forEach((file, i) => {
        const lines = record.signals.line.filter((_, at) => record.signals.file[at] === i);
        expect(lines).toEqual(Array.from({ length: file.lines }, (_, line) => line + 1));
        expect(file.selection.lines + file.gap.lines + file.heldOut.lines).toBe(file.lines);
      });
      for (const [name, part] of [
        ['crossValidated', 's'],
        ['heldOut', 'h'],
      ] as const) {
        const own = scores(record, part);
        const judged = record[name];
        expect(judged.figures.balancedAccuracy).toBe(balancedAccuracy(own));
        expect(judged.figures.confidence).toBe(confidence(own));
        expect(judged.confusion).toEqual(confusion(own));
        expect(judged.thresholds.balancedAccuracy[89]).toBe(judged.figures.balancedAccuracy);
        for (const at of [1, 50, 100]) {
          expect(judged.thresholds.balancedAccuracy[at - 1]).toBe(balancedAccuracy(own, at));
        }
      }
    }
  });

  test('gives the figures that the search ranked by', () => {
    const { crossValidated, candidates, winner } = GOOD;
    expect(crossValidated.figures.balancedAccuracy).toBe(candidates.balancedAccuracy[winner.position]);
    expect(crossValidated.figures.confidence).toBeCloseTo(candidates.confidence[winner.position]!, 12);
  });

  test('names what won and why, against the runner-up', () => {
    expect(GOOD.winner).toMatchObject({ text: 'time_stats → diag', runnerUp: 1 });
    expect(GOOD.winner.why).toContain('runner-up (candidate 2, time_stats → cov_shrink)');
  });

  test('keeps of the candidates those that no other beats in accuracy and RAM', () => {
    const { ramBytes, balancedAccuracy: accuracy } = GOOD.candidates;
    for (const position of GOOD.pareto) {
      const beaten = ramBytes.some(
        (bytes, i) => bytes <= ramBytes[position]! && accuracy[i]! > accuracy[position]!,
      );
      expect(beaten).toBe(false);
    }
  });

  test('shows every regime and every couple apart', () => {
    expect(COUPLED.learning.map(({ regimes }) => regimes.map(({ name }) => name))).toEqual([
      ['slow.csv', 'fast.csv'],
      ['pump.csv'],
    ]);
    expect(COUPLED.couples.map(({ name }) => name)).toEqual(['fan <img src=x onerror=alert(1)>', 'pump']);
    expect(COUPLED.winner.minimumLearningIterations).toBe(
      Math.max(...COUPLED.learning.map(({ minimum }) => minimum)),
    );
  });

  test('without an abnormal file says that nothing is known of faults', () => {
    const record = uncalibratedSearch();
    expect(record.thresholdCalibrated).toBe(false);
    expect(record.heldOut.figures).toMatchObject({
      balancedAccuracy: null,
      confidence: null,
      abnormalRight: null,
    });
    expect(record.heldOut.figures.regularRight).toBeGreaterThan(0.9);
  });

  test('a contradiction is refused when written and when read', () => {
    const broken = { ...GOOD, pareto: [99] };
    expect(() => encodeSearchRecord(broken)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect(() => decodeSearchRecord(JSON.stringify(broken), 'here')).toThrow(
      expect.objectContaining({ code: 'RECORD_INVALID' }),
    );
  });
});
