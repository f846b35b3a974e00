import { appendFileSync } from 'node:fs';
import type { AttemptFacts, RecordedScenario, ScenarioRecord } from '../../src/record/scenario-record.ts';

const WORDS: Record<RecordedScenario['outcome'], string> = {
  failed: '❌ FAIL',
  flaky: '🔁 FLAKY',
  'not run': '⚠️ NOT RUN',
  passed: '✅ PASS',
};
/** What has to be looked at comes first. */
const ORDER: readonly RecordedScenario['outcome'][] = ['failed', 'flaky', 'not run', 'passed'];
const LONGEST_REMARK = 300;

/** Adds a run's summary to the page that GitHub shows of a step; does nothing where there is none. */
export function writeStepSummary(
  record: ScenarioRecord,
  file: string | undefined = process.env['GITHUB_STEP_SUMMARY'],
): void {
  if (file !== undefined && file !== '') appendFileSync(file, stepSummary(record));
}

/** A run of scenarios as GitHub's Markdown: verdict, evidence, and one row for each scenario that is no pass. */
export function stepSummary(record: ScenarioRecord): string {
  const { scenarios, exitStatus, form } = record;
  const number = (outcome: RecordedScenario['outcome']): number =>
    scenarios.filter((one) => one.outcome === outcome).length;
  const counts = ORDER.map((outcome) => `${number(outcome)} ${outcome}`).join(' · ');
  const rows = ORDER.flatMap((outcome) => scenarios.filter((one) => one.outcome === outcome)).map(row);
  const boards = [...new Set(scenarios.flatMap(boardsOf))];
  return `## Scenarios: ${exitStatus === 0 ? 'PASS' : 'FAIL'} (${form} form)

${counts}

Evidence: ${boards.length === 0 ? 'none: no board was borrowed' : boards.join('; ')}

| outcome | scenario | board | time | remark |
| --- | --- | --- | ---: | --- |
${rows.join('\n')}

`;
}

function row({ outcome, title, file, line, attempts, failure, reason }: RecordedScenario): string {
  const last = attempts.at(-1);
  const facts = last?.facts ?? null;
  const time = last === undefined ? '–' : `${last.seconds.toFixed(1)} s`;
  const tries = attempts.length > 1 ? `${attempts.length} attempts` : '';
  const said =
    failure === null
      ? (reason ?? '')
      : `**${[failure.class, failure.code].filter(Boolean).join(', ')}**: ${cell(failure.message)}`;
  const remark = [tries, failure === null ? cell(said) : said].filter(Boolean).join('; ');
  const place = `${cell(title)}<br><sub>${cell(file)}:${line}</sub>`;
  return `| ${[WORDS[outcome], place, facts === null ? '–' : boardWords(facts), time, remark].join(' | ')} |`;
}

const boardWords = ({ board, evidence }: AttemptFacts): string =>
  `${board}, ${evidence.kind === 'virtual' ? 'virtual' : `silicon ${evidence.uniqueId ?? 'not reached'}`}`;

const boardsOf = ({ attempts }: RecordedScenario): string[] =>
  attempts.flatMap(({ facts }) =>
    facts === null
      ? []
      : [`${facts.slot}: ${boardWords(facts)}${isVirtual(facts) ? ', no sign-off of silicon' : ''}`],
  );

const isVirtual = ({ evidence }: AttemptFacts): boolean => evidence.kind === 'virtual';

/** First line of a text of others, such that it stays in its cell and is read as text. */
function cell(text: string): string {
  const [first = ''] = text.split('\n');
  const short = first.length > LONGEST_REMARK ? `${first.slice(0, LONGEST_REMARK)} …` : first;
  return short.replaceAll(/[\\`*_{}[\]<>|#~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
