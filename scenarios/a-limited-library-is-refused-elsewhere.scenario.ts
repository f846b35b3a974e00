import { expect, test } from '../harness/index.ts';

const LEARNED = 20;
const NOT_HERE = 123;

test.use({ libraryPath: 'fixtures/motor-1x8', limitedTo: ['this board'] });

test('a library limited to one board works there, and is refused elsewhere before anything is learned', async ({
  board,
  emulator,
  dataset,
  lendBoard,
  rack,
}) => {
  await board.initialize();
  emulator.initialize();
  await expect(board).toMatchEmulator(emulator, {
    learn: dataset.regular.slice(0, LEARNED),
    detect: [...dataset.regular.slice(LEARNED, LEARNED + 3), ...dataset.abnormal.slice(0, 3)],
  });

  const elsewhere = rack.board === 'nucleo-l476rg' ? 'nucleo-l432kc' : 'nucleo-l476rg';
  // Three of the six functions say 123 there; learn says 1 and learns nothing.
  const other = await lendBoard(elsewhere, { authorised: false });
  const before = await other.getStatus();
  const signal = dataset.regular[0]!;
  expect(before.code).toBe(NOT_HERE);
  expect((await other.initialize()).code).toBe(NOT_HERE);
  expect((await other.learn(signal)).code).toBe(1);
  expect((await other.detect(signal)).code).toBe(NOT_HERE);
  expect(await other.getStatus()).toMatchObject({ digest: before.digest });

  // The harness says so before anybody learns, so that nobody takes it for a mismatch.
  await expect(lendBoard(elsewhere)).rejects.toThrow(/LIBRARY_NOT_AUTHORISED.*not authorised on this board/);
});
