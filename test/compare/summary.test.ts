import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareSummary } from '../../src/compare/summary.ts';
import { emitRecordSchemas } from '../../src/record/emit-schema.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

const PATHS = { record: '/tmp/run/record.json', report: '/tmp/run/report.html' };

describe('the JSON of compare', () => {
  test('has exactly the fields that are promised, in their order', () => {
    expect(Object.keys(compareSummary(syntheticRun(), PATHS))).toEqual([
      'equivalence',
      'fitness',
      'evidence',
      'identical',
      'sides',
      'tolerance',
      'outsideTolerance',
      'signals',
      'mismatches',
      'firstMismatch',
      'divergence',
      'board',
      'emulator',
      'metrics',
      'fitnessFacts',
      'perCall',
      'footprint',
      'link',
      'record',
      'report',
    ]);
  });

  test('tells what the record tells', () => {
    const run = syntheticRun({ divergesAt: 9 });
    const summary = compareSummary(run, PATHS);
    expect(summary).toMatchObject({
      equivalence: run.verdicts.equivalence,
      identical: false,
      signals: 120,
      mismatches: run.comparison.mismatches,
      firstMismatch: {
        call: 9,
        file: 'data/motor/regular.csv',
        line: 9,
        field: 'learnCounter',
        reference: 9,
        target: 8,
      },
      evidence: { kind: 'virtual', uniqueId: '0034002d3137510c39383538' },
      perCall: { unit: 'instructions', learn: run.perCall.learn?.median, detect: run.perCall.detect?.median },
      link: { baud: 921_600, bytes: 812_400, seconds: 9.31 },
      ...PATHS,
    });
  });

  test('the published schemas are those of the code', () => {
    for (const { path, content } of emitRecordSchemas()) {
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(content);
    }
  });
});
