import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SignalParser } from '../../../src/engine/dataset/parser.ts';
import { NeaiError } from '../../../src/shared/errors.ts';

const encoder = new TextEncoder();

function parse(content: string | Uint8Array, axes?: number, chunkBytes = Number.POSITIVE_INFINITY) {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  const parser = new SignalParser(axes === undefined ? { file: 'f.csv' } : { file: 'f.csv', axes });
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.push(bytes.subarray(at, at + chunkBytes));
  return parser.end();
}

function refusal(content: string | Uint8Array, axes?: number) {
  try {
    parse(content, axes);
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    const { file, line, column } = error.details;
    return { code: error.code, file, line, column };
  }
  return { code: 'none' };
}

const utf16 = (text: string, mark: boolean, bigEndian = false) => {
  const bytes = new Uint8Array(2 * (text.length + (mark ? 1 : 0)));
  const view = new DataView(bytes.buffer);
  [...(mark ? '\uFEFF' : ''), ...text].forEach((character, i) => {
    view.setUint16(2 * i, character.charCodeAt(0), !bigEndian);
  });
  return bytes;
};

describe('decimal commas between commas', () => {
  it('are found out by fractions that begin with zeros', () => {
    expect(refusal('1,5,-2,31\n3,25,4,7\n-0,5,6,07\n')).toEqual({
      code: 'SIGNAL_DECIMAL_COMMA',
      file: 'f.csv',
      line: 3,
      column: 6,
    });
  });

  it('are found out by blanks at every second comma', () => {
    expect(refusal('1,5, 2,5\n1,5, 2,5\n')).toMatchObject({
      code: 'SIGNAL_DECIMAL_COMMA',
      line: 1,
      column: 1,
    });
  });

  it('are a strong warning where only the signs hint at them', () => {
    const { findings } = parse('-1,5,-2,31\n'.repeat(5));
    expect(findings).toMatchObject([{ kind: 'decimal comma', level: 'strong' }]);
    expect(parse('-1,5,-2,31\n-1,5,-2,-31\n'.repeat(5)).findings).toEqual([]);
  });

  it('are not seen in whole numbers, padded with zeros or not, nor where a point stands anywhere', () => {
    const honest = [
      '1,2,3,4\n10,0,30,0\n',
      '0512,0498,0003,0001\n',
      '1,05,2,31\n1,05,2,3.1\n',
      '1, 2, 3, 4\n',
    ];
    for (const text of honest) expect(parse(text).findings).toEqual([]);
  });
});

