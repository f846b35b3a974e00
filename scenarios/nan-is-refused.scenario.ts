import { expect, test } from '../harness/index.ts';

const LEARN_REFUSED = 2;
const DETECT_REFUSED = 125;

test('NaN and infinity are refused and change nothing', async ({ board, emulator, dataset }) => {
  await board.initialize();
  emulator.initialize();
  await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 20) });

  const [good] = dataset.regular;
  await expect(board).toKeepKnowledge(async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const position of [0, 7, good!.length - 1]) {
        const signal = good!.with(position, value);
        expect(await board.learn(signal), `${value} at ${position}`).toMatchObject({ code: LEARN_REFUSED });
        expect(await board.detect(signal), `${value} at ${position}`).toMatchObject({ code: DETECT_REFUSED });
      }
    }
  });

  // The next good signal meets a library that nothing has happened to.
  await expect(board).toMatchEmulator(emulator, { learn: [good!], detect: [good!, dataset.abnormal[0]!] });
});
