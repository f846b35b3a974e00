import { describe, expect, test } from 'vitest';
import { signTest } from '../../src/compare/sign-test.ts';
import { type DuelRecord, decodeDuelRecord, encodeDuelRecord } from '../../src/record/duel-record.ts';
import { syntheticDuel, syntheticRuns } from '../record/synthetic-duel.ts';

const rowOf = ({ rows }: DuelRecord, figure: string) => rows.find((row) => row.figure === figure)!;

describe('a duel', () => {
  test('names who has the better figure, row by row, and ties where the printed figures are the same', () => {
    const duel = syntheticDuel();
    expect(rowOf(duel, 'balanced accuracy')).toMatchObject({ ours: 1, winner: 'ours', better: 'more' });
    expect(rowOf(duel, 'RAM').winner).toBe('ours');
    expect(rowOf(duel, 'learn')).toMatchObject({ winner: 'vendor', unit: 'instructions', better: 'less' });
    const { ours } = syntheticRuns();
    const self = syntheticDuel({ ours, vendor: ours });
    for (const row of self.rows) expect([row.figure, row.winner]).toEqual([row.figure, 'tie']);
    expect(self.decisions).toMatchObject({ oursAlone: 0, vendorAlone: 0, chance: null });
  });

  test('counts signals that one side alone decides rightly, and says when that may be chance', () => {
    const duel = syntheticDuel();
    const { decisions } = duel;
    expect(decisions).toMatchObject({ signals: 60, oursAlone: 4, vendorAlone: 0, bothWrong: 0 });
    expect(decisions.chance).toBeCloseTo(0.125, 12);
    expect(duel.remarks.join('\n')).toContain('may be chance: ours alone was right on 4 signals');
  });

  test('says that a side learned less than it recommends, and what is not known of the vendor’s library', () => {
    const { ours, vendor } = syntheticRuns();
    const library = { ...vendor.library, minimumLearningIterations: 400 };
    const remarks = syntheticDuel({ ours, vendor: { ...vendor, library } }).remarks.join('\n');
    expect(remarks).toContain('The vendor’s library recommends 400 learns and got 60');
    expect(remarks).toContain('not known by which signals it was chosen');
  });

  test('is not made of two runs that did not make the same calls on the same board', () => {
    const { ours, vendor } = syntheticRuns();
    const otherLines = { ...vendor.calls, line: vendor.calls.line.map((line) => line + 1) };
    expect(() => syntheticDuel({ ours, vendor: { ...vendor, calls: otherLines } })).toThrow(/same calls/);
    const board = { ...vendor.board!, id: 'nucleo-f401re' };
    expect(() => syntheticDuel({ ours, vendor: { ...vendor, board } })).toThrow(/same calls/);
  });

  test('comes back from its text, and a record with a wrong winner does not', () => {
    const duel = syntheticDuel();
    const text = encodeDuelRecord(duel);
    expect(decodeDuelRecord(text, 'duel.json')).toEqual(duel);
    const lie = text.replace('"winner": "ours"', '"winner": "vendor"');
    expect(lie).not.toBe(text);
    expect(() => decodeDuelRecord(lie, 'duel.json')).toThrow(/does not follow its schema/);
  });
});

describe('the sign test', () => {
  test('gives the exact two-sided probabilities of the binomial', () => {
    expect(signTest(0, 0)).toBeNull();
    expect(signTest(1, 0)).toBe(1);
    expect(signTest(5, 0)).toBeCloseTo(0.0625, 12);
    expect(signTest(2, 8)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024, 12);
    expect(signTest(7, 7)).toBe(1);
    // far beyond what 2^-n can be told in
    expect(signTest(900, 1100)).toBeGreaterThan(1e-6);
    expect(signTest(900, 1100)).toBeLessThan(1e-4);
  });
});
