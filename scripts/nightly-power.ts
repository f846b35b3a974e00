/**
 * The long form of the power cuts, a part of `npm run nightly`: on a board of each family the power fails before, in the
 * middle of and after every flash operation of a backup, and the board boots; then so with knowledge of several pages. Old or new knowledge is right, a mix or none
 * never. `--seed N` repeats the bits that a night has left half done, `--family F4` proves one family alone.
 */
import { randomInt } from 'node:crypto';
import {
  BOARD_OF_FAMILY,
  everyCut,
  type FlashFamily,
  PAGED_FAMILIES,
  type Proof,
  pageCuts,
  powerTable,
  powerTroubles,
  provePower,
} from '../bench/power/prove.ts';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
/** Of knowledge in several pages: every erase, the borders of the pages, the mark, and one program of so many. */
const WIDE_STRIDE = 23;
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
const isPaged = (family: FlashFamily): boolean => PAGED_FAMILIES.some((paged) => paged === family);
for (const [family, width] of [
  ...families.map((family) => [family, 'one page'] as const),
  ...families.filter(isPaged).map((family) => [family, 'several pages'] as const),
]) {
  const startedMs = performance.now();
  const proof = await provePower(
    family,
    (operations) =>
      width === 'one page' ? everyCut(operations, seed) : pageCuts(operations, seed, WIDE_STRIDE),
    { signal: interrupt.signal, width },
  );
  proofs.push(proof);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  process.stdout.write(`${family} (${proof.board}): ${proof.results.length} cuts in ${seconds} s\n`);
  for (const line of powerTable([proof])) process.stdout.write(`${line}\n`);
}
const troubles = powerTroubles(proofs);
for (const trouble of troubles) process.stdout.write(`${trouble}\n`);
process.stdout.write(`power: ${troubles.length === 0 ? 'passed' : `${troubles.length} troubles`}\n`);
process.exitCode = troubles.length === 0 ? 0 : 1;
