import { expect, test } from '../harness/index.ts';

test.use({ libraryPath: 'fixtures/fan-3x32' });

test('learns and detects like its emulator', async ({ board, emulator, dataset }) => {
  expect(await board.initialize()).toAnswerLike(emulator.initialize());
  await expect(board).toMatchEmulator(emulator, {
    learn: dataset.regular.slice(0, 40),
    detect: [...dataset.regular.slice(40, 60), ...dataset.abnormal.slice(0, 20)],
  });
});
