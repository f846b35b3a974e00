import { expect, test } from '../harness/index.ts';

test('survives corrupted frames: every learn is executed exactly once', async ({
  board,
  emulator,
  dataset,
}) => {
  board.needs('control');
  await board.initialize();
  emulator.initialize();

  for (const direction of ['to-board', 'to-host'] as const) {
    for (const kind of ['flip', 'drop', 'insert'] as const) {
      await test.step(`${kind} ${direction}`, async () => {
        await board.lineFault({ direction, kind, offset: 30 });
        await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 4) });
      });
    }
  }
  await test.step('a bad line for a while', async () => {
    await board.lineFault({ direction: 'to-board', kind: 'flip', rate: 0.002, count: 10, seed: 5 });
    await board.lineFault({ direction: 'to-host', kind: 'flip', rate: 0.002, count: 10, seed: 6 });
    await expect(board).toMatchEmulator(emulator, {
      learn: dataset.regular.slice(0, 40),
      detect: dataset.abnormal.slice(0, 10),
    });
  });

  const stats = await board.call('stats', {});
  expect(stats.framesRefused + stats.requestsRepeated, 'the faults were really there').toBeGreaterThan(0);
});
