/**
 * The long form of the parity tests, a part of `npm run nightly`: another seed every night, more and longer sequences,
 * every optimisation level on every core, and the vectors of whatever was added. `--seed N` repeats a night.
 */
import { randomInt } from 'node:crypto';
import { execa } from 'execa';

const at = process.argv.indexOf('--seed');
const seed = at < 0 ? randomInt(1, 1_000_000) : Number(process.argv[at + 1]);
process.stdout.write(`parity: seed ${seed}; node scripts/nightly-parity.ts --seed ${seed} repeats it\n`);
const { exitCode } = await execa('vitest', ['run', 'test/parity'], {
  env: { NEAI_PARITY_LONG: '1', NEAI_PARITY_SEED: String(seed) },
  preferLocal: true,
  stdio: 'inherit',
  reject: false,
});
process.exitCode = exitCode ?? 3;
