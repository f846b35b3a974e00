import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percent, rangeLines, ranges, seconds } from '../../reports/format.ts';
import { html, jsonForScript } from '../../reports/html.ts';

describe('markup', () => {
  test('values are escaped, markup is not, lists are joined, null and false vanish', () => {
    const inner = html`<b>${'a<b'}</b>`;
    expect(html`<p title="${'"x\''}">${inner}${[inner, 'c&d']}${null}${false}${0}</p>`.text).toBe(
      '<p title="&quot;x&#39;"><b>a&lt;b</b><b>a&lt;b</b>c&amp;d0</p>',
    );
  });

  test('no text gets out of an element, an attribute or a script', () => {
    const dangerous = ['<', '>', '"', "'", '&', '/', '\u2028', '\u2029', '</script', '<!--', 'é', '\ud83d'];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...dangerous) }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']/);
        const json = jsonForScript({ text }).text;
        expect(json).not.toMatch(/[<>\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe('figures in words', () => {
  test.each([
    [0.89999, '89.99 %'],
    [0.9, '90 %'],
    [2 / 3, '66.66 %'],
    [1, '100 %'],
    [null, 'not shown'],
  ])('the fraction %d reads %s: never rounded up to a limit it missed', (fraction, text) => {
    expect(percent(fraction)).toBe(text);
  });

  test('times take the unit that suits them', () => {
    expect([0, 0.0042, 0.21, 48.72, 135].map(seconds)).toEqual([
      '0 ms',
      '4.2 ms',
      '0.21 s',
      '48.7 s',
      '2 min 15 s',
    ]);
  });

  test('ranges name single lines once and count overlapping lines once', () => {
    expect(
      ranges([
        [1, 60],
        [75, 75],
      ]),
    ).toBe('1–60, 75');
    expect(ranges([])).toBe('–');
    expect(
      rangeLines([
        [5, 10],
        [1, 6],
        [20, 20],
        [8, 9],
      ]),
    ).toBe(11);
  });
});
