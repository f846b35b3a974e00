import type { RecordedScenario, ScenarioRecord } from '../src/record/scenario-record.ts';
import { count, seconds } from './format.ts';
import { html, Markup } from './html.ts';
import { pageStyle } from './page-script.ts';

const TONE: Record<RecordedScenario['outcome'], string> = {
  passed: 'pass',
  failed: 'fail',
  flaky: 'open',
  'not run': 'open',
};
const GLYPH: Record<RecordedScenario['outcome'], string> = {
  passed: '✓',
  failed: '✕',
  flaky: '↻',
  'not run': '–',
};
/** What has to be looked at comes first. */
const ORDER: readonly RecordedScenario['outcome'][] = ['failed', 'flaky', 'not run', 'passed'];

const OWN_STYLE = `
td{vertical-align:top}td:nth-child(n+5):nth-child(-n+6){white-space:nowrap}li{display:inline-block;margin-right:.7rem;font-size:.85rem}td pre{margin:.3rem 0 0;white-space:pre-wrap}ul.plain{margin:0;padding:0;list-style:none}
.tone{color:var(--tone);font-weight:700;white-space:nowrap}svg circle{fill:var(--nominal)}
svg circle.low{fill:var(--anomaly)}svg line{stroke:var(--line)}`;

/**
 * A run of scenarios as one page without any script: opens from a disk and asks no network for anything. Links lead to
 * the evidence beside it.
 * @param record a decoded scenario record.
 */
export function renderScenarioPage(record: ScenarioRecord): string {
  const { scenarios } = record;
  const number = (outcome: RecordedScenario['outcome']): number =>
    scenarios.filter((one) => one.outcome === outcome).length;
  const words = ORDER.filter((outcome) => number(outcome) > 0).map(
    (outcome) => `${number(outcome)} ${outcome}`,
  );
  const boards = boardsOf(record);
  const kind = boards.every(({ evidence }) => evidence.kind === 'virtual') ? 'virtual' : 'silicon';
  const worst = ORDER.find((outcome) => number(outcome) > 0) ?? 'not run';
  const sorted = [...scenarios].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>Scenarios: ${words.join(', ')} (${boards.length === 0 ? 'no board' : kind})</title>
<style>${new Markup(pageStyle() + OWN_STYLE)}</style>
</head>
<body class="${kind}">
<a class="skip" href="#scenarios">To the scenarios</a>
${band(boards)}
<header><h1>Scenarios <span>${record.form} form</span></h1>
<p class="run"><time datetime="${record.startedAt}">${record.startedAt.slice(0, 19).replace('T', ' ')} UTC</time>
<span>${seconds(record.seconds)}</span></p></header>
<main>
<section class="verdicts" aria-label="Verdict"><article class="verdict ${TONE[worst]}">
<h2>Scenarios <span class="question">Did every board do what is expected of it?</span></h2>
<p class="word"><span class="glyph" aria-hidden="true">${GLYPH[worst]}</span>
<strong>${record.exitStatus === 0 ? 'PASS' : 'FAIL'}</strong> <span class="evidence">${words.join(', ') || 'none'}</span></p>
</article></section>
<section class="panel" id="scenarios"><h2>What ran</h2>
<table><thead><tr><th>Outcome</th><th>Scenario</th><th>Board</th><th>Similarities</th><th>Time</th><th>Payload</th><th>Evidence</th></tr></thead>
<tbody>${sorted.map(row)}</tbody></table></section>
</main>
<footer>Made by neai ${record.tools.neai} with Playwright ${record.tools.playwright} on Node ${record.tools.node},
from the scenario record, version ${record.formatVersion}.</footer>
</body>
</html>
`;
  return page.text;
}

type Facts = NonNullable<RecordedScenario['attempts'][number]['facts']>;

function boardsOf({ scenarios }: ScenarioRecord): Facts[] {
  const facts = scenarios.flatMap(({ attempts }) => attempts.flatMap((attempt) => attempt.facts ?? []));
  return [...new Map(facts.map((one) => [one.slot, one])).values()];
}

/** Nothing virtual may be taken for a sign-off of a board. */
function band(boards: readonly Facts[]): Markup {
  const named = boards.map(
    ({ slot, board, evidence }) =>
      html` ${slot}: ${board}, ${evidence.kind} <code>${evidence.uniqueId}</code>`,
  );
  return boards.some(({ evidence }) => evidence.kind === 'silicon')
    ? html`<p class="band silicon"><strong>Boards</strong>${named}</p>`
    : html`<p class="band virtual"><strong>Virtual boards</strong> – no sign-off of silicon.${named}</p>`;
}

function row(scenario: RecordedScenario): Markup {
  const { outcome, title, file, line, tags, attempts, failure, reason, warnings } = scenario;
  const last = attempts.at(-1);
  const facts = last?.facts ?? null;
  const remarks = [
    failure === null
      ? null
      : html`<pre>${[failure.class, failure.code].filter(Boolean).join(', ')}: ${failure.message}</pre>`,
    reason === null ? null : html`<p>NOT RUN: ${reason}</p>`,
    ...warnings.map((text) => html`<p>warning: ${text}</p>`),
  ];
  return html`<tr class="${TONE[outcome]}" data-outcome="${outcome}"><td class="tone">${GLYPH[outcome]} ${outcome}</td>
<td><b>${title}</b><br><small class="path">${file}:${line} ${tags.join(' ')}</small>${remarks}</td>
<td>${facts === null ? '–' : html`${facts.slot}<br><small>${facts.board}, ${facts.evidence.kind}</small>`}</td>
<td>${facts === null ? '–' : similarityStrip(facts.similarities)}</td>
<td>${last === undefined ? '–' : seconds(last.seconds)}${attempts.length > 1 ? html`<br><small>${attempts.length} attempts</small>` : null}</td>
<td>${facts === null ? '–' : html`${count(facts.payloadBytes)} B<br><small>${count(facts.calls)} calls</small>`}</td>
<td><ul class="plain">${(last?.files ?? []).map((path) => html`<li><a href="${path}">${path.split('/').at(-1)}</a></li>`)}</ul></td></tr>
`;
}

const STRIP = { width: 180, height: 44, threshold: 90 };

/** Every similarity as a dot, 100 above, 0 below; the line is the usual threshold. */
function similarityStrip(similarities: readonly number[]): Markup {
  if (similarities.length === 0) return html`–`;
  const { width, height, threshold } = STRIP;
  const yOf = (similarity: number): number =>
    Number((3 + ((100 - similarity) * (height - 6)) / 100).toFixed(1));
  const dots = similarities.map((similarity, index) => {
    const x = Number((3 + ((width - 6) * (index + 0.5)) / similarities.length).toFixed(1));
    return html`<circle cx="${x}" cy="${yOf(similarity)}" r="1.6" class="${similarity < threshold ? 'low' : ''}"/>`;
  });
  const low = similarities.filter((similarity) => similarity < threshold).length;
  return html`<svg width="${width}" height="${height}" role="img" aria-label="${similarities.length} similarities, ${low} below ${threshold}"><line x1="0" x2="${width}" y1="${yOf(threshold)}" y2="${yOf(threshold)}"/>${dots}</svg>`;
}
