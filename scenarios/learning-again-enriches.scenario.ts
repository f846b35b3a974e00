import { expect, test } from '../harness/index.ts';

/** The machine in another of its normal regimes: it runs faster, and swings wider. */
const otherRegime = (signal: Float32Array): Float32Array => signal.map((value) => 3 * value + 4);

test('learning again enriches what is known and forgets nothing', async ({ board, emulator, dataset }) => {
  const first = dataset.regular.slice(0, 30);
  const second = dataset.abnormal.slice(0, 30).map(otherRegime);
  const unseen = dataset.abnormal.slice(30, 40).map(otherRegime);
  await board.initialize();
  emulator.initialize();
  await expect(board).toMatchEmulator(emulator, { learn: first });

  const before = await similarities(unseen);
  expect(mean(before), 'the other regime is strange at first').toBeAnomalous();

  await expect(board).toMatchEmulator(emulator, { learn: second });
  expect((await board.getStatus()).learnCounter).toBe(first.length + second.length);

  expect(mean(await similarities(unseen)), 'then it is known').toBeGreaterThan(mean(before));
  expect(mean(await similarities(dataset.regular.slice(30, 40))), 'and the first still is').toBeNominal();

  async function similarities(signals: readonly Float32Array[]): Promise<number[]> {
    const found: number[] = [];
    for (const signal of signals) {
      const answer = await board.detect(signal);
      expect(answer).toAnswerLike(emulator.detect(signal));
      found.push(answer.code);
    }
    return found;
  }
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
