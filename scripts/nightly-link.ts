/**
 * The long forms of what the line is tried with, a part of `npm run nightly`: both campaigns under another seed every
 * night, the shares of the line on all nine boards, five minutes of fuzzing for each decoder of the firmware, and every
 * planted mistake of a board that does not come up. `--seed N` repeats the damage.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';

const FUZZ_SECONDS = 300;
const at = process.argv.indexOf('--seed');
const seed = at < 0 ? randomInt(1, 1_000_000) : Number(process.argv[at + 1]);
const campaign = [join(import.meta.dirname, '../bench/campaign-link.ts'), '--seed', String(seed)];
const damaged = await execa(process.execPath, campaign, { stdio: 'inherit', reject: false });
const shares = [join(import.meta.dirname, '../bench/link.ts'), '--boards', 'all', '--rounds', '3'];
const measured = await execa(process.execPath, shares, { stdio: 'inherit', reject: false });
const fuzzed = await execa(
  'vitest',
  ['run', 'test/firmware-core/fuzz.test.ts', 'test/boards/diagnosis.test.ts'],
  {
    env: { NEAI_FUZZ_SECONDS: String(FUZZ_SECONDS), NEAI_DIAGNOSIS_LONG: '1' },
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  },
);
process.exitCode = (damaged.exitCode ?? 3) || (measured.exitCode ?? 3) || (fuzzed.exitCode ?? 3);
