import type { ClassSearchRecord } from '../../src/record/class-search-record.ts';
import { count, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { candidateTable } from '../search-page/sections/candidates.ts';
import { fileTable } from '../search-page/sections/files.ts';
import { plotPanel } from '../search-page/sections/plots.ts';
import { selfContainedPage } from '../shell.ts';
import { classPageData } from './page-data.ts';
import { classTable, confusionPanel, headlineOf, indicatorTable } from './sections.ts';

const MODULES = [
  'page/palette.js',
  'page/plot-basics.js',
  'search-page/script/data.js',
  'search-page/script/evolution.js',
  'search-page/script/candidates.js',
  'class-page/script/main.js',
];

/**
 * The result of one search for a classifier as one self-contained HTML page.
 * @returns text of the page, UTF-8, about 1.2 MB plus 100 bytes a candidate.
 */
export function renderClassPage(record: ClassSearchRecord): string {
  return selfContainedPage({
    title: `${nameOf(record)}: ${headlineOf(record).word.toLowerCase()}`,
    bodyClass: 'search',
    styles: ['page/style.css', 'search-page/style.css', 'class-page/style.css'],
    modules: MODULES,
    data: { id: 'class-data', value: classPageData(record) },
    body: body(record),
  });
}

const nameOf = ({ project }: ClassSearchRecord): string => project ?? 'Classifier';

function body(record: ClassSearchRecord): Markup {
  const { axes, bufferSize, winner, candidates, budget, seed, classes } = record;
  const { word, tone } = headlineOf(record);
  const signals = `${axes} ${axes === 1 ? 'axis' : 'axes'} × ${count(bufferSize)} ${bufferSize === 1 ? 'sample' : 'samples'}`;
  return html`<a class="skip" href="#result">To the result</a>
<header>
<h1>${nameOf(record)} <span>${count(classes.length)} classes, ${signals} · library <code>${winner.id}</code></span></h1>
<p class="run"><span>${count(candidates.index.length)} of ${count(budget)} candidates, seed ${seed}, ${seconds(record.seconds)}</span>
${record.interrupted ? html`<b class="tag open">interrupted</b>` : null}
<button type="button" id="theme" aria-pressed="false">Dark</button></p>
</header>
<main id="result">
<section class="headline ${tone}"><p class="word"><strong>${word}</strong></p>
<p class="note">Both indicators should be well above 90 %.</p>${indicatorTable(record)}${memory(record)}</section>
<div class="board" id="classes-board">
${plotPanel({
  id: 'evolution',
  title: 'Evolution of the indicators',
  caption: 'best so far; dots: candidates',
  keys: 'Arrow keys move from candidate to candidate.',
})}
${plotPanel({
  id: 'candidates',
  title: 'Candidates by accuracy and RAM',
  caption: 'line: no other is better and smaller',
  keys: 'Arrow keys move along the line.',
})}
${confusionPanel(record)}
</div>
<noscript><p>The plots need JavaScript; figures and tables on this page do not.</p></noscript>
<section class="panel" id="classes"><h2>Classes</h2>${classTable(record)}</section>
<section class="panel" id="files"><h2>Signal files</h2>${files(record)}</section>
<section class="panel" id="best"><h2>Best candidates for their RAM</h2>${candidateTable({
    ...record,
    thresholdCalibrated: true,
  })}</section>
<section class="panel" id="winner"><h2>The winner</h2>${winnerFacts(record)}</section>
</main>
<footer>Made by neai ${record.neai} from the search record, version ${record.formatVersion}.
Plots: Apache ECharts, Apache License 2.0.</footer>`;
}

const files = ({ files: all, classes }: ClassSearchRecord): Markup =>
  fileTable({
    files: all.map((file) => ({ ...file, label: classes[file.class]!, couple: 0 })),
    couples: [],
  });

function memory({ winner, ramLimitBytes }: ClassSearchRecord): Markup {
  const { measured } = winner;
  const kind = measured === null ? 'priced, without stack' : 'measured';
  const limit = ramLimitBytes === null ? '' : `, ≤ ${count(ramLimitBytes)}`;
  const flash = measured === null ? 'not compiled' : `${count(measured.flashBytes)} B`;
  return html`<dl class="memory"><div><dt>RAM</dt><dd><b data-figure="ram">${count(measured?.ramBytes ?? winner.ramBytes)} B</b>
    <small>${kind}${limit}</small></dd></div><div><dt>flash</dt><dd><b data-figure="flash">${flash}</b></dd></div></dl>`;
}

function winnerFacts({ winner }: ClassSearchRecord): Markup {
  const rows: readonly [string, string | Markup][] = [
    ['library', html`<code>${winner.id}</code>`],
    ...winner.pipeline.map(({ transform, params }, i): [string, Markup] => [
      `stage ${i + 1}`,
      html`<code>${transform} ${JSON.stringify(params)}</code>`,
    ]),
    ['model', html`<code>${winner.model.name} ${JSON.stringify(winner.model.params)}</code>`],
    ['sharpness of the probabilities', `${Number(winner.sharpness.toPrecision(6))}`],
  ];
  return html`<div class="facts"><dl>${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></div>`;
}
