import type { Evidence } from '../record/primitives.ts';
import type { Verdicts } from '../record/run-record.ts';

/** The evidence as it stands behind every verdict: `virtual`, or `silicon` and the chip's unique id. */
function evidenceText(evidence: Evidence): string {
  if (evidence.kind === 'virtual') return 'virtual';
  return `silicon ${evidence.uniqueId ?? 'not reached'}`;
}

/** The two verdicts as lines for a terminal; reasons follow their verdict, indented. No verdict without evidence. */
export function verdictLines(verdicts: Verdicts, evidence: Evidence): string[] {
  return (['equivalence', 'fitness'] as const).flatMap((name) => [
    `${name} ${verdicts[name].verdict} (${evidenceText(evidence)})`,
    ...verdicts[name].reasons.map((reason) => `  ${reason}`),
  ]);
}

/**
 * Exit status of a comparison: 1 unless equivalence passed (what was not shown must not turn a pipeline green),
 * else 4 when fitness failed, else 0. Fitness that is not shown is no failure: a run on unlabelled lines asks for
 * equivalence alone.
 */
export function exitStatusOf(verdicts: Verdicts): 0 | 1 | 4 {
  if (verdicts.equivalence.verdict !== 'PASS') return 1;
  return verdicts.fitness.verdict === 'FAIL' ? 4 : 0;
}
