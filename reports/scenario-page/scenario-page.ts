import type { RecordedScenario, ScenarioRecord } from '../../src/record/scenario-record.ts';
import { count, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';

type Outcome = RecordedScenario['outcome'];
const TONE: Record<Outcome, string> = { passed: 'pass', failed: 'fail', flaky: 'open', 'not run': 'notrun' };
const GLYPH: Record<Outcome, string> = { passed: '✓', failed: '✕', flaky: '↻', 'not run': '!' };
/** What has to be looked at comes first. */
const ORDER: readonly Outcome[] = ['failed', 'not run', 'flaky', 'passed'];
const inWords = (outcome: Outcome): string => outcome.toUpperCase();

/**
 * A run of scenarios as one page: opens from a disk and asks no network for anything. Links lead to the evidence beside
 * it; everything stands there without its script too, which filters and turns the theme.
 * @param record a decoded scenario record.
 */
export function renderScenarioPage(record: ScenarioRecord): string {
  const { scenarios } = record;
  const number = (outcome: Outcome): number => scenarios.filter((one) => one.outcome === outcome).length;
  const words = ORDER.filter((outcome) => number(outcome) > 0).map(
    (outcome) => `${number(outcome)} ${outcome}`,
  );
  const boards = boardsOf(record);
  const kind = boards.every(({ evidence }) => evidence.kind === 'virtual') ? 'virtual' : 'silicon';
  const sorted = [...scenarios].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const passed = record.exitStatus === 0;
  // Nothing failed, and not everything was shown: no plain green.
  const tone = passed ? (number('not run') + number('flaky') > 0 ? 'open' : 'pass') : 'fail';
  return selfContainedPage({
    title: `Scenarios: ${words.join(', ') || 'none'} (${boards.length === 0 ? 'no board' : kind})`,
    bodyClass: `scenarios ${kind}`,
    styles: ['page/style.css', 'page/tally.css', 'scenario-page/style.css'],
    modules: ['page/palette.js', 'scenario-page/script/main.js'],
    plots: false,
    data: { id: 'scenario-data', value: null },
    body: html`<a class="skip" href="#scenarios">To the scenarios</a>
${band(boards)}
<header><h1>Scenarios <span>${record.form} form</span></h1>
<p class="run"><time datetime="${record.startedAt}">${record.startedAt.slice(0, 19).replace('T', ' ')} UTC</time>
<span>${seconds(record.seconds)}</span> <button type="button" id="theme" aria-pressed="false">Dark</button></p></header>
<main>
<section class="verdicts" aria-label="Verdict"><article class="verdict ${tone}">
<h2>Scenarios <span class="question">Did every board do what is expected of it?</span></h2>
<p class="word"><span class="glyph" aria-hidden="true">${passed ? '✓' : '✕'}</span>
<strong>${passed ? 'PASS' : 'FAIL'}</strong> <span class="evidence">${kind}: ${words.join(', ') || 'none'}</span></p>
</article></section>
<section class="tally" aria-label="Outcomes; a button shows those alone">${ORDER.map((outcome) => tile(outcome, number(outcome), scenarios.length))}</section>
<section class="panel" id="scenarios"><h2>What ran <small id="shown" role="status"></small></h2>
<table class="cards"><thead><tr><th scope="col">outcome</th><th scope="col">scenario</th><th scope="col">board</th><th scope="col">similarities</th><th scope="col">time</th><th scope="col">payload</th><th scope="col">evidence</th></tr></thead>
<tbody>${sorted.map(row)}</tbody></table></section>
</main>
<footer>Made by neai ${record.tools.neai} with Playwright ${record.tools.playwright} on Node ${record.tools.node},
from the scenario record, version ${record.formatVersion}.</footer>`,
  });
}

const tile = (outcome: Outcome, number: number, all: number): Markup =>
  html`<button type="button" class="tile ${TONE[outcome]}${number === 0 ? ' none' : ''}" data-filter="${outcome}" aria-pressed="false"${number === 0 ? html` disabled` : null}><span aria-hidden="true">${GLYPH[outcome]}</span> <b data-tally="${outcome}">${count(number)}</b> ${inWords(outcome)}<small> of ${count(all)}</small></button>`;

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
      : html`<pre class="why">${[failure.class, failure.code].filter(Boolean).join(', ')}: ${failure.message}</pre>`,
    reason === null ? null : html`<p class="why"><b>NOT RUN:</b> ${reason}</p>`,
    ...warnings.map((text) => html`<p class="warning">warning: ${text}</p>`),
  ];
  const tagged = tags.map((tag) => html` <span class="label">${tag}</span>`);
  return html`<tr class="${TONE[outcome]}" data-outcome="${outcome}"><td class="tone" data-label="outcome"><span class="badge">${GLYPH[outcome]} ${inWords(outcome)}</span></td>
<td data-label="scenario"><b>${title}</b>${tagged}<br><small class="path">${file}:${line}</small>${remarks}</td>
<td data-label="board"${empty(facts === null)}>${facts === null ? '–' : html`${facts.slot}<br><small>${facts.board}, ${facts.evidence.kind}</small>`}</td>
<td data-label="similarities"${empty(facts === null)}>${facts === null ? '–' : similarityStrip(facts.similarities)}</td>
<td data-label="time" class="tight${last === undefined ? ' empty' : ''}">${last === undefined ? '–' : seconds(last.seconds)}${attempts.length > 1 ? html`<br><small>${attempts.length} attempts</small>` : null}</td>
<td data-label="payload" class="tight${facts === null ? ' empty' : ''}">${facts === null ? '–' : html`${count(facts.payloadBytes)} B<br><small>${count(facts.calls)} calls</small>`}</td>
<td data-label="evidence"${empty((last?.files ?? []).length === 0)}>${(last?.files ?? []).length === 0 ? '–' : html`<ul class="files">${last!.files.map((path) => html`<li><a href="${path}">${path.split('/').at(-1)}</a></li>`)}</ul>`}</td></tr>
`;
}

/** What has nothing to tell takes no line of its own on a narrow screen. */
const empty = (is: boolean): Markup | null => (is ? html` class="empty"` : null);

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
  return html`<svg class="strip" width="${width}" height="${height}" role="img" aria-label="${similarities.length} similarities, ${low} below ${threshold}"><line x1="0" x2="${width}" y1="${yOf(threshold)}" y2="${yOf(threshold)}"/>${dots}</svg>`;
}
