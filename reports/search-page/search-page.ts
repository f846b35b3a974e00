import type { SearchRecord } from '../../src/record/search-record.ts';
import { count, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';
import { searchPageData } from './page-data.ts';
import { candidateTable, coupleTable, winnerFacts } from './sections/candidates.ts';
import { causeLines, causeList, reasonWon } from './sections/causes.ts';
import { confusionTables } from './sections/confusion.ts';
import { fileTable } from './sections/files.ts';
import { headline, headlineWord } from './sections/headline.ts';
import { lineTable } from './sections/lines.ts';
import { plotPanel } from './sections/plots.ts';

const MODULES = [
  'page/palette.js',
  'page/plot-basics.js',
  'search-page/script/data.js',
  'search-page/script/similarity.js',
  'search-page/script/evolution.js',
  'search-page/script/learning.js',
  'search-page/script/thresholds.js',
  'search-page/script/candidates.js',
  'search-page/script/line-table.js',
  'search-page/script/main.js',
];

/**
 * The result of one search as one self-contained HTML page.
 * @param record a decoded search record.
 * @returns text of the page, UTF-8, about 1.2 MB plus 20 bytes a line and 100 a candidate.
 */
export function renderSearchPage(record: SearchRecord): string {
  return selfContainedPage({
    title: `${nameOf(record)}: ${headlineWord(record).toLowerCase()}`,
    bodyClass: 'search',
    styles: ['page/style.css', 'search-page/style.css'],
    modules: MODULES,
    data: { id: 'search-data', value: searchPageData(record) },
    body: body(record),
  });
}

const nameOf = (record: SearchRecord): string => record.project ?? 'Search result';

function body(record: SearchRecord): Markup {
  const { axes, bufferSize, winner, candidates, budget, seed, learning, times } = record;
  const many = candidates.index.length;
  const signals = `${axes} ${axes === 1 ? 'axis' : 'axes'} × ${count(bufferSize)} ${bufferSize === 1 ? 'sample' : 'samples'}`;
  return html`<a class="skip" href="#result">To the result</a>
${record.thresholdCalibrated ? null : UNCALIBRATED}
<header>
<h1>${nameOf(record)} <span>${signals} · library <code>${winner.id}</code></span></h1>
<p class="run"><span>${count(many)} of ${count(budget)} candidates, seed ${seed}, ${seconds(times.seconds)}</span>
${record.interrupted ? html`<b class="tag open">interrupted</b>` : null}
<button type="button" id="theme" aria-pressed="false">Dark</button></p>
</header>
<main id="result">
<div class="top">${headline(record)}
${record.causes.length > 0 ? causeLines(record) : reasonWon(record)}</div>
<div class="board">
${plotPanel({
  id: 'similarity',
  title: 'Similarity of every signal',
  caption: html`<output id="selection">Point at a signal, click it, or use the arrow keys.</output>`,
  keys: 'Arrow keys move from signal to signal.',
})}
${plotPanel({
  id: 'evolution',
  title: 'Evolution of the indicators',
  caption: 'best so far; dots: candidates',
  keys: 'Arrow keys move from candidate to candidate.',
})}
${plotPanel({
  id: 'learning',
  title: 'Learning curve',
  caption: learningCaption(record),
  keys: 'Arrow keys move from point to point.',
  more:
    learning.length < 2
      ? null
      : html`<label class="filter">Couple <select id="learning-couple">${learning.map(
          ({ couple }) => html`<option value="${couple}">${record.couples[couple]!.name}</option>`,
        )}</select></label>`,
})}
${plotPanel({
  id: 'thresholds',
  title: 'Accuracy at every threshold',
  caption: 'dashed cross-validated, solid held out',
  keys: 'Arrow keys move from threshold to threshold.',
})}
${plotPanel({
  id: 'candidates',
  title: 'Candidates by accuracy and RAM',
  caption: 'line: no other is better and smaller',
  keys: 'Arrow keys move along the line.',
})}
${confusionTables(record)}
</div>
<noscript><p>The plots need JavaScript; figures and tables on this page do not.</p></noscript>
${causeList(record)}
${record.causes.length > 0 ? reasonWon(record) : null}
${coupleTable(record)}
<section class="panel" id="files"><h2>Signal files</h2>${fileTable(record)}</section>
<section class="panel" id="best"><h2>Best candidates for their RAM</h2>${candidateTable(record)}</section>
<section class="panel" id="winner"><h2>The winner</h2>${winnerFacts(record)}</section>
<section class="panel" id="lines"><h2>Lines</h2>${lineTable(record)}</section>
</main>
<footer>Made by neai ${record.neai} from the search record, version ${record.formatVersion}.
Plots: Apache ECharts, Apache License 2.0.</footer>`;
}

const UNCALIBRATED = html`<p class="band uncalibrated"><strong>Threshold uncalibrated</strong> – no abnormal file was given,
so nothing says whether a fault would be found</p>`;

function learningCaption({ learning, winner, couples }: SearchRecord): string {
  const regimes = learning.reduce((sum, one) => sum + one.regimes.length, 0);
  const all =
    regimes === 1 ? '' : couples.length > 1 ? ', on each machine' : `, all ${regimes} regimes together`;
  const settled = learning.every((one) => one.settled) ? '' : '; not settled';
  return `learn at least ${count(winner.minimumLearningIterations)} signals${all}${settled}`;
}
