import { afterAll, describe, expect, it } from 'vitest';
import type { BackupOperations, Cut } from '../../bench/power/cuts.ts';
import {
  BOARD_OF_FAMILY,
  type FlashFamily,
  fewCuts,
  type Proof,
  pageCuts,
  powerTable,
  powerTroubles,
  provePower,
} from '../../bench/power/prove.ts';
import { loadBoard } from '../../src/boards/load.ts';

/** `npm run nightly` cuts at every operation; here at those that decide. */
const SEED = 20;
const proofs: Proof[] = [];
afterAll(() => {
  for (const line of powerTable(proofs)) process.stdout.write(`${line}\n`);
});

describe('a backup into flash whose power fails', () => {
  it.each(Object.keys(BOARD_OF_FAMILY) as FlashFamily[])(
    'leaves the old or the new knowledge, never a mix and never none: %s',
    async (family) => {
      const signal = AbortSignal.timeout(200_000);
      const proof = await provePower(family, (operations) => fewCuts(operations, SEED), { signal });
      proofs.push(proof);
      expect(powerTroubles([proof])).toEqual([]);
      expectNewAfterTheLast(proof);
      // Chips with an error-correcting code have torn words to stumble over; elsewhere what is half done reads as it is.
      const torn = proof.results.filter(({ moment, tornWords }) => moment === 'during' && tornWords > 0);
      if (loadBoard(proof.board).flash.ecc) expect(torn.length).toBeGreaterThanOrEqual(4);
      else expect(torn).toEqual([]);
    },
    240_000,
  );

  // One family that programs half words, and one that has an error-correcting code.
  it.each(['F0', 'L4'] as const)(
    'leaves so too when it takes several pages: %s',
    async (family) => {
      const signal = AbortSignal.timeout(200_000);
      // Before and after an operation little differs from page to page: that is for the night.
      const cutsOf = (operations: BackupOperations): Cut[] =>
        pageCuts(operations, SEED).filter(
          ({ operation, moment }) =>
            moment === 'during' || operation === operations.erases + operations.programs - 1,
        );
      const proof = await provePower(family, cutsOf, { signal, width: 'several pages' });
      proofs.push(proof);
      expect(proof.operations.erases).toBe(3);
      expect(powerTroubles([proof])).toEqual([]);
      expectNewAfterTheLast(proof);
    },
    240_000,
  );

  it('is seen to lose all knowledge where a store would lose both slots', async () => {
    const signal = AbortSignal.timeout(200_000);
    const { knowledgeStore, flash } = loadBoard(BOARD_OF_FAMILY.L4);
    const { address, slots, slotBytes } = knowledgeStore!;
    const proof = await provePower('L4', () => [{ operation: 3, moment: 'during', seed: SEED }], {
      signal,
      sabotage: ({ board: { chip } }) => {
        const first = chip.array.pageOf(address - flash.address);
        const last = chip.array.pageOf(address - flash.address + slots * slotBytes - 1);
        for (let page = first; page <= last; page++) chip.array.erasePage(page);
      },
    });
    expect(proof.results).toMatchObject([{ outcome: 'none' }]);
    expect(powerTroubles([proof]).join()).toContain('it came up with none');
  }, 240_000);
});

/** The old knowledge until the last operation is done, the new one from then on. */
function expectNewAfterTheLast({ operations: { erases, programs }, results }: Proof): void {
  const last = erases + programs - 1;
  for (const { operation, moment, outcome } of results) {
    const done = operation === last && moment !== 'before';
    // Half of the last program may be enough of it, or not.
    if (done && moment === 'during') continue;
    expect(outcome, `operation ${operation}, ${moment}`).toBe(done ? 'new' : 'old');
  }
}
