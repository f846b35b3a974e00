import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emitBoards } from '../src/boards/emit-board.ts';
import { emitProtocolHeader } from '../src/protocol/emit-c.ts';
import { emitProtocolDocument } from '../src/protocol/emit-docs.ts';
import { emitRecordSchemas } from '../src/record/emit-schema.ts';
import type { FilePlan } from '../src/shared/file-plan.ts';
import { emitBringUp } from './emit-bring-up.ts';
import { emitErrorDocument } from './emit-errors.ts';
import { emitFlashPrices } from './emit-flash-prices.ts';
import { emitSearchKernels } from './emit-search-kernels.ts';

/** Everything that is written by the machine and committed. A new emitter is one more line here. */
const EMITTERS: readonly (() => FilePlan | Promise<FilePlan>)[] = [
  emitProtocolHeader,
  emitProtocolDocument,
  emitErrorDocument,
  emitBringUp,
  emitRecordSchemas,
  emitBoards,
  emitSearchKernels,
  emitFlashPrices,
];

const root = join(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');
const stale: string[] = [];

for (const emit of EMITTERS) {
  for (const { path, content } of await emit()) {
    const target = join(root, path);
    const wanted = Buffer.from(content);
    const present = await readFile(target).catch(() => undefined);
    if (present?.equals(wanted)) continue;
    stale.push(path);
    if (checkOnly) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, wanted);
  }
}

for (const path of stale) console.log(checkOnly ? `stale: ${path}` : `written: ${path}`);
if (checkOnly && stale.length > 0) {
  console.error('Generated files differ from their sources. Run: npm run generate');
  process.exitCode = 1;
}
