import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildFuzzer, FUZZ_TARGETS } from './build.ts';

/** Seconds of fuzzing for each decoder; the nightly run takes minutes. */
const SECONDS = Number(process.env['NEAI_FUZZ_SECONDS'] ?? 2);

describe('the decoders of the firmware under libFuzzer and its sanitizers', () => {
  it.for(FUZZ_TARGETS)(
    '%s survives the corpus and what grows from it',
    { timeout: SECONDS * 1000 + 120_000 },
    async (name, { skip }) => {
      const program = await buildFuzzer(name);
      if (typeof program !== 'string') return skip(`NOT RUN: ${program.missing}`);
      const corpus = join(import.meta.dirname, 'corpus', name);
      const inputs = await readdir(corpus);
      expect(inputs.length).toBeGreaterThan(5);
      const found = await mkdtemp(join(tmpdir(), `neai-fuzz-${name}-`));
      try {
        // New inputs go to the first folder, a crash beside it; both are thrown away unless something is found.
        const limits = [
          `-max_total_time=${SECONDS}`,
          '-timeout=20',
          '-rss_limit_mb=2048',
          '-print_final_stats=1',
        ];
        const { exitCode, stderr } = await execa(
          program,
          [...limits, `-artifact_prefix=${found}/found-`, found, corpus],
          { reject: false },
        );
        expect(exitCode, String(stderr).slice(-3000)).toBe(0);
        const runs = Number(/number_of_executed_units:\s+(\d+)/.exec(String(stderr))?.[1]);
        expect(runs).toBeGreaterThan(inputs.length);
        await rm(found, { recursive: true });
      } catch (error) {
        throw new Error(`${name}: the input lies in ${found}`, { cause: error });
      }
    },
  );
});
