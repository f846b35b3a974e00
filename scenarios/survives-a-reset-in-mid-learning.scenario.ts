import { expect, test } from '../harness/index.ts';

test('survives a reset in mid-learning: nothing is learned twice, nothing is pretended', async ({
  board,
  emulator,
  dataset,
}) => {
  const signals = dataset.regular.slice(0, 40);
  await board.initialize();
  emulator.initialize();
  await expect(board).toMatchEmulator(emulator, { learn: signals.slice(0, 24) });
  const backup = await board.backup();

  // The reset falls while a learn is under way: its answer never comes, or comes just before.
  const cut = board.learn(signals[24]!).then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );
  await board.reset('pin');
  expect(['answered', 'BOARD_RESET_IN_SESSION', 'PROTOCOL_SESSION_LOST', 'PROTOCOL_NO_ANSWER']).toContain(
    await cut,
  );

  await test.step('the board says that it knows nothing, instead of going on with a part', async () => {
    expect(await board.getStatus()).toMatchObject({ learnCounter: 0 });
    expect(await board.detect(signals[0]!)).toMatchObject({ code: 124 });
  });

  await test.step('with the backup restored, learning goes on where it was', async () => {
    await board.restore(backup);
    await expect(board).toMatchEmulator(emulator, {
      learn: signals.slice(24),
      detect: dataset.abnormal.slice(0, 5),
    });
  });
});
