import { expect, test } from '../harness/index.ts';

test('initialize forgets everything and sets the sensitivity back', async ({ board, emulator, dataset }) => {
  const fresh = await board.initialize();
  expect(fresh).toAnswerLike(emulator.initialize());
  for (const signal of dataset.regular.slice(0, 25)) await board.learn(signal);
  await board.setSensitivity(2);
  expect((await board.getStatus()).digest).not.toBe(fresh.digest);

  const again = await board.initialize();
  expect(again).toAnswerLike(fresh);
  expect(await board.getSensitivity()).toBe(1);
  expect(await board.detect(dataset.regular[0]!)).toMatchObject({ code: 124 });

  // What is learned now owes nothing to what was learned before.
  await expect(board).toMatchEmulator(emulator, {
    learn: dataset.regular.slice(40, 65),
    detect: [...dataset.regular.slice(0, 5), ...dataset.abnormal.slice(0, 5)],
  });
});
