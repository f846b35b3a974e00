import { count } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';
import { shortLibrary } from '../trend-page/subjects.ts';
import type { Cell, Matrix, Outcome, Place } from './matrix.ts';

const TONE: Record<Outcome, string> = {
  FAIL: 'fail',
  'NOT RUN': 'notrun',
  'NOT SHOWN': 'open',
  FLAKY: 'open',
  PASS: 'pass',
};
const GLYPH: Record<Outcome, string> = { FAIL: '✕', 'NOT RUN': '!', 'NOT SHOWN': '–', FLAKY: '↻', PASS: '✓' };
/** What has to be looked at comes first. */
const ORDER: readonly Outcome[] = ['FAIL', 'NOT RUN', 'NOT SHOWN', 'FLAKY', 'PASS'];
const LONGEST_DETAIL = 140;

/** Many runs as one page: boards with their libraries across, scenarios down, each cell a way to its run's page. */
export function renderMatrixPage(matrix: Matrix, neai: string): string {
  const cells = matrix.cells.flat();
  const number = (outcome: Outcome): number => cells.filter((cell) => cell.outcome === outcome).length;
  const words = ORDER.filter((outcome) => number(outcome) > 0).map(
    (outcome) => `${number(outcome)} ${outcome}`,
  );
  const kinds = new Set(matrix.places.map(({ kind }) => kind));
  return selfContainedPage({
    title: `Overview: ${words.join(', ')}`,
    bodyClass: `overview ${kinds.has('silicon') ? 'silicon' : 'virtual'}`,
    styles: ['page/style.css', 'page/tally.css', 'matrix-page/style.css'],
    modules: ['page/palette.js', 'matrix-page/script/main.js'],
    plots: false,
    data: { id: 'matrix-data', value: null },
    body: html`<a class="skip" href="#matrix">To the matrix</a>
${band(kinds)}
<header><h1>Overview <span>${count(matrix.scenarios.length)} scenarios on ${count(matrix.places.length)} boards with their libraries</span></h1>
<p class="run"><button type="button" id="theme" aria-pressed="false">Dark</button></p></header>
<main>
<section class="tally" aria-label="Outcomes">${ORDER.map((outcome) => tile(outcome, number(outcome), cells.length))}</section>
<section class="panel" id="matrix"><h2>Scenarios × boards × libraries <small>the newest run of each; a cell leads to its page</small></h2>
<div class="scroll" tabindex="0" aria-label="Matrix, scrollable"><table><thead><tr><td></td>${matrix.places.map(head)}</tr></thead>
<tbody>${matrix.scenarios.map(
      (scenario, row) =>
        html`<tr><th scope="row">${scenario}</th>${matrix.places.map((place, column) =>
          cellOf(matrix.cells[row]![column]!, scenario, place),
        )}</tr>`,
    )}</tbody></table></div></section>
${attention(matrix)}
</main>
<footer>Made by neai ${neai} from run records and scenario records alone.</footer>`,
  });
}

function band(kinds: ReadonlySet<Place['kind']>): Markup {
  if (kinds.size === 2) {
    return html`<p class="band virtual"><strong>Virtual boards and silicon</strong> – told apart column by column; no virtual run is a sign-off of silicon</p>`;
  }
  return kinds.has('silicon')
    ? html`<p class="band silicon"><strong>Silicon</strong></p>`
    : html`<p class="band virtual"><strong>Virtual boards</strong> – no sign-off of silicon</p>`;
}

const tile = (outcome: Outcome, number: number, all: number): Markup =>
  html`<div class="tile ${TONE[outcome]}${number === 0 ? ' none' : ''}"><span aria-hidden="true">${GLYPH[outcome]}</span> <b data-tally="${outcome}">${count(number)}</b> ${outcome}<small> of ${count(all)}</small></div>`;

const head = ({ board, kind, library }: Place): Markup =>
  html`<th scope="col"><b>${board}</b><span class="tag ${kind}">${kind}</span><code title="${library}">${shortLibrary(library)}</code></th>`;

function cellOf({ outcome, detail, page, at, older }: Cell, scenario: string, place: Place): Markup {
  const label = `${scenario} on ${place.board} (${place.kind}): ${outcome}. ${detail}`;
  const inside = html`<b>${GLYPH[outcome]} ${outcome}</b><small>${at === null ? null : `${at.slice(0, 10)} ${at.slice(11, 16)}`}${older === 0 ? null : `, ${older} older`}</small>`;
  const linked =
    page === null
      ? html`<span class="inside" title="${label}">${inside}</span>`
      : html`<a class="inside" href="${page}" title="${label}">${inside}</a>`;
  return html`<td class="${TONE[outcome]}" data-outcome="${outcome}">${linked}</td>`;
}

/** Everything that is no pass, spelled out; NOT RUN as loud as FAIL. */
function attention({ scenarios, places, cells }: Matrix): Markup {
  const rows = scenarios.flatMap((scenario, row) =>
    places.map((place, column) => ({ scenario, place, cell: cells[row]![column]! })),
  );
  const loud = rows
    .filter(({ cell }) => cell.outcome !== 'PASS')
    .toSorted((a, b) => ORDER.indexOf(a.cell.outcome) - ORDER.indexOf(b.cell.outcome));
  return html`<section class="panel" id="attention"><h2>What is no pass</h2>${
    loud.length === 0
      ? html`<p>Every scenario passed on every board with every library.</p>`
      : html`<table class="cards"><thead><tr><th scope="col">outcome</th><th scope="col">scenario</th><th scope="col">board, library</th><th scope="col">why</th></tr></thead>
<tbody>${loud.map(
          ({
            scenario,
            place,
            cell,
          }) => html`<tr class="${TONE[cell.outcome]}"><td class="tone" data-label="outcome">${GLYPH[cell.outcome]} ${cell.outcome}</td><td data-label="scenario">${
            cell.page === null ? scenario : html`<a href="${cell.page}">${scenario}</a>`
          }</td>
<td data-label="board">${place.board} (${place.kind}), <code>${shortLibrary(place.library)}</code></td><td data-label="why" class="why">${short(cell.detail)}</td></tr>`,
        )}</tbody></table>`
  }</section>`;
}

const short = (text: string): string =>
  text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)} …` : text;
