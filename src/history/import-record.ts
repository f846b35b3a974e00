import type { DatabaseSync } from 'node:sqlite';
import type { ScenarioRecord } from '../record/scenario-record.ts';
import { parseRunId, runName } from '../shared/run-id.ts';
import { transaction } from './database.ts';
import type { RecordedRun } from './recorded-run.ts';
import { endOf, knowledgeOf, planOf } from './run-facts.ts';
import { RunWriter } from './run-writer.ts';
import { endOfScenario, scenarioRunId } from './scenario-facts.ts';

export interface ImportPlace {
  /** Folder of the record, as the history keeps it. */
  readonly folder: string | null;
  /** Version control's name of the state it was made with; null when nobody knows any more. */
  readonly commit: string | null;
}

/** Enters a run that has ended. @returns false when the history has it already */
export function importRun(database: DatabaseSync, run: RecordedRun, place: ImportPlace): boolean {
  return transaction(database, () => {
    const { runId, startedAt, tools, calls } = run;
    const scenario = scenarioOf(run);
    const start = {
      runId,
      source: 'compare',
      scenario,
      startedAt,
      neai: tools.neai,
      folder: place.folder,
    } as const;
    const writer = RunWriter.begin(database, start);
    if (writer === undefined) return false;
    writer.know({ ...knowledgeOf(run), commit: place.commit });
    writer.plan(planOf(run));
    for (const side of ['reference', 'target'] as const) {
      for (const [call, code] of calls[side].code.entries()) {
        const { learnCounter, digest } = calls[side];
        const answer = { code, learnCounter: learnCounter[call] ?? null, digest: digest[call] ?? null };
        writer.answer(
          side,
          side === 'target' ? { ...answer, ticks: calls.target.ticks[call] ?? null } : answer,
        );
      }
    }
    for (const { step, seconds } of run.timings) writer.step(step, seconds);
    writer.finish(endOf(run));
    return true;
  });
}

/** Enters every scenario of a run of scenarios. @returns how many were new */
export function importScenarios(
  database: DatabaseSync,
  record: ScenarioRecord,
  { session, ...place }: ImportPlace & { readonly session: string },
): number {
  return transaction(database, () => {
    let entered = 0;
    for (const [at, scenario] of record.scenarios.entries()) {
      const runId = scenarioRunId(session, at);
      const start = {
        runId,
        source: 'scenario',
        scenario: scenario.title,
        startedAt: record.startedAt,
      } as const;
      const writer = RunWriter.begin(database, { ...start, neai: record.tools.neai, folder: place.folder });
      if (writer === undefined) continue;
      writer.know({ commit: place.commit });
      writer.finish(endOfScenario(scenario, record));
      entered++;
    }
    return entered;
  });
}

/** What the run was called: as its command named it, else as its id does. */
function scenarioOf({ runId, command }: RecordedRun): string {
  const [, named] = /\s--name[ =](\S+)/.exec(command) ?? [];
  if (named !== undefined) return runName(named);
  return parseRunId(runId)?.name ?? runId.replace(/^\d{8}-\d{6}-/, '').replace(/-\d+$/, '');
}
