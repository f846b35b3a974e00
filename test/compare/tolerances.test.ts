import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import { equivalenceVerdict } from '../../src/compare/equivalence.ts';
import { compareSummary } from '../../src/compare/summary.ts';
import { TOLERANCES, toleranceFrom } from '../../src/compare/tolerances.ts';
import type { CallSequence } from '../../src/record/calls.ts';
import { encodeRunRecord } from '../../src/record/codec.ts';
import { toleranceSchema } from '../../src/record/tolerance.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

/** One detect with these answers. */
function one(
  code: number,
  other: number,
  digests: [number, number] = [7, 7],
  bits: [number, number] = [0, 0],
) {
  const answer = { learnCounter: 3, ticks: null };
  const sequence: CallSequence = {
    calls: [{ operation: 'detect', file: 0, line: 1, label: 'nominal', seen: false }],
    reference: [{ ...answer, code, digest: digests[0], distance: bits[0] }],
    target: [{ ...answer, code: other, digest: digests[1], distance: bits[1] }],
  };
  return (tolerance: string | undefined, reason?: string) => {
    const profile = toleranceFrom(tolerance, reason);
    const comparison = compareRuns(sequence, ['f.csv'], profile);
    return { comparison, verdict: equivalenceVerdict(comparison, profile, () => 'detect', null) };
  };
}

describe('tolerance', () => {
  test('every named profile keeps its schema and says why it is right', () => {
    for (const profile of TOLERANCES) expect(toleranceSchema.parse(profile)).toEqual(profile);
  });

  test('is bit-exact unless something else is asked for: one point fails', () => {
    const { comparison, verdict } = one(95, 96)(undefined);
    expect(verdict.verdict).toBe('FAIL');
    expect(comparison).toMatchObject({ identical: false, mismatches: 1, outsideTolerance: 1 });
  });

  test('forgives what the profile allows, and never calls it identical', () => {
    const { comparison, verdict } = one(95, 96, [7, 8])('one-point');
    expect(comparison).toMatchObject({ identical: false, mismatches: 1, outsideTolerance: 0 });
    expect(verdict.verdict).toBe('PASS');
    expect(verdict.reasons.join(' ')).toMatch(
      /^within tolerance "one-point" \(similarity ±1, knowledge not compared; /,
    );
    expect(verdict.reasons.join(' ')).not.toMatch(/identical/i);
    expect(one(95, 97)('one-point').verdict.verdict).toBe('FAIL');
    expect(one(95, 124)('one-point').comparison.firstOutside?.field).toBe('returnCode');
  });

  test('of distances is in units in the last place', () => {
    const apart = one(95, 95, [7, 7], [0x3f800000, 0x3f800009]);
    const reason = 'measured on this compiler';
    expect(apart('similarity=0,ulp=9', reason).comparison.outsideTolerance).toBe(0);
    expect(apart('similarity=0,ulp=8', reason).comparison.firstOutside).toMatchObject({
      field: 'distance',
      reference: '3f800000',
      target: '3f800009',
    });
  });

  test('that is spelled out needs a reason, and words that mean something', () => {
    expect(() => toleranceFrom('similarity=2', undefined)).toThrow(/needs a reason/);
    expect(() => toleranceFrom('similarity=200', 'x')).toThrow(/no tolerance/);
    expect(() => toleranceFrom('loose', undefined)).toThrow(/no tolerance "loose"/);
    expect(() => toleranceFrom('bit-exact', 'because')).toThrow(/no reason/);
    expect(toleranceFrom('similarity=0,ulp=0', 'nothing')).toBe(TOLERANCES[0]);
  });

  test('nothing looser may be recorded under the name of bit-exact', () => {
    const run = syntheticRun();
    const loose = { ...run, tolerance: { ...run.tolerance, similarity: 1 } };
    expect(() => encodeRunRecord(loose)).toThrow(/contradicts/);
  });

  test('a run within a loose tolerance is told as such in its record and in the JSON of compare', () => {
    const tolerance = toleranceFrom('similarity=9,knowledge=ignored', 'a worked example');
    const run = syntheticRun({ divergesAt: 70, tolerance });
    expect(run.verdicts.equivalence.verdict).toBe('PASS');
    encodeRunRecord(run);
    const summary = compareSummary(run, { record: '/r.json', report: '/r.html' });
    expect(summary).toMatchObject({ identical: false, outsideTolerance: 0, tolerance });
    expect(JSON.stringify(summary.equivalence)).not.toMatch(/identical/i);
  });
});
