import type { HistoryRecord } from '../../src/record/history-record.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';
import { trendHeadline } from './sections/headline.ts';
import { ratchetTable } from './sections/ratchets.ts';
import { runGrid } from './sections/run-grid.ts';
import { subjectsOf, subjectWords } from './subjects.ts';

const MODULES = [
  'page/palette.js',
  'page/plot-basics.js',
  'trend-page/script/data.js',
  'trend-page/script/trend-option.js',
  'trend-page/script/trends.js',
  'trend-page/script/compare.js',
  'trend-page/script/main.js',
];

/**
 * A stretch of history as one self-contained HTML page: alarms, since when something differs, every run, the trend of
 * every figure, baselines, any two runs side by side.
 * @param record a decoded history record.
 */
export function renderTrendPage(record: HistoryRecord): string {
  const kinds = kindsOf(record);
  const alarms = record.series.reduce((sum, { alarms: own }) => sum + own.length, 0);
  return selfContainedPage({
    title: `History: ${record.runs.length} runs, ${alarms === 0 ? 'no alarm' : `${alarms} alarms`} (${kinds.join(' and ') || 'no run'})`,
    bodyClass: `trend ${kinds.includes('silicon') ? 'silicon' : 'virtual'}`,
    styles: ['page/style.css', 'trend-page/style.css'],
    modules: MODULES,
    data: { id: 'trend-data', value: record },
    body: body(record, kinds),
  });
}

type Kind = HistoryRecord['runs'][number]['evidence']['kind'];

function kindsOf({ runs }: HistoryRecord): Kind[] {
  return (['virtual', 'silicon'] as const).filter((kind) =>
    runs.some(({ evidence }) => evidence.kind === kind),
  );
}

function body(record: HistoryRecord, kinds: readonly Kind[]): Markup {
  const { runs, asked, source } = record;
  const filter = Object.entries(asked).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}`],
  );
  const [first, last] = [runs[0], runs.at(-1)];
  const span =
    first === undefined || last === undefined
      ? ''
      : `${first.startedAt.slice(0, 10)} to ${last.startedAt.slice(0, 10)}`;
  return html`<a class="skip" href="#alarms">To the alarms</a>
${band(kinds)}
<header><h1>History <span>${runs.length} runs${filter.length === 0 ? '' : ` · ${filter.join(' · ')}`}</span></h1>
<p class="run"><span>${span}</span> <span class="path">${source}</span>
<button type="button" id="theme" aria-pressed="false">Dark</button></p></header>
<main>
${trendHeadline(record)}
${runGrid(record)}
${trends(record)}
${compare(record)}
${ratchetTable(record)}
</main>
<footer>Made by neai ${record.neai} from the history record, version ${record.formatVersion}, of ${record.madeAt.slice(0, 19).replace('T', ' ')} UTC.
Plots: Apache ECharts, Apache License 2.0.</footer>`;
}

/** Virtual runs and runs on silicon stand side by side here, so each says which it is; the band says which there are. */
function band(kinds: readonly Kind[]): Markup {
  if (kinds.length === 2) {
    return html`<p class="band virtual"><strong>Virtual boards and silicon</strong> – told apart row by row; no virtual run is a sign-off of silicon</p>`;
  }
  return kinds[0] === 'silicon'
    ? html`<p class="band silicon"><strong>Silicon</strong></p>`
    : html`<p class="band virtual"><strong>Virtual boards</strong> – no sign-off of silicon</p>`;
}

function trends(record: HistoryRecord): Markup {
  const subjects = subjectsOf(record);
  return html`<section class="panel" id="trends"><div class="plot-head"><h2>Trends</h2>
<label class="filter">of <select id="subject">${subjects.map(
    ({ subject, runs }, index) =>
      html`<option value="${index}">${subjectWords(subject)}, ${runs.length} runs</option>`,
  )}</select></label>
<output id="run-readout">Point at a run, or use the arrow keys in a plot: it is marked in all of them.</output></div>
<div id="trend-plots"></div>
<p class="legend"><span><i class="mark step" aria-hidden="true"></i> a change was found</span>
<span><i class="mark alarm" aria-hidden="true"></i> an alarm stands</span>
<span><i class="mark bar" aria-hidden="true"></i> baseline</span></p>
<noscript><p>The plots need JavaScript; alarms, runs and baselines on this page do not.</p></noscript></section>`;
}

function compare(record: HistoryRecord): Markup {
  const options = record.runs.map(
    ({ id, board, scenario }, index) => [index, `${id} (${scenario}, ${board})`] as const,
  );
  const choice = (id: string, name: string) =>
    html`<label class="filter">${name} <select id="${id}">${options.map(
      ([index, words]) => html`<option value="${index}">${words}</option>`,
    )}</select></label>`;
  return html`<section class="panel" id="compare"><div class="plot-head"><h2>Two runs side by side</h2>
${choice('compare-a', 'this')}${choice('compare-b', 'against')}</div>
<div class="scroll" tabindex="0" aria-label="Comparison, scrollable"><table id="comparison"><thead></thead><tbody></tbody></table></div></section>`;
}
