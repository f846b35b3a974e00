import { expect, test } from '../harness/index.ts';

const float32 = Math.fround;
const ALLOWED = [...Array.from({ length: 20 }, (_, index) => (index + 1) / 10), 5, 10, 100];
const REFUSED = [0, -1, -0.1, 100.001, 1000, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test('sensitivity changes scores and not knowledge', async ({ board, emulator, dataset }) => {
  await board.initialize();
  emulator.initialize();
  expect(await board.getSensitivity(), 'the default').toBe(1);
  await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 40) });
  const signals = [...dataset.regular.slice(40, 44), ...dataset.abnormal.slice(0, 4)];

  await expect(board).toKeepKnowledge(async () => {
    const last = signals.map(() => 100);
    for (const sensitivity of ALLOWED) {
      expect(await board.setSensitivity(sensitivity)).toBe(float32(sensitivity));
      expect(await board.getSensitivity()).toBe(float32(sensitivity));
      emulator.setSensitivity(sensitivity);
      for (const [index, signal] of signals.entries()) {
        const answer = await board.detect(signal);
        expect(answer).toAnswerLike(emulator.detect(signal));
        expect(answer.code, `signal ${index} at ${sensitivity}`).toBeLessThanOrEqual(last[index]!);
        last[index] = answer.code;
      }
    }
  });

  await test.step('out of range changes nothing', async () => {
    await board.setSensitivity(1.5);
    const before = await board.detect(signals[4]!);
    for (const sensitivity of REFUSED) {
      expect(await board.setSensitivity(sensitivity), `asked for ${sensitivity}`).toBe(1.5);
      expect((await board.detect(signals[4]!)).code).toBe(before.code);
    }
  });
});
