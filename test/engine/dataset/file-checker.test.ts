import { describe, expect, it } from 'vitest';
import { checked, noiseLines, told, withLine } from './checked.ts';

/** Ten more than 100, so that a faulty line does not make the file a small one. */
const lines = noiseLines(110);
const values = (line: string): string[] => line.split(' ');

describe('a file with just one fault', () => {
  it('and a clean one has no finding at all', () => {
    expect(told(checked(lines.join('\n')))).toEqual([]);
    expect(told(checked(lines.join('\r\n'), 4, {}, 777))).toEqual([]);
  });

  it.each<[string, string, number, string[]]>([
    ['NaN', withLine(lines, 7, (old) => old.replace(/^\S+/, 'nan')), 1, ['blocking NaN or infinity 1 × 7:1']],
    [
      'too large',
      withLine(lines, 7, (old) => `${old.slice(0, -8)}1e400`),
      1,
      ['blocking NaN or infinity 1 ×'],
    ],
    ['a word', withLine(lines, 3, (old) => old.replace(/^\S+ /, 'x ')), 1, ['blocking not a number 1 × 3:1']],
    [
      'a decimal comma',
      withLine(lines, 3, (o) => o.replace('.', ',')),
      1,
      ['blocking decimal comma 1 × 3:1'],
    ],
    [
      'another separator',
      withLine(lines, 3, (o) => o.replaceAll(' ', ';')),
      1,
      ['blocking mixed separators 1 × 3:1'],
    ],
    ['a short line', withLine(lines, 9, (o) => o.replace(/ \S+$/, '')), 1, ['blocking wrong count 1 × 9:']],
    ['a long line', withLine(lines, 9, (o) => `${o} 1`), 1, ['blocking wrong count 1 × 9:']],
    ['axes that do not divide', lines.join('\n'), 3, ['blocking axes 110 × 1:']],
    ['few lines', lines.slice(0, 19).join('\n'), 1, ['blocking too few lines 1 ×', 'strong few lines 1 ×']],
    ['20 lines', lines.slice(0, 20).join('\n'), 1, ['strong few lines 1 ×']],
    ['49 lines', lines.slice(0, 49).join('\n'), 1, ['strong few lines 1 ×']],
    ['50 lines', lines.slice(0, 50).join('\n'), 1, ['mild few lines 1 ×']],
    ['99 lines', lines.slice(0, 99).join('\n'), 1, ['mild few lines 1 ×']],
    ['nothing', '', 1, ['blocking empty 1 ×']],
    ['a header and nothing', 'x,y\n', 1, ['blocking empty 1 ×', 'note header 1 × 1:1']],
    ['no power of two', noiseLines(100, 130).join('\n'), 1, ['advice buffer size 1 ×']],
    ['short lines', noiseLines(100, 64).join('\n'), 1, ['advice short lines 1 ×']],
    ['a header', `a b c\n${lines.join('\n')}`, 1, ['note header 1 × 1:1']],
    ['a byte order mark', `\uFEFF${lines.join('\n')}`, 1, ['note byte order mark 1 × 1:1']],
    ['trailing separators', withLine(lines, 4, (o) => `${o} `), 1, ['note trailing separator 1 × 4:1']],
    [
      'column numbers',
      `${Array.from({ length: 128 }, (_, i) => i).join(' ')}\n${lines.join('\n')}`,
      1,
      ['strong column numbers 1 × 1:1', 'advice outlier 1 × 1:1'],
    ],
    [
      'a constant axis',
      withLine(lines, 5, (o) =>
        values(o)
          .map((v, i) => (i % 4 === 2 ? '7' : v))
          .join(' '),
      ),
      4,
      ['mild constant 1 × 5:', 'advice outlier 1 × 5:1'],
    ],
    ['a duplicate', withLine(lines, 9, lines[1]!), 1, ['mild duplicate 1 × 9:1']],
    [
      'a loud line',
      withLine(lines, 60, (o) =>
        values(o)
          .map((v) => 30 * Number(v))
          .join(' '),
      ),
      1,
      ['advice outlier 1 × 60:1'],
    ],
    [
      'overlapping lines',
      withLine(lines, 31, (o) => [...values(lines[29]!).slice(-8), ...values(o).slice(8)].join(' ')),
      1,
      ['advice overlap 1 × 30:1'],
    ],
    [
      'a run of four',
      withLine(lines, 6, (o) => ['.5', '.5', '.5', '.5', ...values(o).slice(4)].join(' ')),
      1,
      ['mild repetition 1 × 6:4'],
    ],
    [
      'two repeated pairs',
      withLine(lines, 6, (o) => ['.5', '.5', '.6', '.6', ...values(o).slice(4)].join(' ')),
      1,
      ['mild repetition 1 × 6:4'],
    ],
  ])('%s is told, and nothing else', (_, content, axes, expected) => {
    const found = told(checked(content, axes));
    expect(found).toHaveLength(expected.length);
    for (const [i, one] of expected.entries()) expect(found[i]).toContain(one);
  });

  it('seven shared samples, one repeated pair and a run of three are not worth a word', () => {
    const seven = [...values(lines[29]!).slice(-7), ...values(lines[30]!).slice(7)].join(' ');
    expect(told(checked(withLine(lines, 31, seven)))).toEqual([]);
    const pair = ['.5', '.5', ...values(lines[5]!).slice(2)].join(' ');
    expect(told(checked(withLine(lines, 6, pair)))).toEqual([]);
  });

  it('repetition counts samples of all axes, not values of one', () => {
    const oneAxis = lines.map((line) =>
      values(line)
        .map((v, i) => (i % 2 === 0 ? '1' : v))
        .join(' '),
    );
    expect(told(checked(oneAxis.join('\n'), 2))).toEqual([expect.stringContaining('mild constant 110 ×')]);
  });

  it('one equal pair in every line is more than 1 % of a file of short lines', () => {
    const short = noiseLines(100, 32).map((line) => [values(line)[1], ...values(line).slice(1)].join(' '));
    expect(told(checked(short.join('\n')))).toContainEqual(expect.stringContaining('mild repetition 100 ×'));
  });

  it('at buffer size 1 lines are neither short nor constant nor repeated', () => {
    expect(told(checked(noiseLines(100, 5).join('\n'), 5))).toEqual([]);
  });
});

