/**
 * The long form of the power cuts, a part of `npm run nightly`: on a board of each family the power fails before, in the
 * middle of and after every flash operation of a backup, and the board boots. Old or new knowledge is right, a mix or none
 * never. `--seed N` repeats the bits that a night has left half done, `--family F4` proves one family alone.
 */
import { randomInt } from 'node:crypto';
import {
  BOARD_OF_FAMILY,
  everyCut,
  type FlashFamily,
  type Proof,
  powerTable,
  powerTroubles,
  provePower,
} from '../bench/power/prove.ts';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const seed = Number(argument('--seed') ?? randomInt(1, 1_000_000));
const only = argument('--family');
const families = (Object.keys(BOARD_OF_FAMILY) as FlashFamily[]).filter(
  (family) => only === undefined || family === only,
);
if (families.length === 0) {
  process.stderr.write(`there is no family ${only}: ${Object.keys(BOARD_OF_FAMILY).join(', ')}\n`);
  process.exit(2);
}
process.stdout.write(`power: seed ${seed}; node scripts/nightly-power.ts --seed ${seed} repeats it\n`);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
const proofs: Proof[] = [];
for (const family of families) {
  const startedMs = performance.now();
  const proof = await provePower(family, (operations) => everyCut(operations, seed), {
    signal: interrupt.signal,
  });
  proofs.push(proof);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  process.stdout.write(`${family} (${proof.board}): ${proof.results.length} cuts in ${seconds} s\n`);
  for (const line of powerTable([proof])) process.stdout.write(`${line}\n`);
}
const troubles = powerTroubles(proofs);
for (const trouble of troubles) process.stdout.write(`${trouble}\n`);
process.stdout.write(`power: ${troubles.length === 0 ? 'passed' : `${troubles.length} troubles`}\n`);
process.exitCode = troubles.length === 0 ? 0 : 1;
