import { type Board, expect, test } from '../harness/index.ts';

/** Where the line breaks while the signal is learned: on the way to the board, or on the way back. */
const BREAKS = {
  'half of the signal has arrived': { direction: 'to-board', kind: 'drop', offset: 40, rate: 1 },
  'its answer is on the way': { direction: 'to-host', kind: 'drop', rate: 1 },
} as const;

for (const [moment, fault] of Object.entries(BREAKS)) {
  test(`survives a reset in mid-learning, when ${moment}: nothing is learned twice, nothing is pretended`, async ({
    board,
    emulator,
    dataset,
  }) => {
    board.needs('control');
    const signals = dataset.regular.slice(0, 40);
    await board.initialize();
    emulator.initialize();
    await expect(board).toMatchEmulator(emulator, { learn: signals.slice(0, 24) });
    const backup = await board.backup();

    await board.lineFault(fault);
    const before = await faultsApplied(board);
    const cut = expect(board.learn(signals[24]!)).toBeRefused('BOARD_RESET_IN_SESSION');
    await expect.poll(() => faultsApplied(board)).toBeGreaterThan(before);
    await board.control({ do: 'serial-faults-clear' });
    await board.reset('pin');
    await cut;

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
}

async function faultsApplied(board: Board): Promise<number> {
  const { faultsApplied } = await board.control({ do: 'time' });
  const { toBoard, toHost } = faultsApplied as { toBoard: number; toHost: number };
  return toBoard + toHost;
}
