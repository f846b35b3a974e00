import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/dataset/dataset.ts';
import { parseFileWithRange, rowsInRange } from '../../../src/engine/dataset/line-range.ts';
import { encodeSeenLines, SeenLines } from '../../../src/engine/dataset/seen-lines.ts';
import { sha256 } from '../../../src/engine/dataset/sha256.ts';
import {
  heldOutLines,
  selectedRanges,
  selectionLines,
  splitLabel,
} from '../../../src/engine/dataset/split.ts';
import { NeaiError } from '../../../src/shared/errors.ts';

/** A dataset whose line i holds the values first + i·hop, first + i·hop + 1, ... */
function ramp(lines: number, bufferSize: number, hop = bufferSize, first = 0, headerLines = 0): Dataset {
  const values = Float32Array.from(
    { length: lines * bufferSize },
    (_, i) => first + Math.floor(i / bufferSize) * hop + (i % bufferSize),
  );
  const lineNumbers = Array.from({ length: lines }, (_, i) => i + 1 + headerLines);
  return {
    path: `ramp-${lines}`,
    sha256: `sha-${lines}-${first}`,
    values,
    lines,
    valuesPerLine: bufferSize,
    lineNumbers,
    findings: [],
  };
}

describe('the held-out split', () => {
  it('takes the first floor(0.75 n) regular and floor(0.5 m) abnormal lines of the concatenation', () => {
    const regular = splitLabel('regular', [ramp(5, 4), ramp(6, 4, 4, 100, 1)], 2);
    expect(regular.selectionCount).toBe(8);
    expect(heldOutLines(regular).map(({ line }) => line)).toEqual([5, 6, 7]);
    expect(selectedRanges(regular).map(({ ranges }) => ranges)).toEqual([
      [{ first: 1, last: 5 }],
      [{ first: 2, last: 4 }],
    ]);
    const abnormal = splitLabel('abnormal', [ramp(5, 4)], 1);
    expect(abnormal.selectionCount).toBe(2);
    expect(selectionLines(abnormal).map(({ signal }) => signal[0])).toEqual([0, 4]);
  });

  it.each([
    // bufferSize 8, hop 2: k = 6 samples, ceil(6 / 2) = 3 lines; hop 5: k = 3, ceil(3 / 5) = 1 line
    [2, 6, 3],
    [5, 3, 1],
    [8, 0, 0],
  ])('drops the selection lines that share samples with the held-out part (hop %i)', (hop, overlap, gap) => {
    const split = splitLabel('regular', [ramp(20, 8, hop)], 1);
    expect(split.overlapSamples).toBe(overlap);
    expect(split.selectionCount).toBe(15 - gap);
    expect(split.firstHeldOut).toBe(15);
  });

  it('has no gap when a single pair of lines does not overlap', () => {
    const whole = ramp(20, 8, 2);
    whole.values[19 * 8] = -1;
    expect(splitLabel('regular', [whole], 1).overlapSamples).toBe(0);
  });

  it('counts overlap in samples of all axes', () => {
    // 2 axes × 4 samples; hop of 2 values = 1 sample, so k = 3 samples and 3 lines are dropped
    const split = splitLabel('regular', [ramp(20, 8, 2)], 2);
    expect([split.overlapSamples, split.selectionCount]).toEqual([3, 12]);
  });

  it('leaves files that overlap only within themselves their gap', () => {
    expect(splitLabel('regular', [ramp(10, 8, 4), ramp(10, 8, 4, 500)], 1).overlapSamples).toBe(4);
  });
});

describe('a range of lines', () => {
  it('is written FILE:first-last, and a colon elsewhere belongs to the name', () => {
    expect(parseFileWithRange('a b.csv:3-17')).toEqual({ path: 'a b.csv', range: { first: 3, last: 17 } });
    for (const path of ['a.csv', 'dir:x/a.csv', 'C:\\data\\a.csv']) {
      expect(parseFileWithRange(path)).toEqual({ path, range: null });
    }
  });

  it.each(['a.csv:', 'a.csv:5', 'a.csv:5-', 'a.csv:-5', 'a.csv:0-4', 'a.csv:9-3'])('refuses %s', (text) => {
    expect(() => parseFileWithRange(text)).toThrow(NeaiError);
  });

  it('passes over header and blank lines, and refuses to go past the end', () => {
    const file = { path: 'a.csv', lineNumbers: [2, 3, 5, 6] };
    expect(rowsInRange(file, { first: 1, last: 5 })).toEqual({ firstRow: 0, lastRow: 2 });
    expect(rowsInRange(file, { first: 4, last: 6 })).toEqual({ firstRow: 2, lastRow: 3 });
    expect(rowsInRange(file, null)).toEqual({ firstRow: 0, lastRow: 3 });
    expect(() => rowsInRange(file, { first: 3, last: 7 })).toThrow(/past the file's last signal \(line 6\)/);
    expect(() => rowsInRange(file, { first: 4, last: 4 })).toThrow(/no signal/);
  });
});

describe('seen lines', () => {
  const signals = [Float32Array.of(1, 2), Float32Array.of(3, -0), Float32Array.of(5, 6)];
  const seen = new SeenLines({
    files: [
      { sha256: 'aa', selected: [[1, 2]] },
      { sha256: 'aa', selected: [[9, 9]] },
    ],
    seenLines: encodeSeenLines(signals.slice(0, 2)),
  });

  it('are known by line number in a file of the record', () => {
    expect([1, 2, 3, 9].map((line) => seen.has('aa', line, signals[2]!))).toEqual([true, true, false, true]);
    expect(seen.has('aa', 3, signals[0]!)).toBe(false);
  });

  it('are known by content in any other file', () => {
    expect(signals.map((signal) => seen.has('bb', 7, signal))).toEqual([true, true, false]);
  });

  it('are none without a record', () => {
    expect(new SeenLines(null).has('aa', 1, signals[0]!)).toBe(false);
  });

  it('rest on a SHA-256 that agrees with an independent one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(
          createHash('sha256').update(bytes).digest('hex'),
        );
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
