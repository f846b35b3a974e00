import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { planPruning, removeRuns } from '../../history/prune.ts';
import type { StoredRun } from '../../history/read-runs.ts';
import { NeaiError } from '../../shared/errors.ts';
import { printJson, printLine } from '../output.ts';
import type { OpenedHistory, ReadOptions } from './open.ts';

interface PruneOptions extends ReadOptions {
  readonly keep?: number;
  readonly olderThan?: number;
  readonly folders?: boolean;
  readonly dryRun?: boolean;
}

const DAY_MS = 86_400_000;

/** `neai history prune`: takes old runs out, and says which. */
export async function prune({ database, file, runs }: OpenedHistory, given: ReadOptions): Promise<void> {
  const { keep, olderThan, folders, dryRun = false, last, json } = given as PruneOptions;
  if (keep === undefined && olderThan === undefined) {
    throw new NeaiError('USAGE', 'nothing says what may go', {
      remedy: 'Add --keep N (newest runs of each scenario and board), --older-than DAYS, or both.',
    });
  }
  if (last !== undefined) throw new NeaiError('USAGE', '--last chooses the newest runs: prune has --keep');
  const before =
    olderThan === undefined ? undefined : new Date(Date.now() - olderThan * DAY_MS).toISOString();
  const { removed, spared } = planPruning(database, runs, { keep, before });
  const gone = folders === true ? removed.flatMap((run) => folderOf(run, file) ?? []) : [];
  if (!dryRun) {
    removeRuns(database, removed);
    for (const folder of gone) await rm(folder, { recursive: true, force: true });
  }
  if (json) {
    printJson({
      dryRun,
      removed: removed.map(({ runId }) => runId),
      folders: gone,
      spared: spared.map(({ run, why }) => ({ run: run.runId, why })),
    });
    return;
  }
  const verb = dryRun ? 'would remove' : 'removed';
  for (const { runId, scenario, board } of removed)
    printLine(`${verb} ${runId} (${scenario} on ${board ?? 'no board'})`);
  for (const folder of gone) printLine(`${verb} ${folder}`);
  for (const { run, why } of spared) printLine(`stays ${run.runId}: ${why}`);
  printLine(`${verb} ${removed.length} of ${runs.length} runs`);
}

/** The folder of a run of its own, below the history; reports of scenarios lie together in one, which stays. */
function folderOf({ source, runId, folder }: StoredRun, file: string): string | null {
  if (source !== 'compare' || folder === null || isAbsolute(folder) || basename(folder) !== runId)
    return null;
  const path = resolve(dirname(file), folder);
  return existsSync(path) ? path : null;
}
