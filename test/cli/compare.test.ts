import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRunRecord } from '../../src/record/codec.ts';
import { type CompareSummary, compareSummarySchema } from '../../src/record/summary.ts';
import { generateMotor } from '../../src/studio/motor.ts';
import { datasetPaths } from '../support/datasets.ts';
import { type NeaiResult, runNeai } from './run-neai.ts';

const BOARD = ['--board', 'nucleo-l432kc'];
const folder = mkdtempSync(join(tmpdir(), 'neai-compare-'));
const regular = join(folder, 'regular.csv');
const abnormal = join(folder, 'abnormal.csv');

const compare = (...args: string[]): Promise<NeaiResult> =>
  runNeai(folder, 'compare', ...args, ...BOARD, '--json');
const summaryOf = ({ stdout }: NeaiResult): CompareSummary => compareSummarySchema.parse(JSON.parse(stdout));
const recordOf = ({ record }: CompareSummary) => decodeRunRecord(readFileSync(record, 'utf8'), record);

beforeAll(() => {
  const motor = generateMotor({ seed: 11, regularLines: 80, abnormalLines: 40, bufferSize: 64 });
  writeFileSync(regular, `${motor.regular.join('\n')}\n`);
  writeFileSync(abnormal, `${motor.abnormal.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('neai compare on a virtual board', () => {
  let searched: NeaiResult;
  const library = (): string => join(summaryOf(searched).record, '..');

  beforeAll(async () => {
    searched = await compare(
      '--regular',
      regular,
      '--abnormal',
      abnormal,
      '--axes',
      '3',
      '--evaluations',
      '40',
    );
  }, 240_000);

  test('finds a library and proves board and emulator identical after every call', () => {
    expect(searched.exitCode, searched.stderr).toBe(0);
    const summary = summaryOf(searched);
    expect(summary.equivalence).toEqual({ verdict: 'PASS', reasons: [] });
    expect(summary.fitness.verdict).toBe('PASS');
    expect(summary.evidence).toMatchObject({
      kind: 'virtual',
      uniqueId: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    expect(summary).toMatchObject({ identical: true, signals: 100, mismatches: 0, firstMismatch: null });
    expect(summary.board).toEqual(summary.emulator);
    expect(summary.perCall.unit).toBe('instructions');
    expect(summary.perCall.learn).toBeGreaterThan(1000);
    expect(summary.footprint!.neaiBytes).toBeGreaterThan(0);
    expect(summary.link!.seconds).toBeGreaterThan((summary.link!.bytes * 10) / summary.link!.baud / 2);
  });

  test('learns the selection part and detects only what the search never saw', () => {
    const record = recordOf(summaryOf(searched));
    expect(record.dataset.files).toMatchObject([
      { label: 'nominal', lines: 80, searched: [[1, 60]], learned: [[1, 60]], detected: [[61, 80]] },
      { label: 'anomaly', lines: 40, searched: [[1, 20]], learned: [], detected: [[21, 40]] },
    ]);
    expect(record.calls.seen).not.toContain('1');
    expect(record.console.join('\n')).toContain(record.library.id);
  });

  test('leaves a page and a record that say where the verdicts come from', () => {
    const { report } = summaryOf(searched);
    expect(readFileSync(report, 'utf8')).toContain('no sign-off of silicon');
  });

  test('tells what the library costs: bytes net of the firmware, stack by kind of call, ticks with their tail', () => {
    const { footprint, perCall } = recordOf(summaryOf(searched));
    const library = footprint!.library!;
    expect(library.neai).toBe(footprint!.neaiBytes);
    expect(library.text).toBeGreaterThan(500);
    expect(library.text + library.rodata + library.data).toBeLessThan(footprint!.flashBytes / 2);
    const stack = Object.fromEntries(footprint!.stackByCall.map(({ call, ...bytes }) => [call, bytes]));
    expect(Object.keys(stack)).toEqual(expect.arrayContaining(['hello', 'initialize', 'learn', 'detect']));
    expect(stack['hello']!.libraryBytes).toBeNull();
    for (const call of ['learn', 'detect']) {
      const { stackBytes, libraryBytes } = stack[call]!;
      expect(libraryBytes).toBeGreaterThan(16);
      expect(stackBytes).toBeGreaterThan(libraryBytes!);
      expect(stackBytes).toBeLessThanOrEqual(footprint!.stackBytes!);
    }
    const { median, p99, max } = perCall.learn!;
    expect(p99).toBeGreaterThanOrEqual(median);
    expect(max).toBeGreaterThanOrEqual(p99);
  });

  test('fails fitness where a budget of the project is exceeded, and says by how much', async () => {
    const project = join(folder, 'project');
    const made = ['project', 'create', project, '--name', 'motor', '--board', 'nucleo-l432kc'];
    const sensor = ['--sensor', 'accelerometer', '--axes', '3'];
    await runNeai(folder, ...made, ...sensor, '--max-stack', '60000', '--max-learn', '10');
    const result = await compare(
      ...['--library', library(), '--learn', `${regular}:1-40`, '--project', project, '--max-detect', '11'],
      ...['--detect', `${regular}:61-70=nominal`, `${abnormal}:21-30=anomaly`],
    );
    expect(result.exitCode, result.stderr).toBe(4);
    const { criteria } = recordOf(summaryOf(result));
    const verdicts = Object.fromEntries(criteria.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({ stack: 'PASS', 'longest learn': 'FAIL', 'longest detect': 'FAIL' });
    const reasons = summaryOf(result).fitness.reasons.join('; ');
    expect(reasons).toMatch(
      /longest learn [\d,]+ instructions is [\d,]+ instructions above the limit of 10 instructions/,
    );
  }, 120_000);

  test('validates a fixed library and leaves lines out of accuracy that search or learning has seen', async () => {
    const result = await compare(
      ...['--baud', 'negotiate', '--library', library(), '--learn', `${regular}:1-40`],
      ...['--detect', `${regular}:31-80=nominal`, `${abnormal}:11-40=anomaly`, `${abnormal}:1-5=unknown`],
    );
    const summary = summaryOf(result);
    expect(summary).toMatchObject({ identical: true, signals: 125 });
    const record = recordOf(summary);
    // The line was raised, and summary and record say where it stood; without a wish it stays where a reset leaves it.
    expect(summary.link!.baud).toBe(2_000_000);
    expect(summaryOf(searched).link!.baud).toBe(115_200);
    expect(JSON.stringify(record)).toContain('goes on at 2000000 baud (wished: negotiate)');
    expect(record.dataset.files).toMatchObject([
      { searched: [[1, 60]], learned: [[1, 40]], detected: [[31, 80]] },
      {
        searched: [[1, 20]],
        learned: [],
        detected: [
          [1, 5],
          [11, 40],
        ],
      },
    ]);
    // 31-60 of the regular file and 1-5, 11-20 of the other were shown to the search.
    const seen = [...record.calls.seen].filter((flag) => flag === '1');
    expect(seen).toHaveLength(30 + 10 + 5);
    expect(record.calls.label.startsWith('-'.repeat(41))).toBe(true);
  }, 120_000);

  test('recognises lines in a reformatted copy of a file that the search has seen', async () => {
    const copy = join(folder, 'copy.txt');
    const lines = readFileSync(regular, 'utf8').split('\n').slice(49, 70);
    writeFileSync(copy, lines.join('\n').replaceAll(',', ' '));
    const result = await compare(
      '--library',
      library(),
      '--detect',
      `${copy}=nominal`,
      '--learn',
      `${regular}:1-30`,
    );
    const record = recordOf(summaryOf(result));
    expect(record.dataset.files[0]).toMatchObject({ searched: [[1, 60]], learned: [[1, 30]] });
    expect(record.dataset.files[1]!.searched).toEqual([[1, 11]]);
    expect(summaryOf(result).fitness.verdict).toBe('NOT SHOWN');
    expect(result.exitCode).toBe(0);
  }, 120_000);

  test('fitness that fails ends with status 4 and says by how much', async () => {
    const swapped = await compare(
      ...['--library', library(), '--learn', `${regular}:1-60`],
      ...['--detect', `${regular}:61-80=anomaly`, `${abnormal}:21-40=nominal`],
    );
    expect(swapped.exitCode, swapped.stderr).toBe(4);
    const { equivalence, fitness } = summaryOf(swapped);
    expect(equivalence.verdict).toBe('PASS');
    expect(fitness.verdict).toBe('FAIL');
    expect(fitness.reasons.join('\n')).toMatch(/balanced accuracy .* % is .* points below the limit of 90 %/);
  }, 120_000);

  test('a compiler that fuses multiply and add is found: status 1, with the first call that parts', async () => {
    const bin = join(folder, 'fusing');
    mkdirSync(bin);
    const real = execaSync('sh', ['-c', 'command -v arm-none-eabi-gcc']).stdout;
    const wrapper = join(bin, 'arm-none-eabi-gcc');
    writeFileSync(wrapper, `#!/bin/sh\nexec ${real} "$@" -ffp-contract=fast\n`);
    chmodSync(wrapper, 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}${delimiter}${before}`;
    try {
      const result = await compare('--library', library(), '--learn', `${regular}:1-30`);
      expect(result.exitCode, result.stderr).toBe(1);
      const { equivalence, firstMismatch, mismatches } = summaryOf(result);
      expect(equivalence.verdict).toBe('FAIL');
      expect(mismatches).toBeGreaterThan(0);
      expect(firstMismatch).toMatchObject({ file: regular, field: 'digest' });
      expect(equivalence.reasons[0]).toContain(`line ${firstMismatch!.line}`);
    } finally {
      process.env['PATH'] = before;
    }
  }, 120_000);
});

describe('neai compare refuses', () => {
  const refusals: [string, string[], string][] = [
    ['a label that is none', ['--library', 'L', '--detect', 'f.csv=good'], 'USAGE'],
    ['two forms mixed', ['--library', 'L', '--regular', 'f.csv'], 'USAGE'],
    ['signal files without axes', ['--regular', 'f.csv'], 'USAGE'],
    ['a library that is not there', ['--library', 'none', '--learn', 'f.csv'], 'LIBRARY_NOT_FOUND'],
    ['a file that is not there', ['--regular', 'none.csv', '--axes', '3'], 'SIGNAL_FILE_UNREADABLE'],
  ];
  test.for(refusals)('%s', async ([, args, code]) => {
    const result = await compare(...args);
    expect(result.exitCode).toBe(2);
    expect(JSON.parse(result.stdout).error.code).toBe(code);
    expect(result.stderr).toContain(code);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });
});

/** All lines of them every night (scripts/nightly-difference.ts); in between so many of the first. */
const SHORT = { regular: 240, abnormal: 120 };
const isLong = process.env['NEAI_DATASETS_LONG'] === '1';

/** A file of the first lines of another, or that file itself. */
function firstLines(path: string, count: number): string {
  if (isLong) return path;
  const short = join(folder, path.replaceAll('/', '-'));
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, count);
  writeFileSync(short, `${lines.join('\n')}\n`);
  return short;
}

describe('neai compare on recorded machines', () => {
  const machines: [string, string, number, number[]][] = [
    ['ceiling_fan', '3', 0.97, [0, 4]],
    ['room_occupancy_mv', '5', 0.75, [4]],
  ];
  test.for(machines)(
    '%s: identical, and as accurate as it should be',
    { timeout: 400_000 },
    async ([name, axes, least, statuses], { skip }) => {
      const paths = datasetPaths(name);
      if ('missing' in paths) return skip(paths.missing);
      const files = [
        ...['--regular', firstLines(paths.regular, SHORT.regular)],
        ...['--abnormal', firstLines(paths.abnormal, SHORT.abnormal)],
      ];
      const result = await compare(...files, '--axes', axes);
      const summary = summaryOf(result);
      expect(summary).toMatchObject({ identical: true, mismatches: 0, equivalence: { verdict: 'PASS' } });
      expect(summary.board.balancedAccuracy).toBeGreaterThanOrEqual(least);
      expect(summary.board).toEqual(summary.emulator);
      expect(statuses).toContain(result.exitCode);
      if (result.exitCode === 4) expect(summary.fitness.reasons).not.toEqual([]);
    },
  );
});
