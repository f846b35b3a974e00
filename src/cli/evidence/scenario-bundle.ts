import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CheckedBundle } from '../../history/evidence/check.ts';
import type { Manifest } from '../../history/evidence/manifest.ts';
import { type Member, packEvidence, sha256Of } from '../../history/evidence/pack.ts';
import type { RecordedScenario, ScenarioRecord } from '../../record/scenario-record.ts';
import { sha256OfFile } from '../../studio/dataset-registry.ts';
import { replaceFile } from '../replace-file.ts';
import { BUNDLE } from './write-bundle.ts';

/** What a run of scenarios leaves beside its evidence. */
const REPORTS = ['record.json', 'report.html', 'verdict.json', 'junit.xml', 'ctrf.json'];
/** Evidence beyond this, taken together, stands in the bundle by its hash only; that of what failed comes first. */
const MOST_EVIDENCE_BYTES = 64_000_000;
const ORDER: readonly RecordedScenario['outcome'][] = ['failed', 'flaky', 'not run', 'passed'];

/**
 * Packs the reports of a run of scenarios and every file of evidence that its record names into evidence.zip beside them.
 * @returns path and SHA-256 of the bundle
 */
export async function writeScenarioBundle(
  folder: string,
  record: ScenarioRecord,
  target = join(folder, BUNDLE),
): Promise<{ readonly path: string; readonly sha256: string }> {
  const members: Member[] = [];
  for (const path of REPORTS.filter((name) => existsSync(join(folder, name)))) {
    members.push({ path, content: await readFile(join(folder, path)) });
  }
  const data: Manifest['data'] = [];
  let room = MOST_EVIDENCE_BYTES;
  for (const path of evidenceOf(record)) {
    const file = resolve(folder, path);
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? {};
    // Hashes of nothing would be hashes of something else: what is gone is told by the record alone.
    if (size === undefined) continue;
    if (size > room) {
      data.push({ path, sha256: await sha256OfFile(file), member: null, absent: `it has ${size} bytes` });
      continue;
    }
    room -= size;
    members.push({ path, content: await readFile(file) });
  }
  const tools = { neai: record.tools.neai, node: record.tools.node, playwright: record.tools.playwright };
  const zip = packEvidence({ runId: scenarioBundleId(record), data, tools }, members);
  await replaceFile(target, zip);
  return { path: target, sha256: sha256Of(zip) };
}

/** `20261120-231500-test`: a run of scenarios is known by its start. */
export function scenarioBundleId({ startedAt }: ScenarioRecord): string {
  const [date, time] = startedAt.split('T') as [string, string];
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-test`;
}

/** Files of evidence below the folder of the record, each once. */
function evidenceOf({ scenarios }: ScenarioRecord): string[] {
  const sorted = scenarios.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const files = sorted.flatMap(({ attempts }) => attempts.flatMap(({ files: own }) => own));
  return [...new Set(files)].filter((path) => !path.startsWith('..') && !REPORTS.includes(path));
}

/** Evidence that the record names and the bundle neither holds nor knows by its hash. */
export function evidenceNotThere({ members, manifest }: CheckedBundle, record: ScenarioRecord): string[] {
  const known = new Set(manifest?.data.map(({ path }) => path));
  return evidenceOf(record).filter((path) => !members.has(path) && !known.has(path));
}
