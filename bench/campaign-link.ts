/**
 * `npm run campaign:link`: ten million damaged frames against the receiver of the firmware, compiled for this computer.
 * None that differs from what was sent may be accepted. The same damage judged by 8 and by 16 bits of the CRC must pass
 * as often as chance says: a campaign that shows nothing there would show nothing anywhere. docs/link.md says more.
 *
 * --frames N (10^7), --seed N repeats a campaign
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCampaignTool } from '../test/firmware-core/build.ts';
import { runCampaign } from './link/campaign.ts';

const { values: options } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } });
const seed = Number(options.seed ?? randomInt(1, 1_000_000));
const frames = Number(options.frames ?? 1e7);
console.log(`seed ${seed}: npm run campaign:link -- --seed ${seed} --frames ${frames} repeats it`);
const campaign = await runCampaign(await buildCampaignTool(), frames, seed);

const COLUMNS: readonly [string, number][] = [
  ['fault', 15],
  ['rate', 13],
  ['sent', 10],
  ['intact', 10],
  ['damaged', 10],
  ['corrupted', 10],
  ['bound95', 10],
  ['control', 10],
  ['miss8', 8],
  ['/exp', 6],
  ['miss16', 8],
  ['/exp', 6],
];
const line = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => String(cell).padStart(COLUMNS[i]![1])).join(' '));
const overExpected = (missed: number, candidates: number, bits: number): string =>
  candidates === 0 ? '-' : ((missed * 2 ** bits) / candidates).toFixed(2);
line(COLUMNS.map(([name]) => name));
for (const row of [...campaign.rows, { kind: 'together', rate: 0, per: '', ...campaign.total }]) {
  line([
    row.kind,
    row.per === '' ? '' : `${row.rate}/${row.per}`,
    row.sent,
    row.intact,
    row.damaged,
    row.wrong,
    row.bound95?.toExponential(1) ?? '-',
    row.candidates,
    row.missed8,
    overExpected(row.missed8, row.candidates, 8),
    row.missed16,
    overExpected(row.missed16, row.candidates, 16),
  ]);
}
const folder = join(import.meta.dirname, 'out');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'link-campaign.json'),
  `${JSON.stringify({ frames, ...campaign }, undefined, 2)}\n`,
);
for (const failure of campaign.failures) console.log(`FAILED: ${failure}`);
if (campaign.failures.length > 0) process.exitCode = 1;
