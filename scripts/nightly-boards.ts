/**
 * Every scenario on every board, a part of `npm run nightly`: the short forms, on virtual boards of all kinds, one kind
 * after the other. All pass, and what a scenario scores on one board it scores on every other, bit for bit: knowledge
 * digests, counters and similarities of all calls. `--board B,C` takes these boards, `--long` the long forms.
 */
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { differingScores, readScores } from '../harness/order-leaks.ts';
import { listBoards } from '../src/boards/load.ts';

const NEAI = resolve(import.meta.dirname, '../src/cli/main.ts');
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const boards = argument('--board')?.split(',') ?? listBoards();
const out = resolve(argument('--out') ?? join(import.meta.dirname, '../reports/out/nightly-boards'));
const form = process.argv.includes('--long') ? ['--long'] : [];

let status = 0;
const ended: { readonly name: string; readonly scores: Map<string, string> }[] = [];
const lines: string[] = [];
for (const board of boards) {
  const folder = join(out, board);
  const startedMs = performance.now();
  const command = ['test', '--board', board, '--out', folder, '--workers', '2', ...form];
  const { exitCode } = await execa(process.execPath, [NEAI, ...command], { stdio: 'inherit', reject: false });
  status ||= exitCode ?? 3;
  if (exitCode === 130 || exitCode === 2) break;
  const scores = readScores(folder);
  ended.push({ name: board, scores });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  lines.push(`${board.padEnd(16)} ${scores.size} scenarios with scores, status ${exitCode}, ${seconds} s`);
}
const all = new Set(ended.flatMap(({ scores }) => [...scores.keys()]));
const troubles = differingScores(ended);
for (const { name, scores } of ended) {
  for (const scenario of all) if (!scores.has(scenario)) troubles.push(`${scenario}: no scores on ${name}`);
}
for (const line of lines) process.stdout.write(`${line}\n`);
for (const trouble of troubles) process.stdout.write(`boards differ: ${trouble}\n`);
if (troubles.length > 0) status ||= 1;
process.stdout.write(
  `boards: ${status === 0 ? `passed, ${all.size} scenarios with identical scores on ${ended.length} boards` : `failed, status ${status}`}\n`,
);
process.exitCode = status;
