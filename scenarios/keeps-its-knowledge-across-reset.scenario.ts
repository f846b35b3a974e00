import { type Board, type Dataset, expect, type Reference, test } from '../harness/index.ts';

/** Learns, and leaves a sensitivity that is not the default: a backup carries it too. */
async function teach(board: Board, emulator: Reference, dataset: Dataset): Promise<void> {
  await board.initialize();
  emulator.initialize();
  await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 30) });
  await board.setSensitivity(1.25);
  emulator.setSensitivity(1.25);
}

const probes = (dataset: Dataset) => [...dataset.regular.slice(40, 45), ...dataset.abnormal.slice(0, 5)];

for (const via of ['swd', 'firmware'] as const) {
  for (const reset of ['pin', 'software'] as const) {
    test(`keeps its knowledge across a reset (${reset}) by a backup via ${via}`, async ({
      board,
      emulator,
      dataset,
    }) => {
      await teach(board, emulator, dataset);
      const backup = await board.backup(via);
      await expect(board).toKeepKnowledge(async () => {
        await board.reset(reset);
        expect((await board.getStatus()).learnCounter, 'a reset forgets').toBe(0);
        const { sensitivity, sensitivityBefore } = await board.restore(backup, via);
        expect({ sensitivity, sensitivityBefore }).toEqual({ sensitivity: 1.25, sensitivityBefore: 1 });
      });
      await expect(board).toMatchEmulator(emulator, { detect: probes(dataset) });
    });
  }
}

test('keeps its knowledge across a reset on the chip: dump, initialize, load', async ({
  board,
  emulator,
  dataset,
}) => {
  await teach(board, emulator, dataset);
  await board.dump();
  await expect(board).toKeepKnowledge(async () => {
    await board.reset('pin');
    await board.initialize();
    await board.load();
  });
  await expect(board).toMatchEmulator(emulator, { detect: probes(dataset) });
});

test('keeps its knowledge across a power cut on the chip: loaded at boot', async ({
  board,
  emulator,
  dataset,
}) => {
  board.needs('control');
  await teach(board, emulator, dataset);
  await board.dump({ loadAtBoot: true });
  await expect(board).toKeepKnowledge(() => board.powerCycle());
  await expect(board).toMatchEmulator(emulator, { detect: probes(dataset) });
});

test('the three ways give the same bytes', async ({ board, emulator, dataset }) => {
  await teach(board, emulator, dataset);
  const bySwd = await board.backup('swd');
  expect(await board.backup('firmware')).toEqual(bySwd);
  await board.dump();
  expect((await board.store()).find(({ isNewest }) => isNewest)?.record).toMatchObject({
    libraryId: bySwd.libraryId,
    learnCounter: bySwd.learnCounter,
    digest: bySwd.digest,
    sensitivityWord: bySwd.sensitivityWord,
  });
});
