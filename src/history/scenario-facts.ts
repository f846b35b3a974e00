import type { DatabaseSync } from 'node:sqlite';
import type { RecordedScenario, ScenarioRecord } from '../record/scenario-record.ts';
import type { Attempt, RunEnd } from './run-writer.ts';

/** The run of one scenario within a run of scenarios. `at` counts from 0. */
export const scenarioRunId = (session: string, at: number): string => `${session}/${at + 1}`;

const STATUS = {
  passed: 'passed',
  failed: 'failed',
  timedOut: 'failed',
  skipped: 'not run',
  interrupted: 'not run',
} as const;

/** How many runs of scenarios a history holds. */
export function countSessions(database: DatabaseSync): number {
  const row = database
    .prepare(
      "SELECT count(DISTINCT substr(run_id, 1, instr(run_id, '/') - 1)) AS sessions FROM runs WHERE source = 'scenario'",
    )
    .get();
  return Number(row?.['sessions'] ?? 0);
}

/** What one scenario ended with; place and library are those of its last attempt that had a board. */
export function endOfScenario(
  scenario: RecordedScenario,
  { startedAt, tools }: Pick<ScenarioRecord, 'startedAt' | 'tools'>,
): RunEnd {
  const { attempts, failure, outcome } = scenario;
  const facts = attempts.findLast((attempt) => attempt.facts !== null)?.facts ?? null;
  const seconds = attempts.reduce((sum, attempt) => sum + attempt.seconds, 0);
  const where =
    facts === null
      ? {}
      : {
          board: facts.board,
          kind: facts.evidence.kind,
          uniqueId: facts.evidence.uniqueId,
          library: facts.libraryId,
        };
  return {
    ...where,
    facts: {
      slot: facts?.slot ?? null,
      firmware: facts?.firmwareBuildId ?? null,
      neai: tools.neai,
      node: tools.node,
      file: scenario.file,
    },
    endedAt: new Date(Date.parse(startedAt) + 1000 * seconds).toISOString(),
    state: attempts.some(({ status }) => status === 'interrupted') ? 'broken off' : 'complete',
    equivalence: null,
    fitness: null,
    outcome,
    firstDifference: failure === null ? null : (failure.message.split('\n')[0] ?? null) || null,
    figures: [],
    digests: facts === null || outcome === 'not run' ? {} : { similarities: facts.similarities.join(' ') },
    attempts: attempts.map(({ status, seconds: took }): Attempt => {
      const ended = STATUS[status];
      const blame = ended === 'failed' ? failure : null;
      return { status: ended, seconds: took, class: blame?.class ?? null, code: blame?.code ?? null };
    }),
  };
}
