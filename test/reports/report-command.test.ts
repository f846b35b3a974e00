import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { registerReport } from '../../src/cli/report.ts';
import { encodeRunRecord } from '../../src/record/codec.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-report-command-'));
  await writeFile(join(folder, 'record.json'), encodeRunRecord(syntheticRun({ divergesAt: 25 })));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function report(...args: string[]): Promise<void> {
  const program = new Command('neai');
  registerReport(program);
  await program.parseAsync(['report', ...args], { from: 'user' });
}

describe('neai report', () => {
  test('writes the page beside the record and says the verdicts with their evidence', async () => {
    await report(folder);
    expect(printed).toContain('equivalence FAIL (virtual)\n  first difference at call 25 (learn, ');
    expect(printed).toContain(`report ${join(folder, 'report.html')}\n`);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('data-divergence="stage"');
  });

  test('with --json prints one document, and --out makes the folder it names', async () => {
    const out = join(folder, 'deep', 'page.html');
    await report(join(folder, 'record.json'), '--out', out, '--json');
    expect(JSON.parse(printed)).toMatchObject({
      report: out,
      record: join(folder, 'record.json'),
      runId: '20261120-231500-compare',
      equivalence: { verdict: 'FAIL' },
      evidence: { kind: 'virtual' },
    });
    expect((await readFile(out, 'utf8')).startsWith('<!doctype html>')).toBe(true);
  });

  test('a record that is missing and a place that cannot be written have their own codes', async () => {
    await expect(report(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'RECORD_INVALID' });
    const under = join(folder, 'record.json', 'page.html');
    await expect(report(folder, '--out', under)).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
  });
});
