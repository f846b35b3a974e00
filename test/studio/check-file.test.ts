import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldOutLines, selectedRanges, selectionLines, splitLabel } from '../../src/engine/dataset/split.ts';
import { subsetRows } from '../../src/engine/dataset/subset.ts';
import { checkFile, isFit } from '../../src/studio/check-file.ts';
import { decimateFile } from '../../src/studio/decimate-file.ts';
import { readDataset } from '../../src/studio/read-dataset.ts';
import { repairFile } from '../../src/studio/repair-file.ts';
import { datasetPaths } from '../support/datasets.ts';

let folder = '';
let number = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${number++}.csv`);
  await writeFile(path, content);
  return path;
}
const rows = (count: number, width = 4) =>
  Array.from({ length: count }, (_, i) => Array.from({ length: width }, (_, j) => `${i}.${j + 1}`));
const text = (table: string[][], separator = ';') => table.map((row) => row.join(separator)).join('\n');

describe('what is no signal file', () => {
  it.each([
    ['a folder', async () => folder, /it is a folder/],
    ['nothing', async () => join(folder, 'absent.csv'), /no such file/],
    ['below a file', async () => join(await file('1'), 'x.csv'), /no such file/],
    ['a program', () => file(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 9, 10, 0])), /not text/],
    ['random bytes', () => file(Uint8Array.from({ length: 999 }, (_, i) => (i * 89 + 7) & 255)), /./],
  ])('%s is a blocking finding, not an exception', async (_, path, message) => {
    const { findings } = await checkFile(await path(), { axes: 1 });
    expect(findings[0]).toMatchObject({ level: 'blocking', message: expect.stringMatching(message) });
  });

  it('an interruption ends the check', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(checkFile(await file('1\n'), { axes: 1, signal })).rejects.toThrow('enough');
  });
});

const SETS: [string, number][] = [
  ['ceiling_fan', 3],
  ['cooler_fan_uci', 3],
  ['fan_current_st', 1],
  ['har_squat', 3],
  ['hydraulic_leak', 8],
  ['machine_temperature', 1],
  ['room_occupancy_mv', 5],
];
describe('honest recordings', () => {
  it.each(SETS)('%s are fit, and nothing strong is said of them', async (name, axes) => {
    const paths = datasetPaths(name);
    if ('missing' in paths) return;
    for (const path of [paths.regular, paths.abnormal]) {
      const checked = await checkFile(path, { axes });
      expect(isFit(checked)).toBe(true);
      expect(checked.findings.filter(({ level }) => level === 'strong')).toEqual([]);
    }
  });
});

const repaired = async (content: string | Uint8Array, options: object = {}) => {
  const input = await file(content);
  const output = join(folder, `${number++}-fixed.csv`);
  const repair = await repairFile(input, output, { axes: 1, ...options });
  const done: Record<string, unknown> = Object.fromEntries(
    repair.steps.map(({ what, lines }) => [what, lines]),
  );
  return { done, text: await readFile(output, 'utf8'), original: await readFile(input), ...repair };
};

describe('a repaired copy', () => {
  it('has everything put right that can be, and tells what was done to which lines', async () => {
    const table = rows(40);
    const lines = text(table).split('\n');
    lines[2] += ';';
    lines[4] = lines[4]!.replaceAll('.', ',');
    lines[5] = lines[5]!.replaceAll('.', ',');
    lines[7] = lines[7]!.replaceAll(';', '\t');
    lines[9] = '1;2;3';
    lines[11] = '1;nan;3;4';
    lines[13] = '"13.1";"13.2";"13.3";"13.4"';
    lines[15] = '1;;3;4';
    lines[17] = '1;1e99;3;4';
    lines[19] = lines[18]!;
    const content = `\uFEFFa;b;c;d\r\n${lines.join('\r\n')}\r\n\r\n`;
    const { done, text: fixed, linesKept, checked } = await repaired(content);
    expect(done).toEqual({
      'byte order mark': [[1, 1]],
      'CRLF → LF': [[1, 42]],
      'dropped: header': [[1, 1]],
      'trailing separator': [[4, 4]],
      'decimal comma': [[6, 7]],
      'mixed separators': [[9, 9]],
      'dropped: wrong count': [[11, 11]],
      'dropped: NaN or infinity': [
        [13, 13],
        [19, 19],
      ],
      quotes: [[15, 15]],
      'dropped: not a number': [[17, 17]],
      'dropped: blank line': [[42, 42]],
    });
    table[19] = table[18]!;
    const kept = table.filter((_, i) => ![9, 11, 15, 17].includes(i));
    expect(fixed).toBe(`${text(kept)}\n`);
    expect([linesKept, isFit(checked)]).toEqual([36, true]);
    expect((await repaired(content, { dropDuplicates: true })).done['dropped: duplicate']).toEqual([
      [21, 21],
    ]);
  });

  it('has no quotes any more where every field has them, and points for the commas inside them', async () => {
    const quoted = (table: readonly (readonly string[])[]): string =>
      text(
        table.map((row) => row.map((value) => `"${value}"`)),
        ',',
      );
    const header = '"a","b","c","d"\n';
    const { done, text: fixed } = await repaired(header + quoted(rows(25)));
    expect([done, fixed]).toEqual([
      { 'dropped: header': [[1, 1]], quotes: [[2, 26]] },
      `${text(rows(25), ',')}\n`,
    ]);
    const commas = rows(25).map((row) => row.map((value) => value.replace('.', ',')));
    expect((await repaired(quoted(commas))).text).toBe(fixed);
  });

  it('is UTF-8 of UTF-16, either way round', async () => {
    const content = `\uFEFF${text(rows(25))}`;
    const little = Buffer.from(content, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect((await repaired(bytes)).text).toBe(`${text(rows(25))}\n`);
    }
  });

  it('joins whole parts and fractions between commas only where they are proven', async () => {
    const commas = rows(25).map((row) => row.map((value) => value.replace('.', ',0')));
    const points = rows(25).map((row) => row.map((value) => value.replace('.', '.0')));
    expect((await repaired(text(commas, ','))).text).toBe(`${text(points, ',')}\n`);
    const whole = text(
      rows(25).map((row) => row.map((value) => value.replace('.', ','))),
      ',',
    );
    expect((await repaired(whole)).text).toBe(`${whole}\n`);
  });

  it('is not written where something stands, over the original, or when it would not be fit', async () => {
    const input = await file(text(rows(25)));
    const other = await file('precious');
    const before = await stat(input);
    await expect(repairFile(input, other, { axes: 1 })).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITTEN' });
    await expect(repairFile(input, input, { axes: 1, force: true })).rejects.toThrow(/original/);
    expect(await readFile(other, 'utf8')).toBe('precious');
    await repairFile(input, other, { axes: 1, force: true });
    expect(await readFile(other, 'utf8')).toBe(`${text(rows(25))}\n`);
    const absent = join(folder, 'never.csv');
    await expect(repairFile(input, absent, { axes: 3 })).rejects.toMatchObject({
      code: 'SIGNAL_AXES_MISMATCH',
    });
    const few = await file(text(rows(19)));
    await expect(repairFile(few, absent, { axes: 1 })).rejects.toMatchObject({
      code: 'SIGNAL_TOO_FEW_LINES',
    });
    expect(
      (await readdir(folder)).filter((name) => name.includes('never') || name.includes('partial')),
    ).toEqual([]);
    expect((await stat(input)).mtimeMs).toBe(before.mtimeMs);
  });

  it('keeps the values of all lines that nothing is wrong with, whatever happens to the others', async () => {
    const spoil = fc.constantFrom(
      'x',
      '1;2',
      '1;nan;3;4',
      '',
      '1;2;3;4;5',
      '"',
      ';;;',
      '1 2 3',
      '1,5;2;3;4',
      '\uFEFF',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: spoil }), {
          minLength: 60,
          maxLength: 60,
        }),
        async (spoils) => {
          const table = rows(60);
          const content = table.map((row, i) => spoils[i] ?? row.join(';')).join('\n');
          const { text: fixed, checked } = await repaired(content);
          expect(isFit(checked)).toBe(true);
          const kept = fixed.split('\n');
          for (const [i, row] of table.entries())
            if (spoils[i] === null) expect(kept).toContain(row.join(';'));
        },
      ),
      { seed: 31, numRuns: 15 },
    );
  });
});

describe('a file of more than 20,000 lines', () => {
  it('is searched by an ordered subset of the whole, and says so; the held-out quarter is that of the file', async () => {
    const all = 48_000;
    const path = await file(`x\n${Array.from({ length: all }, (_, i) => i + 0.5).join('\n')}\n\n`);
    const dataset = await readDataset(path, { axes: 1, forSearch: true });
    expect(dataset.lines).toBe(20_000);
    expect(dataset.findings[0]).toMatchObject({ kind: 'subset', message: expect.stringContaining('48000') });
    expect([...dataset.values]).toEqual(dataset.lineNumbers.map((line) => line - 2 + 0.5));
    const split = splitLabel('regular', [dataset], 1);
    expect([split.lines.length, split.linesInFiles, split.selectionCount]).toEqual([20_000, all, 15_000]);
    expect(Math.max(...selectionLines(split).map(({ line }) => line))).toBeLessThanOrEqual(1 + 0.75 * all);
    expect(Math.min(...heldOutLines(split).map(({ line }) => line))).toBeGreaterThan(1 + 0.75 * all);
    const ranges = selectedRanges(split)[0]!.ranges;
    const covered = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    expect(covered).toBe(15_000);
    expect((await readDataset(path, { axes: 1 })).lines).toBe(all);
    expect((await readDataset(path, { axes: 1, forSearch: true })).lineNumbers).toEqual(dataset.lineNumbers);
  });

  it('has a gap where its lines overlap, and two files share the 20,000', async () => {
    const overlapping = await file(
      Array.from({ length: 24_000 }, (_, i) => `${i} ${i + 1} ${i + 2} ${i + 3}`).join('\n'),
    );
    const dataset = await readDataset(overlapping, { axes: 1, forSearch: true });
    const split = splitLabel('abnormal', [dataset], 1);
    expect(split.overlapSamples).toBe(3);
    expect(Math.max(...selectionLines(split).map(({ line }) => line))).toBeLessThanOrEqual(12_000 - 3);
    const two = splitLabel('regular', [dataset, dataset], 1);
    expect([two.lines.length, two.linesInFiles]).toEqual([20_000, 48_000]);
    expect(Math.abs(two.selectionCount - 15_000)).toBeLessThan(30);
  });

  it('subset rows are drawn one of each stratum, the same every time', () => {
    const drawn = subsetRows(100_000, 1000);
    expect(drawn).toEqual(subsetRows(100_000, 1000));
    expect(drawn.every((row, i) => Math.floor(row / 100) === i)).toBe(true);
    expect(new Set(drawn.map((row) => row % 100)).size).toBeGreaterThan(50);
    expect(subsetRows(3)).toEqual([0, 1, 2]);
  });
});

it('a decimated file holds every k-th sample with all its axes', async () => {
  const output = join(folder, 'decimated.csv');
  await decimateFile(await file('a\n1,2,3,4,5,6,7,8,9,10\n-1.5,0.1,0,0,0,0,.25,0,0,0\n'), output, {
    axes: 2,
    rate: 3,
  });
  expect(await readFile(output, 'utf8')).toBe('1 2 7 8\n-1.5 0.100000001 0.25 0\n');
});