describe('a file with many faults', () => {
  it('has all of them told in one pass, the first five of each kind, all counted', () => {
    const bad = lines.map((line, i) => (i % 10 === 3 ? line.replace(/^\S+/, 'inf') : line));
    bad[50] = `${bad[50]} 3`;
    bad[51] = bad[51]!.replace(/^(\S+) (\S+)/, 'what NaN');
    const found = told(checked(bad.join('\n')));
    expect(found[0]).toBe('blocking NaN or infinity 12 × 4:1 14:1 24:1 34:1 44:1');
    expect(found[1]).toBe('blocking not a number 1 × 52:1');
    expect(found[2]).toMatch(/^blocking wrong count 1 × 51:\d+$/);
  });

  it('is judged by the count of values that most lines have, not by its first line', () => {
    const cut = withLine(lines, 1, '1 2 3');
    const result = checked(cut);
    expect(result.valuesPerLine).toBe(128);
    expect(told(result)[0]).toBe('blocking wrong count 1 × 1:6');
    expect(told(result).slice(1)).toEqual([]);
  });

  it('every finding has words and a remedy', () => {
    const { findings } = checked(`\uFEFFa,b\n1,2,\n3;4\n1,x\n1,nan\n1,2,3\n`);
    expect(findings.length).toBeGreaterThan(6);
    for (const { message, remedy, code, level } of findings) {
      expect(message.length).toBeGreaterThan(10);
      expect(remedy.length).toBeGreaterThan(5);
      expect(code === undefined).toBe(level !== 'blocking');
    }
  });
});

describe('a long file', () => {
  it('of more than 100,000 lines is advised against, with every duplicate counted', () => {
    const content = Array.from({ length: 100_001 }, (_, i) => `${i % 100_000}.5`).join('\n');
    const found = told(checked(content));
    expect(found).toContainEqual('advice many lines 1 ×');
    expect(found).toContainEqual('mild duplicate 1 × 100001:1');
  });
});
