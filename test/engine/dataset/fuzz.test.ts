import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberScanner } from '../../../src/engine/dataset/number-scanner.ts';
import { SignalParser } from '../../../src/engine/dataset/parser.ts';
import { isNumber } from '../../../src/engine/dataset/separator.ts';
import { NeaiError } from '../../../src/shared/errors.ts';
import { checked } from './checked.ts';

const encoder = new TextEncoder();

/** What the strict parser makes of bytes: values, or its refusal. */
function parsed(bytes: Uint8Array, axes: number, chunkBytes: number) {
  const parser = new SignalParser({ file: 'f.csv', axes });
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) parser.push(bytes.subarray(at, at + chunkBytes));
    return { signals: parser.end() };
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    return { code: error.code, file: error.details.file };
  }
}

const NUMBERS = [
  '0',
  '-0',
  '1',
  '+2',
  '.5',
  '-3.',
  '1e3',
  '1E-7',
  '12345678901234567890',
  '0.1',
  '3.4e38',
  '1e-50',
];
const ODD = [
  '',
  'x',
  'NaN',
  '-inf',
  '1e400',
  '1e39',
  '1_000',
  '0x10',
  '٣',
  '"1"',
  '1,5',
  '1.2.3',
  '--1',
  '1e',
  '\u00a0',
  '\ufeff',
];
const field = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);
const separator = fc.oneof(
  { weight: 30, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(',', ';', ' ', '\t', ', ', ';;') },
);
/** Files that are nearly right: one separator and one count, with a slip here and there. */
const nearlyRight = fc
  .record({
    own: fc.constantFrom(',', ';', ' ', '\t'),
    width: fc.integer({ min: 1, max: 5 }),
    rows: fc.array(fc.tuple(fc.array(field, { minLength: 5, maxLength: 6 }), separator), {
      minLength: 1,
      maxLength: 40,
    }),
    end: fc.constantFrom('\n', '\r\n', '\n\n'),
    head: fc.constantFrom('', '\ufeff', 'a,b\n', '\n'),
    slip: fc.boolean(),
  })
  .map(({ own, width, rows, end, head, slip }) => {
    const texts = rows.map(([fields, other]) =>
      fields.slice(0, slip && other !== null ? width + 1 : width).join((slip ? other : null) ?? own),
    );
    return head + texts.join(end);
  });

describe('any bytes at all', () => {
  it('are a list of signals or a refusal with a code and the name of the file, never a half result', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      nearlyRight.map((text) => encoder.encode(text)),
    );
    fc.assert(
      fc.property(
        content,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 90 }),
        (bytes, axes, chunk) => {
          const result = parsed(bytes, axes, chunk);
          if (!('signals' in result)) expect(result).toMatchObject({ code: /^SIGNAL_/, file: 'f.csv' });
          else {
            const { values, lines, valuesPerLine, lineNumbers } = result.signals!;
            expect(values).toHaveLength(lines * valuesPerLine);
            expect(lineNumbers).toHaveLength(lines);
            expect(valuesPerLine % axes).toBe(0);
            expect(values.every(Number.isFinite)).toBe(true);
          }
        },
      ),
      { seed: 21, numRuns: 400 },
    );
  });

  it('are fit for check exactly when a search would take them, however they are cut into chunks', () => {
    fc.assert(
      fc.property(nearlyRight, fc.integer({ min: 1, max: 90 }), (text, chunk) => {
        const bytes = encoder.encode(text);
        const strict = parsed(bytes, 1, Number.POSITIVE_INFINITY);
        const searchable = 'signals' in strict && strict.signals!.lines >= 20;
        const { findings } = checked(bytes, 1, {}, chunk);
        expect(findings.every(({ level }) => level !== 'blocking')).toBe(searchable);
        if ('code' in strict) expect(findings.map(({ code }) => code)).toContain(strict.code);
      }),
      { seed: 22, numRuns: 400 },
    );
  });
});

describe('the fast way of reading numbers', () => {
  const text = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
    fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -30, max: 30 })).map(([m, e]) => `${m}e${e}`),
    fc.tuple(fc.nat(99999), fc.nat(99999)).map(([a, b]) => `-${a}.${b}`),
    fc.constantFrom(...NUMBERS),
  );

  it('gives fround(parseFloat(text)), to the bit', () => {
    const scanner = new NumberScanner();
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(' ', ',', ';', '\t'),
        (texts, own) => {
          const bytes = encoder.encode(texts.join(own));
          const values = texts.map((one) => Math.fround(Number.parseFloat(one)));
          const read = scanner.scan(bytes, 0, bytes.length, own.charCodeAt(0));
          expect(read).toBe(values.every(Number.isFinite));
          if (read) expect(scanner.line()).toEqual(Float32Array.from(values));
        },
      ),
      { seed: 23, numRuns: 2000 },
    );
  });

  it('never takes for a number what is none', () => {
    const scanner = new NumberScanner();
    const almost = fc.string({ unit: fc.constantFrom(...'0123456789+-.eE_xN '), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.oneof(almost, fc.constantFrom(...ODD)), (one) => {
        const bytes = encoder.encode(one);
        if (scanner.scan(bytes, 0, bytes.length, 0)) expect(isNumber(one.trim())).toBe(true);
      }),
      { seed: 24, numRuns: 2000 },
    );
  });
});

describe('what people hand in', () => {
  it('a million columns are read', () => {
    const { valuesPerLine, lines } = checked(`${'1 '.repeat(1_000_000)}\n`.repeat(2));
    expect({ valuesPerLine, lines }).toEqual({ valuesPerLine: 1_000_000, lines: 2 });
  });

  it.each(['1_000', '0x1F', '٣', '１', '1e400', 'Infinity', '1,000.5', '½', 'true', 'null', '#N/A', '1f'])(
    '%s is no value',
    (odd) => {
      const rows = Array.from({ length: 30 }, (_, i) => `${i} ${i === 4 ? odd : i * i}`);
      const { findings } = checked(rows.join('\n'));
      expect(findings[0]).toMatchObject({ level: 'blocking', places: [{ line: 5, column: 3 }] });
    },
  );

  it('-0 is a value, and equal to 0', () => {
    const rows = Array.from({ length: 30 }, (_, i) => (i === 3 ? '-0 7' : i === 9 ? '0 7' : `${i} 1`));
    const { findings } = checked(rows.join('\n'));
    expect(findings.find(({ kind }) => kind === 'duplicate')).toMatchObject({
      places: [{ line: 10, column: 1 }],
    });
  });
});
