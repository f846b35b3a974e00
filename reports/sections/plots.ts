import type { RunRecord } from '../../src/record/run-record.ts';
import { sideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Filters by outcome; what passes is counted beside each by the page's script. */
const FILTERS: readonly [value: string, words: string][] = [
  ['all', 'all'],
  ['match', 'match'],
  ['differs', 'differs'],
  ['flip', 'flip'],
  ['misjudged', 'misjudged'],
  ['nominal', 'nominal'],
  ['anomaly', 'anomaly'],
  ['unknown', 'no label'],
  ['learned', 'learned'],
  ['seen', 'seen'],
];

/** Every signal on both sides, one side against the other, and what remains between them; drawn by the page's script. */
export function similarityPlots(record: RunRecord): Markup {
  const { target, reference } = sideNames(record.sides);
  return html`<section class="plots" id="similarity" aria-labelledby="similarity-title">
<div class="plot-head"><h2 id="similarity-title">Every signal on both sides</h2>
<fieldset class="filters" id="filters"><legend>Show</legend>${FILTERS.map(
    ([value, words]) =>
      html`<label><input type="radio" name="filter" value="${value}"${value === 'all' ? CHECKED : null}><span>${words} <b></b></span></label>`,
  )}</fieldset></div>
<div class="plot-pair">
${plot('plot-similarity', `similarity on both sides, in the order of the run; threshold ${record.threshold}`, 'wide')}
${plot('plot-agreement', `${target} against ${reference}, with the identity line`, 'square')}
${plot('plot-residual', `residual: ${target} − ${reference}, in points of similarity`, 'wide low')}
${plot('plot-histogram', 'how many signals are how far apart', 'square low')}
</div>
<div class="selection"><button type="button" id="previous-signal">Previous</button>
<button type="button" id="next-signal">Next</button>
<button type="button" id="next-difference">Next difference</button>
<button type="button" id="clear-selection" disabled>Clear selection</button>
<output id="selection">No signal chosen: click a point, use the arrow keys in a plot, or drag over several (Shift and arrow keys); what is chosen in one plot is marked in all.</output></div>
<noscript><p>The plots need JavaScript; verdicts and tables on this page do not.</p></noscript>
</section>`;
}

const CHECKED = html` checked`;

/** Learning curve and accuracy at every threshold, both sides in each. */
export function curvePlots(record: RunRecord): Markup | null {
  const { metrics } = record;
  if (metrics === null) return null;
  const { target, reference } = sideNames(record.sides);
  const caption = `solid ${target}, dashed ${reference}`;
  const shown = metrics.thresholds.target.balancedAccuracy.some((one) => one !== null);
  return html`<div class="plot-pair even">
<section class="panel" id="learning"><h2>Learning curve <small>both sides, on the same held-out signals</small></h2>${
    metrics.learningCurve.length === 0
      ? html`<p>No signals were held out for it in this run.</p>`
      : plot('plot-learning', caption, 'low')
  }</section>
<section class="panel" id="thresholds"><h2>Accuracy at every threshold <small>both sides</small></h2>${
    shown
      ? plot('plot-thresholds', caption, 'low')
      : html`<p>Not shown: it takes labelled, unseen signals of both kinds.</p>`
  }</section></div>`;
}

/** Ticks of each library call, by its kind. */
export function ticksPlot({ perCall }: RunRecord): Markup {
  return plot('plot-ticks', `${perCall.unit} per library call, without digest and link`, 'wide low');
}

/** The signals as a table that follows filter and selection: what the plots show, readable without seeing them. */
export function signalTable(record: RunRecord): Markup {
  const names = sideNames(record.sides);
  return html`<div class="scroll" tabindex="0" aria-label="Signals, scrollable">
<table id="signals"><thead><tr><th scope="col">signal</th><th scope="col">call</th><th scope="col">file</th>
<th scope="col">line</th><th scope="col">label</th><th scope="col">${names.reference}</th>
<th scope="col">${names.target}</th><th scope="col">learn counter</th>
<th scope="col">knowledge digest</th><th scope="col">outcome</th></tr></thead><tbody></tbody></table></div>
<div class="pager"><button type="button" id="page-back">Back</button>
<button type="button" id="page-on">On</button> <span id="page-place" role="status"></span></div>`;
}

function plot(id: string, label: string, shape: string): Markup {
  return html`<figure class="${shape}"><div class="plot" id="${id}" tabindex="0" role="application"
aria-label="${label}. Arrow keys move from point to point."></div>
<figcaption>${label}</figcaption></figure>`;
}
