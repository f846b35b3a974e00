import type { SearchRecord } from '../../../src/record/search-record.ts';
import { html, type Markup } from '../../html.ts';

const FILTERS: readonly [value: string, words: string][] = [
  ['all', 'all lines'],
  ['misjudged', 'misjudged'],
  ['regular', 'regular'],
  ['abnormal', 'abnormal'],
  ['selection', 'cross-validated'],
  ['held out', 'held out'],
];

/** The lines as a table that follows the filter, and so does the plot of similarity: readable without seeing it. */
export function lineTable({ couples }: SearchRecord): Markup {
  return html`<p><label class="filter">Show <select id="filter">${FILTERS.map(
    ([value, words]) => html`<option value="${value}">${words}</option>`,
  )}${
    couples.length < 2
      ? null
      : couples.map(({ name }, i) => html`<option value="couple ${i}">${name}</option>`)
  }</select></label> <span id="shown-count" role="status"></span></p>
    <div class="scroll" tabindex="0" role="region" aria-label="Lines, scrollable">
    <table id="line-table"><thead><tr><th scope="col">signal</th><th scope="col">file</th><th scope="col">line</th>
      <th scope="col">label</th><th scope="col">part</th><th scope="col">similarity</th><th scope="col">judged</th></tr></thead>
      <tbody></tbody></table></div>
    <div class="pager"><button type="button" id="page-back">Back</button>
      <button type="button" id="page-on">On</button> <span id="page-place" role="status"></span></div>`;
}
