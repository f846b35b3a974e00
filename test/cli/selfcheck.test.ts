import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeRunRecord } from '../../src/record/codec.ts';
import { runNeai } from './run-neai.ts';

const folder = mkdtempSync(join(tmpdir(), 'neai-selfcheck-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const LONG = process.env['NEAI_SELFCHECK_LONG'] === '1';
const DEADLINE_MS = 900_000;

describe('neai selfcheck', () => {
  test(
    'locates four defects in the firmware of a virtual board, and says that it is fit to judge',
    async () => {
      // All ten come at night (scripts/nightly-difference.ts).
      const defects = LONG
        ? ['fused-multiply-add', 'flushed-denormals', 'swapped-axes', 'lost-learn']
        : ['fused-multiply-add', 'lost-learn'];
      const run = await runNeai(
        folder,
        ...['selfcheck', '--board', 'nucleo-l432kc', '--defects', ...defects],
        ...['--keep', 'kept', '--json'],
      );
      expect(run.exitCode, run.stderr).toBe(0);
      const { fit, checks } = JSON.parse(run.stdout);
      expect(fit).toBe(true);
      const onBoard = checks.filter(({ rung }: { rung: string }) => rung === 'nucleo-l432kc');
      expect(onBoard.map(({ id }: { id: string }) => id)).toEqual(['golden', ...defects]);
      for (const { id, found, expected, record, report } of onBoard) {
        expect(found).toEqual(expected);
        expect(existsSync(report)).toBe(true);
        const kept = decodeRunRecord(readFileSync(record, 'utf8'), record);
        expect(kept.sides.target).toMatchObject({ kind: 'virtual-board', planted: id !== 'golden' });
        // Whoever reads record and page has to find it there.
        if (id !== 'golden') expect(readFileSync(record, 'utf8')).not.toContain(id);
      }
      expect(existsSync(join(folder, 'kept', 'key.json'))).toBe(true);
    },
    DEADLINE_MS,
  );

  test('refuses a defect that it does not know', async () => {
    const run = await runNeai(folder, 'selfcheck', '--defects', 'gremlins');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/no defect "gremlins"/);
  });
});
