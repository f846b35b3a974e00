import { expect, test } from '../harness/index.ts';

const NOT_READY = 124;
const NOT_INITIALISED = 0;

test('detect before learn is refused', async ({ board, emulator, library, dataset }) => {
  const [signal] = dataset.regular;

  await test.step('before initialize neither learn nor detect does anything', async () => {
    await expect(board).toKeepKnowledge(async () => {
      expect(await board.learn(signal!)).toMatchObject({ code: NOT_INITIALISED, learnCounter: 0 });
      expect(await board.detect(signal!)).toMatchObject({ code: NOT_READY, learnCounter: 0 });
    });
  });

  await test.step(`detect answers from the learn number ${library.detectFloor} on`, async () => {
    expect(await board.initialize()).toAnswerLike(emulator.initialize());
    for (const [index, regular] of dataset.regular.slice(0, library.detectFloor).entries()) {
      expect(await board.detect(regular), `after ${index} learns`).toMatchObject({ code: NOT_READY });
      expect(await board.learn(regular)).toAnswerLike(emulator.learn(regular));
    }
    expect((await board.detect(signal!)).code).toBeLessThanOrEqual(100);
    await expect(board).toMatchEmulator(emulator, { detect: [signal!] });
  });
});
