import { expect, test } from 'vitest';
import { renderReport } from '../../reports/run-page.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { DIFFERENT } from './example-runs.ts';

test('where to look follows stage and kind of the difference', async () => {
  const { divergence } = DIFFERENT;
  const stage = (kind: 'input' | 'similarity' | 'counter' | 'distance', seen: boolean): RunRecord => ({
    ...DIFFERENT,
    divergence: {
      ...divergence!,
      stage: { kind, index: null, name: kind },
      element: null,
      stages: seen ? divergence!.stages : [],
      reference: { decimal: '-2000', hex: '0xc4fa0000' },
      target: { decimal: '43', hex: '0x422c0000' },
      ulp: 2_206_990_336,
      search: { ...divergence!.search, repeats: false, bisectionSteps: 1 },
    },
  });
  const said: string[] = [];
  for (const run of [
    stage('input', true),
    stage('similarity', true),
    stage('distance', true),
    stage('counter', false),
  ]) {
    const text = renderReport(run);
    said.push(/data-look="place">([^<]*)/.exec(text)![1]!);
    expect(text).toContain('signs differ');
    expect(text).not.toContain('2,206,990,336');
    expect(text).toContain('1 bisection step,');
    expect(text).toContain('gives the same on both sides');
  }
  expect(said[0]).toMatch(/^what feeds the virtual board/);
  expect(said[1]).toMatch(/^configuration of the virtual board: its sensitivity or calibration/);
  expect(said[2]).toMatch(/^how the virtual board handles its state/);
  expect(said[3]).toMatch(/^harness or transport/);
});
