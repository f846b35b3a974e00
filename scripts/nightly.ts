/**
 * `npm run nightly`: the long forms of all scenarios, three times over, each time in another order, with two workers.
 * What a scenario leaves in one order it must leave in every other: scores that differ show state that leaks from one
 * scenario into another, even where every expectation holds. `--seed N` repeats the orders of an earlier night,
 * `--rounds N` makes more or fewer of them; everything else goes to `neai test`. Then come, under the same seed: every
 * scenario on every board (nightly-boards.ts), and the long forms of the power cuts (nightly-power.ts), of the parity tests
 * (nightly-parity.ts), of what the line is tried with (nightly-link.ts), and of planted defects and
 * travelling knowledge (nightly-difference.ts). `--only scenarios,power` plays some of these parts.
 */
import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { differingScores, readScores } from '../harness/order-leaks.ts';

const PARTS = ['scenarios', 'boards', 'power', 'parity', 'link', 'difference'];
const NEAI = resolve(import.meta.dirname, '../src/cli/main.ts');

const args = process.argv.slice(2);
const seed = takeNumber('--seed') ?? randomInt(1, 1_000_000);
const only = takeText('--only')?.split(',') ?? PARTS;
const unknown = only.find((part) => !PARTS.includes(part));
if (unknown !== undefined) {
  process.stderr.write(`no part of the night is called '${unknown}': ${PARTS.join(', ')}\n`);
  process.exit(2);
}
const rounds = only.includes('scenarios') ? (takeNumber('--rounds') ?? 3) : 0;
const out = resolve(takeText('--out') ?? join(import.meta.dirname, '../reports/out/nightly'));
process.stdout.write(`seed ${seed}: npm run nightly -- --seed ${seed} repeats these orders\n`);

let status = 0;
const ended: { readonly name: string; readonly scores: Map<string, string> }[] = [];
for (let round = 0; round < rounds; round++) {
  const order = seed + round;
  const folder = join(out, `round-${round + 1}`);
  process.stdout.write(`\nround ${round + 1} of ${rounds}, order ${order}\n`);
  const command = ['test', '--long', '--out', folder, '--shuffle', String(order), '--workers', '2', ...args];
  const result = await execa(process.execPath, [NEAI, ...command], { stdio: 'inherit', reject: false });
  status ||= result.exitCode ?? 3;
  if (result.exitCode === 130 || result.exitCode === 2) break;
  ended.push({ name: `order ${order}`, scores: readScores(folder) });
}
const leaks = differingScores(ended);
for (const leak of leaks) process.stdout.write(`state leak: ${leak}\n`);
if (leaks.length > 0) status ||= 1;
if (status !== 130 && status !== 2) {
  for (const part of PARTS.slice(1).filter((name) => only.includes(name))) {
    const command = [join(import.meta.dirname, `nightly-${part}.ts`), '--seed', String(seed)];
    const { exitCode } = await execa(process.execPath, command, { stdio: 'inherit', reject: false });
    status ||= exitCode ?? 3;
  }
}
process.stdout.write(
  `\nnightly: ${status === 0 ? 'passed' : `failed, status ${status}`}, seed ${seed}, ${out}\n`,
);
process.exitCode = status;

function takeText(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

function takeNumber(name: string): number | undefined {
  const text = takeText(name);
  return text === undefined ? undefined : Number(text);
}
