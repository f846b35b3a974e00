/**
 * `npm run new model <name>` and `npm run new transform <name>`: a pair of TypeScript and C from a template, entered in
 * its list. Parity, search, size prices and the tests of the portfolio find it there. What is generated from the list
 * is generated anew, and vectors are added.
 * `npm run new board <name> [like <board>]`: a board.json from that of a board of the same family, and what is generated
 * from it (docs/adding-a-board.md).
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { createBoard } from './new-board.ts';
import { createPart, PART_KINDS } from './new-part.ts';

const root = join(import.meta.dirname, '..');
const [kind, name, ...rest] = process.argv.slice(2);
const known = PART_KINDS.find((one) => one === kind);

const run = { cwd: root, stdio: 'inherit', preferLocal: true } as const;

async function makePart(): Promise<void> {
  const files = await createPart(root, known!, name!);
  await execa('biome', ['check', '--write', ...files.filter((file) => file.endsWith('.ts'))], run);
  await execa(process.execPath, ['test/vectors/engine-parity.ts'], run);
  await execa(process.execPath, ['scripts/generate.ts'], run);
  for (const file of files) console.log(file);
  console.log('next: give it its arithmetic, both halves alike; then npm run generate, and npm test');
}

async function makeBoard(): Promise<void> {
  const file = await createBoard(root, name!, rest[1]);
  await execa('biome', ['check', '--write', file], run);
  await execa(process.execPath, ['scripts/generate.ts'], run);
  console.log(file);
  console.log('next: look every fact up that is marked UNCHECKED; docs/adding-a-board.md walks through it');
}

const isBoard = kind === 'board' && (rest.length === 0 || (rest.length === 2 && rest[0] === 'like'));
if (name === undefined || !(isBoard || (known !== undefined && rest.length === 0))) {
  console.error(`usage: npm run new ${PART_KINDS.join('|')} <name>`);
  console.error('       npm run new board <name> [like <board>]');
  process.exitCode = 2;
} else {
  try {
    await (isBoard ? makeBoard() : makePart());
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