describe('a signal file', () => {
  it.each([
    ['space', '1 2.5 -3\n4 5 6e-1\n'],
    ['comma', '1,2.5,-3\n4,5,6e-1\n'],
    ['semicolon', '1;2.5;-3\n4;5;6e-1\n'],
    ['tab', '1\t2.5\t-3\n4\t5\t6e-1\n'],
    ['comma', '1, 2.5, -3\r\n4, 5, 6e-1'],
    ['space', ' 1  2.5 -3\n 4  5 .6'],
  ])('separated by %s is found out by itself', (separator, text) => {
    const parsed = parse(text);
    expect(parsed.separator).toBe(separator);
    expect([...parsed.values]).toEqual([1, 2.5, -3, 4, 5, 0.6].map(Math.fround));
    expect([parsed.lines, parsed.valuesPerLine]).toEqual([2, 3]);
    expect(parsed.findings).toEqual([]);
  });

  it('may have a byte order mark, a header, blank lines and trailing separators, each reported with its line', () => {
    const parsed = parse('\uFEFFx1;y1;\r\n1;2;\r\n\r\n3;4\r\n5;6;\r\n\r\n');
    expect([...parsed.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(parsed.lineNumbers).toEqual([2, 4, 5]);
    expect(
      parsed.findings.map(({ kind, level, count, places }) => [
        kind,
        level,
        count,
        places.map(({ line }) => line),
      ]),
    ).toEqual([
      ['byte order mark', 'note', 1, [1]],
      ['header', 'note', 1, [1]],
      ['trailing separator', 'note', 2, [2, 5]],
      ['blank line', 'note', 1, [3]],
    ]);
  });

  it('may hold one value a line', () => {
    expect([...parse('1\n2.5\n').values]).toEqual([1, 2.5]);
  });

  it('is refused with code, line and column of the fault', () => {
    const at = (code: string, line: number, column: number) => ({ code, file: 'f.csv', line, column });
    expect(refusal('1,2\n3,x\n')).toEqual(at('SIGNAL_NOT_A_NUMBER', 2, 3));
    expect(refusal('1,2\n3,\u00e9 4\n')).toEqual(at('SIGNAL_NOT_A_NUMBER', 2, 3));
    expect(refusal('1,abc,3\n')).toEqual(at('SIGNAL_NOT_A_NUMBER', 1, 3));
    expect(refusal('1,,3\n')).toEqual(at('SIGNAL_NOT_A_NUMBER', 1, 3));
    expect(refusal('1  2 0x10\n')).toEqual(at('SIGNAL_NOT_A_NUMBER', 1, 6));
    expect(refusal('1;2\n3;NaN\n')).toEqual(at('SIGNAL_NOT_FINITE', 2, 3));
    expect(refusal('nan nan\n')).toEqual(at('SIGNAL_NOT_FINITE', 1, 1));
    expect(refusal('1 -Infinity\n')).toEqual(at('SIGNAL_NOT_FINITE', 1, 3));
    expect(refusal('1 2\n1e39 3\n')).toEqual(at('SIGNAL_NOT_FINITE', 2, 1));
    expect(refusal('1 2 3\n4 5\n')).toEqual(at('SIGNAL_WRONG_COUNT', 2, 4));
    expect(refusal('1 2 3\n4 5 6 7\n')).toEqual(at('SIGNAL_WRONG_COUNT', 2, 7));
    expect(refusal('1 2 3 4\n', 3)).toEqual(at('SIGNAL_AXES_MISMATCH', 1, 7));
  });

  it('with decimal commas is told from one with mixed separators', () => {
    const at = (code: string, line: number, column: number) => ({ code, file: 'f.csv', line, column });
    expect(refusal('1,5;2,5\n')).toEqual(at('SIGNAL_DECIMAL_COMMA', 1, 1));
    expect(refusal('1;2;3,5\n')).toEqual(at('SIGNAL_DECIMAL_COMMA', 1, 5));
    expect(refusal('1,5 2,5\n')).toEqual(at('SIGNAL_DECIMAL_COMMA', 1, 1));
    expect(refusal('1\t-0,25\n')).toEqual(at('SIGNAL_DECIMAL_COMMA', 1, 3));
    expect(refusal('1 2 3\n4 5,5 6\n')).toEqual(at('SIGNAL_DECIMAL_COMMA', 2, 3));
    expect(refusal('1 2 3\n4,5 6\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 2, 1));
    expect(refusal('1 2 3\n4,5,6\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 2, 1));
    expect(refusal('1,2,3\n4;5;6\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 2, 1));
    expect(refusal('1,2,3\n4,5 6\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 2, 3));
    expect(refusal('1,2 3 4\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 1, 1));
    expect(refusal('1;2 3\n')).toEqual(at('SIGNAL_MIXED_SEPARATORS', 1, 3));
  });

  it('that is UTF-16, binary or empty is refused as that', () => {
    expect(refusal(utf16('1 2\n', true)).code).toBe('SIGNAL_FILE_UTF16');
    expect(refusal(utf16('1 2\n', true, true)).code).toBe('SIGNAL_FILE_UTF16');
    expect(refusal(utf16('1.25 2.5 3\n', false)).code).toBe('SIGNAL_FILE_UTF16');
    expect(refusal(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 9])).code).toBe(
      'SIGNAL_FILE_UNREADABLE',
    );
    for (const nothing of ['', '\n\n', 'x1,y1\n']) expect(refusal(nothing).code).toBe('SIGNAL_FILE_EMPTY');
  });

  it('means the same however it is cut into chunks', () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(',', ';', ' ', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        (rows, separator, end, chunkBytes) => {
          const text = rows.map((values) => values.join(separator)).join(end);
          const parsed = parse(`\uFEFFé,ü${end}${text}`, 3, chunkBytes);
          expect([...parsed.values]).toEqual(
            rows.flat().map((v) => Math.fround(Number.parseFloat(String(v)))),
          );
          expect(parsed.lineNumbers).toEqual(rows.map((_, i) => i + 2));
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});
