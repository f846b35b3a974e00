import { expect, test } from '../harness/index.ts';

for (const via of ['swd', 'firmware'] as const) {
  test(`a backup of another library is refused via ${via}, and nothing changes`, async ({
    board,
    dataset,
  }) => {
    await board.initialize();
    for (const signal of dataset.regular.slice(0, 20)) await board.learn(signal);
    const own = await board.backup(via);

    const others = {
      KNOWLEDGE_OTHER_LIBRARY: { ...own, libraryId: 'ffffffffffffffffffffffff' },
      KNOWLEDGE_OTHER_VERSION: { ...own, knowledgeVersion: own.knowledgeVersion + 1 },
      KNOWLEDGE_OTHER_SIZE: { ...own, knowledge: own.knowledge.slice(0, -4) },
    };
    for (const [code, backup] of Object.entries(others)) {
      await test.step(code, async () => {
        await expect(board).toKeepKnowledge(async () => {
          await expect(board.restore(backup, via)).toBeRefused(code);
        });
      });
    }
    await expect(board).toKeepKnowledge(() => board.restore(own, via));
  });
}
