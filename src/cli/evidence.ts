import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { decodeRunRecord } from '../record/codec.ts';
import { formatOf } from '../record/document.ts';
import type { RunRecord } from '../record/run-record.ts';
import {
  decodeScenarioRecord,
  SCENARIO_RECORD_FORMAT,
  type ScenarioRecord,
} from '../record/scenario-record.ts';
import { NeaiError } from '../shared/errors.ts';
import { scenarioBundleId, writeScenarioBundle } from './evidence/scenario-bundle.ts';
import { BUNDLE, writeBundle } from './evidence/write-bundle.ts';
import { printJson, printLine, printRemark } from './output.ts';

/** `neai evidence RUN`: the bundle of a run again, or of one that has none yet. */
export function registerEvidence(program: Command): void {
  program
    .command('evidence')
    .description(
      'pack everything that a run has left, and the signals it used, with a hash of each; neai verify checks it',
    )
    .argument('<run>', 'folder of a run, or of the reports of neai test')
    .option('--out <file>', `the bundle (default: ${BUNDLE} in the folder)`)
    .option('--json', 'print one JSON document')
    .action(async (path: string, { out, json }: { readonly out?: string; readonly json?: boolean }) => {
      const folder = resolve(path);
      const file = join(folder, 'record.json');
      if (!(await stat(file).catch(() => undefined))?.isFile()) {
        throw new NeaiError('RECORD_INVALID', 'there is no record in this folder', { file });
      }
      const text = await readFile(file, 'utf8');
      const target = resolve(out ?? join(folder, BUNDLE));
      const { runId, bundle } =
        formatOf(text) === SCENARIO_RECORD_FORMAT
          ? await ofScenarios(decodeScenarioRecord(text, file), folder, target)
          : await ofRun(decodeRunRecord(text, file), folder, target);
      for (const why of bundle.leftOut ?? []) printRemark(`in the bundle by its hash only: ${why}`);
      if (json) printJson({ runId, ...bundle });
      else printLine(`evidence ${bundle.path}, SHA-256 ${bundle.sha256}`);
    });
}

interface Made {
  readonly runId: string;
  readonly bundle: { readonly path: string; readonly sha256: string; readonly leftOut?: readonly string[] };
}

const ofRun = async (record: RunRecord, folder: string, target: string): Promise<Made> => ({
  runId: record.runId,
  bundle: await writeBundle(folder, record, target),
});

const ofScenarios = async (record: ScenarioRecord, folder: string, target: string): Promise<Made> => ({
  runId: scenarioBundleId(record),
  bundle: await writeScenarioBundle(folder, record, target),
});
