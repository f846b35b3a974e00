/**
 * `npm run new model <name>` and `npm run new transform <name>`: a pair of TypeScript and C from a template, entered in
 * its list. Parity, search, size prices and the tests of the portfolio find it there. What is generated from the list
 * is generated anew, and vectors are added.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { createPart, PART_KINDS } from './new-part.ts';

const root = join(import.meta.dirname, '..');
const [kind, name, ...rest] = process.argv.slice(2);
const known = PART_KINDS.find((one) => one === kind);

if (known === undefined || name === undefined || rest.length > 0) {
  console.error(`usage: npm run new ${PART_KINDS.join('|')} <name>`);
  process.exitCode = 2;
} else {
  try {
    const files = await createPart(root, known, name);
    const run = { cwd: root, stdio: 'inherit', preferLocal: true } as const;
    await execa('biome', ['check', '--write', ...files.filter((file) => file.endsWith('.ts'))], run);
    await execa(process.execPath, ['test/vectors/engine-parity.ts'], run);
    await execa(process.execPath, ['scripts/generate.ts'], run);
    for (const file of files) console.log(file);
    console.log('next: give it its arithmetic, both halves alike; then npm run generate, and npm test');
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
