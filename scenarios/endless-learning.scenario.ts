import { expect, test } from '../harness/index.ts';

test('endless learning: the knowledge stays that of the emulator, bit for bit', async ({
  board,
  emulator,
  dataset,
  rack,
}) => {
  const [learns, every] = rack.long ? [100_000, 1_000] : [1_000, 100];
  await board.initialize();
  emulator.initialize();
  for (let learned = 1; learned <= learns; learned++) {
    const signal = dataset.regular[learned % dataset.regular.length]!;
    const answer = await board.learn(signal);
    const reference = emulator.learn(signal);
    if (learned % every === 0) expect(answer, `after ${learned} learns`).toAnswerLike(reference);
  }
  await expect(board).toMatchEmulator(emulator, {
    detect: [...dataset.regular.slice(0, 5), ...dataset.abnormal.slice(0, 5)],
  });
});
