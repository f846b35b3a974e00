/**
 * `npm run campaign:link`: a line that lies. Ten million damaged frames against the receiver of the firmware, compiled for
 * this computer, and a hundred thousand in both directions of a virtual board's line at 921600 baud. None that differs from
 * what was sent may be accepted, nothing wrong executed. docs/link.md says more.
 *
 * --only host|board, --frames N (10^7), --board-frames N (10^5), --seed N: the damage of an earlier campaign again
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCampaignTool } from '../test/firmware-core/build.ts';
import { runBoardCampaign } from './link/board-campaign.ts';
import { runCampaign } from './link/campaign.ts';
import { printBoardRow, printBoardTitle, printHostTable } from './link/campaign-tables.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    frames: { type: 'string', default: '1e7' },
    'board-frames': { type: 'string', default: '1e5' },
    seed: { type: 'string' },
  },
});
const seed = Number(options.seed ?? randomInt(1, 1_000_000));
const [frames, boardFrames] = [Number(options.frames), Number(options['board-frames'])];
console.log(`seed ${seed}: npm run campaign:link -- --seed ${seed} has this damage again`);
const folder = join(import.meta.dirname, 'out');
mkdirSync(folder, { recursive: true });
const write = (name: string, content: object): void =>
  writeFileSync(join(folder, name), `${JSON.stringify(content, undefined, 2)}\n`);
const failures: string[] = [];

if (options.only !== 'board') {
  console.log('\nthe receiver of the firmware, compiled for this computer');
  const campaign = await runCampaign(await buildCampaignTool(), frames, seed);
  printHostTable(campaign);
  write('link-campaign.json', { frames, ...campaign });
  failures.push(...campaign.failures);
}
if (options.only !== 'host') {
  console.log('\nboth directions of the line of a virtual NUCLEO-L432KC, 921600 baud');
  printBoardTitle();
  const campaign = await runBoardCampaign({
    ...{ frames: boardFrames, seed, onRow: printBoardRow },
    signal: AbortSignal.timeout(7_200_000),
  });
  const bound = campaign.bound95?.toExponential(1) ?? '-';
  console.log(
    `${campaign.frames} frames, ${campaign.damaged} damaged; a wrong one passes with less than ${bound} (95 %)`,
  );
  write('link-board-campaign.json', campaign);
  failures.push(...campaign.failures);
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
if (failures.length > 0) process.exitCode = 1;
