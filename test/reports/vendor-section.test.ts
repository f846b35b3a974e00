import { describe, expect, test } from 'vitest';
import { renderReport } from '../../reports/run-page.ts';
import { vendorPanel } from '../../reports/sections/vendor.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

const ours = syntheticRun();
const { target } = ours.calls;
const ofVendor: RunRecord = {
  ...ours,
  sides: {
    ...ours.sides,
    reference: { kind: 'vendor-emulator', file: 'NanoEdgeAI_Emulator', version: '3.1' },
  },
  vendor: {
    interface: 'v3/v4',
    licences: ['SLA0123 <b>for evaluation</b>'],
    knowledge: { bytes: 1316, differing: 3, firstDifference: 40 },
    restore: {
      verdict: 'HIDDEN STATE',
      signals: 20,
      differing: 2,
      largest: 7,
      reason: 'It keeps more than .neai.',
    },
  },
  calls: {
    ...ours.calls,
    target: { ...target, ownCode: target.code.map((_, i) => (ours.calls.operation[i] === 'l' ? 10 : 0)) },
  },
};
const textOf = (record: RunRecord): string =>
  vendorPanel(record)!
    .text.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe("what the page says of a vendor's library", () => {
  test('tells interface, licence, emulator, tolerance, knowledge and restore of the record', () => {
    const text = textOf(ofVendor);
    for (const said of [
      'NanoEdge AI Studio v3/v4',
      'emulator of the vendor 3.1',
      `${ofVendor.tolerance.profile}: `,
      'SLA0123 &lt;b&gt;for evaluation&lt;/b&gt;',
      '3 of 1,316 bytes differ from the emulator&#39;s file, the first at offset 40',
      'hidden state It keeps more than .neai.',
      '2 of 20 similarities differ, by up to 7',
    ])
      expect(text).toContain(said);
    expect(renderReport(ofVendor)).toContain('href="#vendor"');
  });

  test('counts what the library itself returned, and what that was told as', () => {
    const learns = [...ours.calls.operation].filter((letter) => letter === 'l').length;
    const scores = target.code.filter((_, i) => ours.calls.operation[i] === 'd');
    const text = textOf(ofVendor);
    expect(text).toContain(`learn 10 ${learns} code 1`);
    expect(text).toContain(
      `detect 0 ${scores.length} similarity ${Math.min(...scores)}–${Math.max(...scores)}`,
    );
  });

  test('says what was not looked at, and nothing at all of a library of ours', () => {
    const bare = { ...ofVendor.vendor!, licences: [], knowledge: null, restore: null };
    const text = textOf({ ...ofVendor, vendor: bare, calls: ours.calls });
    expect(text).toMatch(/None was found.*not looked at.*not tried/);
    expect(text).not.toContain('Return codes');
    expect(vendorPanel(ours)).toBeNull();
    expect(renderReport(ours)).not.toContain('id="vendor"');
  });
});
