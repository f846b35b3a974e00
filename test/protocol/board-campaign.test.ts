import { describe, expect, it } from 'vitest';
import { runBoardCampaign } from '../../bench/link/board-campaign.ts';

/** The short form of `npm run campaign:link` through a virtual board. */
describe('a line that lies in both directions, between this client and the firmware at 921600 baud', () => {
  it('executes nothing wrong and brings no wrong answer, and work goes on', async () => {
    const campaign = await runBoardCampaign({
      frames: 1500,
      seed: 11,
      kinds: ['flip', 'burst', 'gap', 'text', 'reset'],
      signal: AbortSignal.timeout(170_000),
    });
    expect(campaign.failures).toEqual([]);
    const { rows } = campaign;
    for (const { corruptedExecuted, wrongAnswers } of rows) expect(corruptedExecuted + wrongAnswers).toBe(0);
    const sum = (of: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + of(row), 0);
    // Damage was done in both directions, and the board was reset: otherwise nothing was shown.
    expect(sum((row) => row.damagedToBoard)).toBeGreaterThan(50);
    expect(sum((row) => row.damagedToHost)).toBeGreaterThan(20);
    expect(sum((row) => row.resets)).toBeGreaterThan(0);
    expect(sum((row) => row.repeated)).toBeGreaterThan(50);
    expect(campaign.bound95).toBeLessThan(0.05);
  }, 180_000);
});
