import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/dataset/dataset.ts';
import { findCauses } from '../../../src/engine/search/causes.ts';
import { judgeLines } from '../../../src/engine/search/judged-lines.ts';
import { searchFacts } from '../../../src/engine/search/search-facts.ts';
import { type CoupleMaker, type LineMaker, recordedSearch, STATISTICS, tone } from './recorded-search.ts';

type Options = NonNullable<Parameters<typeof recordedSearch>[2]>;

function causesOf(couples: CoupleMaker | readonly CoupleMaker[], options: Options = {}) {
  const search = recordedSearch([couples].flat() as CoupleMaker[], [STATISTICS], options);
  return findCauses(searchFacts(search, judgeLines(search, search.library)));
}

const couple = (
  regular: LineMaker,
  abnormal: LineMaker,
  { regularLines = 160, abnormalLines = 120, findings = [] as Finding[], name = 'couple 1' } = {},
): CoupleMaker => ({
  name,
  regular: [{ name: 'regular.csv', lines: regularLines, make: regular, findings }],
  abnormal: [{ name: 'abnormal.csv', lines: abnormalLines, make: abnormal }],
});
const HEALTHY = tone();
const BROKEN = tone({ amplitude: 6, noise: 0.4 });
/** Hardly to be told from a healthy machine: results are poor without any other cause. */
const HARDLY = tone({ amplitude: 1.02 });
const kinds = (causes: readonly { kind: string }[]) => causes.map(({ kind }) => kind);
const messageOf = (causes: readonly { kind: string; message: string }[], kind: string) =>
  causes.find((cause) => cause.kind === kind)?.message ?? '(not named)';

