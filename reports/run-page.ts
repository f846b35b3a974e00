import type { RunRecord } from '../src/record/run-record.ts';
import { html, type Markup } from './html.ts';
import { pageData } from './page-data.ts';
import { datasetTable } from './sections/dataset.ts';
import { linkFacts, stepTimes, whatRanOnWhat } from './sections/facts.ts';
import { keyFigures } from './sections/figures.ts';
import { firstDifference } from './sections/first-difference.ts';
import { footprintBars } from './sections/footprint.ts';
import { signalTable, similarityPlots, ticksPlot } from './sections/plots.ts';
import { consoleLines, failureBox } from './sections/trouble.ts';
import { evidenceBand, verdictCards } from './sections/verdicts.ts';
import { selfContainedPage } from './shell.ts';

const MODULES = [
  'page/signals.js',
  'page/palette.js',
  'page/plot-basics.js',
  'page/plot-options.js',
  'page/plots.js',
  'page/signal-table.js',
  'page/main.js',
];

/**
 * One run as one self-contained HTML page.
 * @param record a decoded run record.
 * @returns text of the page, UTF-8, about 1.2 MB plus 60 bytes a signal.
 */
export function renderReport(record: RunRecord): string {
  const { verdicts, runId, evidence } = record;
  return selfContainedPage({
    title: `${runId}: equivalence ${verdicts.equivalence.verdict}, fitness ${verdicts.fitness.verdict} (${evidence.kind})`,
    bodyClass: evidence.kind,
    styles: ['page/style.css'],
    modules: MODULES,
    data: { id: 'run-data', value: pageData(record) },
    body: body(record),
  });
}

function body(record: RunRecord): Markup {
  const { board, failure } = record;
  const consolePart = html`<section class="panel" id="console"><h2>Console</h2>${consoleLines(record.console)}</section>`;
  return html`<a class="skip" href="#verdicts">To the verdicts</a>
${evidenceBand(record.evidence)}
<header>
<h1>${board?.id ?? 'no board'} <span>${board === null ? null : `${board.core} · `}library <code>${record.library.id}</code></span></h1>
<p class="run"><span>run <b>${record.runId}</b></span> <time datetime="${record.startedAt}">${instant(record.startedAt)}</time>
<button type="button" id="theme" aria-pressed="false">Dark</button></p>
</header>
<main id="verdicts">
${failureBox(record)}
${verdictCards(record)}
${firstDifference(record)}
${keyFigures(record)}
${failure === null ? null : consolePart}
${similarityPlots(record)}
<section class="panel" id="ran"><h2>What ran on what</h2>${whatRanOnWhat(record)}</section>
<section class="panel" id="files"><h2>Signal files</h2>${datasetTable(record.dataset.files)}</section>
<section class="panel" id="cost"><h2>${capital(record.perCall.unit)}, memory, link, time</h2>
${ticksPlot(record)}
<div class="columns"><section class="facts"><h3>Flash and RAM</h3>${footprintBars(record)}</section>
${linkFacts(record)}${stepTimes(record)}</div></section>
<section class="panel" id="all-signals"><h2>Signals</h2>${signalTable(record)}</section>
${failure === null ? consolePart : null}
</main>
<footer>Made by neai ${record.tools.neai} from the run record, version ${record.formatVersion}.
Plots: Apache ECharts, Apache License 2.0.</footer>`;
}

function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
