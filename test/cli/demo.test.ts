import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runNeai } from './run-neai.ts';

const home = mkdtempSync(join(tmpdir(), 'neai-demo-'));
afterAll(() => rmSync(home, { recursive: true }));

describe('neai demo', () => {
  it('does the main job on a virtual board, passes both verdicts, and says that they are virtual', async () => {
    const { stdout, stderr, exitCode } = await runNeai(home, 'demo');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('equivalence PASS (virtual)');
    expect(stdout).toContain('fitness PASS (virtual)');
    expect(stdout).toMatch(/report\.html/);
  }, 300_000);
});