describe('causes of poor results', () => {
  it('are none when the result is well above 90 %', () => {
    expect(causesOf(couple(HEALTHY, BROKEN))).toEqual([]);
  });

  it('name signals that are too alike, and nothing that is not there', () => {
    const causes = causesOf(couple(HEALTHY, HARDLY));
    expect(kinds(causes)).toContain('too alike');
    expect(
      kinds(causes).filter((kind) => !['too alike', 'threshold not transferable'].includes(kind)),
    ).toEqual([]);
    expect(messageOf(causes, 'too alike')).toMatch(/\d\d\.\d % of pairs/);
  });

  it('name too few lines of either label, with what one of them weighs', () => {
    const causes = causesOf(couple(HEALTHY, HARDLY, { regularLines: 40, abnormalLines: 24 }));
    expect(messageOf(causes, 'few regular lines')).toContain('Only 40 regular lines');
    expect(messageOf(causes, 'few abnormal lines')).toContain('4.2 points');
  });

  it('name a learning curve that has not settled', () => {
    const causes = causesOf(couple(HEALTHY, tone({ amplitude: 1.05 }), { regularLines: 40 }));
    expect(messageOf(causes, 'learning not settled')).toMatch(/after all \d+/);
  });

  it('name a result that only the order of the files brings, however good it looks', () => {
    const search = recordedSearch([couple(HEALTHY, BROKEN)], [STATISTICS]);
    const facts = searchFacts(search, judgeLines(search, search.library));
    const withEnd = (balancedAccuracy: number) => ({
      ...facts,
      couples: facts.couples.map(({ learning, ...rest }) => {
        const end = { ...learning.points.at(-1)!, balancedAccuracy, lowest: 0.5 };
        return { ...rest, learning: { ...learning, points: [...learning.points.slice(0, -1), end] } };
      }),
    });
    expect(findCauses(withEnd(0.96))).toEqual([]);
    const causes = findCauses(withEnd(0.632));
    expect(messageOf(causes, 'order of learning')).toMatch(
      /63\.2 % .* in 8 other orders \(the worst 50\.0 %\)/,
    );
  });

  it('name lines that are fewer than a library should learn', () => {
    const causes = causesOf(couple(HEALTHY, tone({ amplitude: 1.05 }), { regularLines: 26 }));
    expect(messageOf(causes, 'learning not settled')).toMatch(/Only 1\d lines were there to learn from/);
  });

  it('name a regime that occurs in one stretch only, by its lines', () => {
    const speeds: LineMaker = (random, line) => tone(line < 60 ? { offset: 4 } : {})(random, line);
    const causes = causesOf(couple(speeds, tone({ amplitude: 5 }), { regularLines: 320 }));
    expect(messageOf(causes, 'regime seen too little')).toContain('Lines 1–60 of regular.csv');
  });

  it('name abnormal lines among the regular ones, by file and line', () => {
    const mixed: LineMaker = (random, line) => (line % 15 === 7 ? BROKEN : HEALTHY)(random, line);
    const causes = causesOf(couple(mixed, BROKEN));
    expect(messageOf(causes, 'abnormal among regular lines')).toContain('regular.csv:8, regular.csv:23');
  });

  it('name regular lines among the abnormal ones', () => {
    const mixed: LineMaker = (random, line) => (line % 7 === 3 ? HEALTHY : BROKEN)(random, line);
    expect(messageOf(causesOf(couple(HEALTHY, mixed)), 'regular among abnormal lines')).toContain(
      'abnormal.csv:4',
    );
  });

  it('name a threshold that does not transfer from some lines to the others', () => {
    const twoKinds: LineMaker = (random, line) =>
      tone({ amplitude: line >= 15 && line < 30 ? 1.2 : 30 })(random, line);
    const causes = causesOf(couple(HEALTHY, twoKinds));
    expect(messageOf(causes, 'threshold not transferable')).toMatch(/balanced accuracy \d\d\.\d % with it, /);
  });

  it('name a drift between the selection part and the lines held out', () => {
    const drifting: LineMaker = (random, line) => tone({ offset: line < 120 ? 0 : 3 })(random, line);
    expect(messageOf(causesOf(couple(drifting, BROKEN)), 'drift')).toContain(
      'of 40 held-out lines are recognised',
    );
  });

  it('name a kind of fault that the selection part has not seen', () => {
    const later: LineMaker = (random, line) => (line < 60 ? BROKEN : HARDLY)(random, line);
    expect(messageOf(causesOf(couple(HEALTHY, later)), 'new kind of abnormal')).toContain(
      'of 60 held-out lines',
    );
  });

  it('name sampling that is too slow, too fast, or too short', () => {
    const fast = (periods: number) => ({ periods, noise: 0.001 });
    const alike = (with_: object) => kinds(causesOf(couple(tone(with_), tone(with_))));
    expect(alike({ periods: 29 })).toContain('sampled too slowly');
    expect(alike({ ...fast(3), samples: 256 })).toContain('sampled too fast');
    expect(alike(fast(0.9))).toContain('buffer too short');
    expect(alike({ periods: 9, noise: 0.01 })).toEqual(['too alike']);
  });

  it('name a sensor that is read faster than it is written', () => {
    const findings: Finding[] = [
      {
        kind: 'repetition',
        level: 'mild',
        count: 80,
        places: [],
        message: 'Samples repeat.',
        remedy: 'Wait.',
      },
    ];
    const causes = causesOf(couple(HEALTHY, HARDLY, { findings }));
    expect(messageOf(causes, 'sampled too fast')).toContain('50.0 % of the lines');
  });

  it('name an axis that is constant or saturated', () => {
    const second =
      (of: (value: number) => number): LineMaker =>
      (random, line) =>
        HEALTHY(random, line).flatMap((value) => [value, of(value)]);
    const both = (of: (value: number) => number) => causesOf(couple(second(of), second(of)), { axes: 2 });
    expect(
      messageOf(
        both(() => 7),
        'constant axis',
      ),
    ).toContain('Axis 2');
    expect(
      messageOf(
        both((value) => Math.max(-0.5, Math.min(0.5, value))),
        'saturated axis',
      ),
    ).toContain('Axis 2');
  });

  it('name a RAM limit that binds, and a search that was interrupted', () => {
    const causes = causesOf(couple(HEALTHY, HARDLY), { maxRamBytes: 500, interrupted: true });
    expect(messageOf(causes, 'RAM limit')).toMatch(/limit of 500 bytes shuts out \d+ of \d+/);
    expect(messageOf(causes, 'interrupted')).toContain('1 of 10');
  });

  it('belong to a couple where there are several, and only the poor one is spoken of', () => {
    const causes = causesOf([
      couple(HEALTHY, BROKEN, { name: 'machine A' }),
      couple(HEALTHY, HARDLY, { name: 'machine B' }),
    ]);
    expect(causes.length).toBeGreaterThan(0);
    // the threshold that machine B asks for is machine A's as well: in another order of learning it shows
    const others = causes.filter(({ kind }) => kind !== 'order of learning');
    for (const { message } of others) expect(message).toMatch(/^machine B: /);
  });

  it('are found without abnormal lines too', () => {
    const drifting: LineMaker = (random, line) => tone({ offset: line < 120 ? 0 : 3 })(random, line);
    const alone = { ...couple(drifting, BROKEN), abnormal: [] };
    expect(kinds(causesOf(alone))).toContain('drift');
  });
});
