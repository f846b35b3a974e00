import { beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from '../../bench/link/campaign.ts';
import { buildCampaignTool } from './build.ts';

let program: string;
beforeAll(async () => {
  program = await buildCampaignTool();
});

describe('a line that lies', () => {
  it('never brings a wrong frame past the receiver of the firmware, and would with a shorter CRC', async () => {
    const campaign = await runCampaign(program, 200_000, 5);
    expect(campaign.failures).toEqual([]);
    const { total, rows } = campaign;
    expect(total.wrong).toBe(0);
    // the same damage, had the CRC eight bits
    expect(total.missed8).toBeGreaterThan(50);
    expect(total.bound95).toBeLessThan(1e-4);
    for (const { kind, rate, sent, damaged } of rows) {
      if (rate < 1e-4) continue; // too rare for so few frames
      expect(damaged, `${kind} at ${rate}`).toBeGreaterThan(0);
      expect(damaged).toBeLessThanOrEqual(sent);
    }
  });

  it('leaves most frames whole at one wrong bit in 10 000', async () => {
    const { rows } = await runCampaign(program, 40_000, 6);
    const row = rows.find(({ kind, rate }) => kind === 'bit-flips' && rate === 1e-4)!;
    expect(row.intact + row.damaged).toBeGreaterThanOrEqual(row.sent);
    expect(row.intact / row.sent).toBeGreaterThan(0.8);
  });

  it('lies the same way again under the same seed, and fails a campaign whose damage proves nothing', async () => {
    const [first, again] = [await runCampaign(program, 2_000, 9), await runCampaign(program, 2_000, 9)];
    expect(again).toEqual(first);
    expect(first.failures).toEqual(['too few frames for the control with 8 bits of CRC']);
  });
});
