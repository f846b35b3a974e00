import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, type PlannedCall, packCalls, unpackCalls } from '../../src/record/calls.ts';
import { decodeRunRecord, encodeRunRecord } from '../../src/record/codec.ts';
import type { Side } from '../../src/record/sides.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import { syntheticRun } from './synthetic-run.ts';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof NeaiError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('run record', () => {
  test('what is written is read back unchanged, with and without a difference', () => {
    for (const run of [syntheticRun(), syntheticRun({ divergesAt: 9 }), syntheticRun({ unanswered: 5 })]) {
      expect(decodeRunRecord(encodeRunRecord(run), 'record.json')).toEqual(run);
    }
  });

  test('ten thousand signals stay under one megabyte', () => {
    const text = encodeRunRecord(syntheticRun({ learn: 4000, nominal: 3000, anomaly: 3000 }));
    expect(text.length).toBeLessThan(1_000_000);
  });

  test('text inside strings survives the flat columns', () => {
    const run = syntheticRun({ console: ['[1,\n 2, 3]', 'quote " and [4,  5]', 'back\\slash'] });
    expect(decodeRunRecord(encodeRunRecord(run), 'r').console).toEqual(run.console);
  });

  test('other text, other JSON and a damaged record are refused by name', () => {
    const text = encodeRunRecord(syntheticRun());
    expect(codeOf(() => decodeRunRecord('not JSON', 'r'))).toBe('RECORD_INVALID');
    expect(codeOf(() => decodeRunRecord('{"format":"other"}', 'r'))).toBe('RECORD_INVALID');
    expect(codeOf(() => decodeRunRecord(text.replace('"threshold": 90', '"threshold": 900'), 'r'))).toBe(
      'RECORD_INVALID',
    );
    expect(codeOf(() => decodeRunRecord(text.replace('"formatVersion": 2', '"formatVersion": 1'), 'r'))).toBe(
      'RECORD_VERSION',
    );
  });

  test('a damaged record says which field', () => {
    const text = encodeRunRecord(syntheticRun()).replace('"clockHz": 80000000', '"clockHz": "fast"');
    expect(() => decodeRunRecord(text, 'r')).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ got: expect.stringContaining('clockHz') }),
      }),
    );
  });

  test('no record may call instructions of a virtual board cycles, or pass what differs', () => {
    const good = syntheticRun();
    const cycles = { ...good, perCall: { ...good.perCall, unit: 'cycles' as const } };
    expect(codeOf(() => encodeRunRecord(cycles))).toBe('INTERNAL');
    const differs = syntheticRun({ divergesAt: 9 });
    const passed = { ...differs, verdicts: good.verdicts };
    expect(codeOf(() => encodeRunRecord(passed))).toBe('INTERNAL');
    const target = {
      ...good,
      sides: { ...good.sides, target: { ...good.sides.target, kind: 'board' as const } as Side },
    };
    expect(codeOf(() => encodeRunRecord(target))).toBe('INTERNAL');
    const nameless = syntheticRun({ evidence: { kind: 'silicon', uniqueId: null } });
    expect(codeOf(() => encodeRunRecord(nameless))).toBe('INTERNAL');
  });

  test('columns of unequal length are refused', () => {
    const run = syntheticRun();
    const short = { ...run, calls: { ...run.calls, line: run.calls.line.slice(1) } };
    expect(codeOf(() => encodeRunRecord(short))).toBe('INTERNAL');
    const outside = { ...run, calls: { ...run.calls, file: run.calls.file.map(() => 2) } };
    expect(codeOf(() => encodeRunRecord(outside))).toBe('INTERNAL');
  });
});

describe('columns of calls', () => {
  const word = fc.option(fc.integer({ min: 0, max: 0xffffffff }));
  const call: fc.Arbitrary<PlannedCall> = fc.record({
    operation: fc.constantFrom('initialize', 'learn', 'detect'),
    file: fc.option(fc.nat(5)),
    line: fc.option(fc.integer({ min: 1, max: 1e6 })),
    label: fc.option(fc.constantFrom('nominal', 'anomaly', 'unknown')),
    seen: fc.boolean(),
  });
  const answer: fc.Arbitrary<Answer> = fc.record({ code: fc.nat(255), learnCounter: word, digest: word });

  test('unpacking gives back what was packed, whatever the calls', () => {
    const sequence = fc.record({
      calls: fc.array(call),
      reference: fc.array(answer),
      target: fc.array(fc.tuple(answer, word).map(([a, ticks]) => ({ ...a, ticks }))),
    });
    fc.assert(
      fc.property(sequence, (given) => {
        expect(unpackCalls(packCalls(given))).toEqual(given);
      }),
    );
  });
});
