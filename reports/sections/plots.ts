import type { RunRecord } from '../../src/record/run-record.ts';
import { sideName } from '../format.ts';
import { html, type Markup } from '../html.ts';

const FILTERS: readonly [value: string, words: string][] = [
  ['all', 'all signals'],
  ['differs', 'differing'],
  ['misjudged', 'misjudged'],
  ['nominal', 'nominal'],
  ['anomaly', 'anomaly'],
  ['unknown', 'unknown or no label'],
  ['seen', 'seen by search or learning'],
];

/** Similarity of every detected signal on both sides, and one side against the other; filled in by the page's script. */
export function similarityPlots(record: RunRecord): Markup {
  const target = sideName(record.sides.target);
  const reference = sideName(record.sides.reference);
  return html`<section class="plots" aria-labelledby="similarity-title">
    <div class="plot-head"><h2 id="similarity-title">Similarity of every signal</h2>
      <label class="filter">Show <select id="filter">${FILTERS.map(
        ([value, words]) => html`<option value="${value}">${words}</option>`,
      )}</select></label>
      <span id="shown-count" role="status"></span></div>
    <div class="plot-pair">
      ${plot('plot-similarity', `Similarity on ${target} and ${reference}, threshold ${record.threshold}`, 'wide')}
      ${plot('plot-agreement', `${target} against ${reference}, with the identity line`, 'square')}
    </div>
    <div class="selection"><button type="button" id="previous-signal">Previous</button>
      <button type="button" id="next-signal">Next</button>
      <button type="button" id="next-difference">Next difference</button>
      <output id="selection">No signal chosen: click a point, or use the arrow keys in a plot.</output></div>
    <noscript><p>The plots need JavaScript; verdicts and tables on this page do not.</p></noscript>
  </section>`;
}

/** Ticks of each library call, by its kind. */
export function ticksPlot({ perCall }: RunRecord): Markup {
  return plot('plot-ticks', `${perCall.unit} per library call, without digest and link`, 'wide');
}

/** The signals as a table that follows the filter: what the plots show, readable without seeing them. */
export function signalTable(record: RunRecord): Markup {
  return html`<div class="scroll" tabindex="0" aria-label="Signals, scrollable">
    <table id="signals"><thead><tr><th scope="col">signal</th><th scope="col">call</th><th scope="col">file</th>
      <th scope="col">line</th><th scope="col">label</th><th scope="col">${sideName(record.sides.reference)}</th>
      <th scope="col">${sideName(record.sides.target)}</th><th scope="col">learn counter</th>
      <th scope="col">knowledge digest</th><th scope="col">outcome</th></tr></thead><tbody></tbody></table></div>
    <div class="pager"><button type="button" id="page-back">Back</button>
      <button type="button" id="page-on">On</button> <span id="page-place" role="status"></span></div>`;
}

function plot(id: string, label: string, shape: 'wide' | 'square'): Markup {
  return html`<figure class="${shape}"><div class="plot" id="${id}" tabindex="0" role="application"
    aria-label="${label}. Arrow keys move from signal to signal."></div>
    <figcaption>${label}</figcaption></figure>`;
}
