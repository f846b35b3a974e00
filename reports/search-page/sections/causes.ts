import type { SearchRecord } from '../../../src/record/search-record.ts';
import { html, type Markup } from '../../html.ts';

/** Why the result is no better: one line for each cause, which leads to its figures and remedy. */
export function causeLines({ causes }: SearchRecord): Markup {
  return html`<section class="panel causes" aria-labelledby="causes-title">
    <h2 id="causes-title">Why it is no better <small>known causes that apply: ${causes.length}</small></h2>
    <ol>${causes.map(
      ({ kind, message }, i) =>
        html`<li><a href="#cause-${i + 1}"><b>${kind}</b> <span>${message}</span></a></li>`,
    )}</ol></section>`;
}

/** Every cause with its figures and what to do about it. */
export function causeList({ causes }: SearchRecord): Markup | null {
  if (causes.length === 0) return null;
  return html`<section class="panel" id="causes"><h2>Causes, and what to do</h2><table class="cards">
    <thead><tr><th scope="col">cause</th><th scope="col">what the data show</th><th scope="col">remedy</th></tr></thead>
    <tbody>${causes.map(
      (
        { kind, message, remedy },
        i,
      ) => html`<tr id="cause-${i + 1}"><th scope="row"><b data-cause="${kind}">${kind}</b></th>
        <td data-label="what the data show">${message}</td><td data-label="remedy">${remedy}</td></tr>`,
    )}</tbody></table></section>`;
}

/** What won and why. */
export function reasonWon({ winner, causes, thresholdCalibrated, wellAbove }: SearchRecord): Markup {
  const fine = `No cause of poor results applies: both indicators reach ${Math.round(100 * wellAbove)} %, cross-validated and held out.`;
  return html`<section class="panel won" id="won" aria-labelledby="won-title">
    <h2 id="won-title">What won, and why</h2>
    <p class="chain"><code data-winner>${winner.text}</code></p>
    <p data-why>${winner.why}</p>
    ${causes.length === 0 && thresholdCalibrated ? html`<p class="fine">${fine}</p>` : null}
  </section>`;
}
