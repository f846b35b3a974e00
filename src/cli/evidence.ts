import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { decodeRunRecord } from '../record/codec.ts';
import { NeaiError } from '../shared/errors.ts';
import { BUNDLE, writeBundle } from './evidence/write-bundle.ts';
import { printJson, printLine } from './output.ts';

/** `neai evidence RUN`: the bundle of a run again, or of one that has none yet. */
export function registerEvidence(program: Command): void {
  program
    .command('evidence')
    .description(
      'pack everything that a run has left, and the signals it used, with a hash of each; neai verify checks it',
    )
    .argument('<run>', "a run's folder")
    .option('--out <file>', `the bundle (default: ${BUNDLE} in the folder)`)
    .option('--json', 'print one JSON document')
    .action(async (path: string, { out, json }: { readonly out?: string; readonly json?: boolean }) => {
      const folder = resolve(path);
      const file = join(folder, 'record.json');
      if (!(await stat(file).catch(() => undefined))?.isFile()) {
        throw new NeaiError('RECORD_INVALID', 'there is no record in this folder', { file });
      }
      const record = decodeRunRecord(await readFile(file, 'utf8'), file);
      const bundle = await writeBundle(folder, record, resolve(out ?? join(folder, BUNDLE)));
      if (json) printJson({ runId: record.runId, ...bundle });
      else printLine(`evidence ${bundle.path}, SHA-256 ${bundle.sha256}`);
    });
}
