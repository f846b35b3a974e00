/**
 * The long forms of what the line is tried with, a part of `npm run nightly`: ten million damaged frames under another
 * seed every night, and five minutes of fuzzing for each decoder of the firmware. `--seed N` repeats the damage.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';

const FUZZ_SECONDS = 300;
const at = process.argv.indexOf('--seed');
const seed = at < 0 ? randomInt(1, 1_000_000) : Number(process.argv[at + 1]);
const campaign = [join(import.meta.dirname, '../bench/campaign-link.ts'), '--seed', String(seed)];
const damaged = await execa(process.execPath, campaign, { stdio: 'inherit', reject: false });
const fuzzed = await execa('vitest', ['run', 'test/firmware-core/fuzz.test.ts'], {
  env: { NEAI_FUZZ_SECONDS: String(FUZZ_SECONDS) },
  preferLocal: true,
  stdio: 'inherit',
  reject: false,
});
process.exitCode = (damaged.exitCode ?? 3) || (fuzzed.exitCode ?? 3);
