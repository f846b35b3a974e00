import type { FitnessFacts } from '../../src/record/fitness-facts.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** What fitness rests on beyond its limits: how much was learned of which regime, and why the result is no better. */
export function fitnessPanel({ fitnessFacts, criteria }: RunRecord): Markup {
  return html`<section class="panel" id="fitness-facts"><h2>What fitness rests on</h2>
<div class="columns"><div>${regimes(fitnessFacts)}</div><div>${causes(fitnessFacts, criteria)}</div></div></section>`;
}

function regimes({ minimumIterations: { learned, minimum, reached }, regimes: list }: FitnessFacts): Markup {
  const words = reached ? 'reached' : 'not reached';
  return html`<p><b data-fitness="learned">${count(learned)}</b> signals learned; the library asks for
<b>${count(minimum)}</b> <span class="tag ${reached ? 'pass' : 'fail'}">${words}</span></p>
${
  list.length === 0
    ? html`<p>No regular file was given: no regime to cover.</p>`
    : html`<table class="cards regimes"><caption>Regimes: every regular file is one</caption><thead><tr><th scope="col">regime</th><th scope="col" class="number">learned</th>
<th scope="col" class="number">recognised</th><th scope="col">covered</th></tr></thead><tbody>${list.map(
        ({
          name,
          learned: own,
          detected,
          recognised,
          covered,
        }) => html`<tr data-regime><th scope="row"><span class="path">${name}</span></th>
<td class="number" data-label="learned">${count(own)}</td>
<td class="number" data-label="recognised">${recognised === null ? 'none detected' : `${percent(recognised)} of ${count(detected)}`}</td>
<td data-label="covered"><span class="tag ${covered ? 'pass' : 'fail'}">${covered ? 'covered' : 'NOT COVERED'}</span></td></tr>`,
      )}</tbody></table>`
}`;
}

function causes({ causes: list }: FitnessFacts, criteria: RunRecord['criteria']): Markup {
  if (list.length > 0) {
    return html`<h3>Why it is no better</h3><ol class="causes-list">${list.map(
      ({ kind, message, remedy }) =>
        html`<li><b data-cause="${kind}">${kind}</b>: ${message} <span class="remedy">${remedy}</span></li>`,
    )}</ol>`;
  }
  return criteria.every(({ verdict }) => verdict === 'PASS')
    ? html`<p>Every limit is kept: no cause is looked for.</p>`
    : html`<p>None of the known causes of poor results fits the figures of this run.</p>`;
}
