import type { RunRecord } from '../src/record/run-record.ts';
import type { Side } from '../src/record/sides.ts';
import { sideInFull, sideName } from './format.ts';
import { html, type Markup } from './html.ts';
import { pageData } from './page-data.ts';
import { costPanel } from './sections/cost.ts';
import { datasetTable } from './sections/dataset.ts';
import { whatRanOnWhat } from './sections/facts.ts';
import { keyFigures } from './sections/figures.ts';
import { firstDifference } from './sections/first-difference.ts';
import { fitnessPanel } from './sections/fitness-facts.ts';
import { metricsPanel } from './sections/metrics.ts';
import { curvePlots, signalTable, similarityPlots } from './sections/plots.ts';
import { sideFacts } from './sections/sides.ts';
import { timelinePanel } from './sections/timeline.ts';
import { travelPanel } from './sections/travel.ts';
import { consoleLines, failureBox } from './sections/trouble.ts';
import { vendorPanel } from './sections/vendor.ts';
import { evidenceBand, verdictCards } from './sections/verdicts.ts';
import { selfContainedPage } from './shell.ts';

const MODULES = [
  'page/signals.js',
  'page/palette.js',
  'page/plot-basics.js',
  'page/signal-marks.js',
  'page/similarity-option.js',
  'page/agreement-option.js',
  'page/residual-option.js',
  'page/curve-options.js',
  'page/ticks-option.js',
  'page/timeline-option.js',
  'page/selection.js',
  'page/drag-select.js',
  'page/when-idle.js',
  'page/linked-plots.js',
  'page/scrubber.js',
  'page/signal-table.js',
  'page/filters.js',
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
    styles: ['page/style.css', 'page/run.css', 'page/difference.css'],
    modules: MODULES,
    data: { id: 'run-data', value: pageData(record) },
    body: body(record),
  });
}

function body(record: RunRecord): Markup {
  const { board, failure, sides, library } = record;
  const consolePart = html`<section class="panel" id="console"><h2>Console</h2>${consoleLines(record.console)}</section>`;
  return html`<a class="skip" href="#verdicts">To the verdicts</a>
${evidenceBand(record)}
<header>
<h1>${titleOf(sides.target)} <span>against ${titleOf(sides.reference)} · ${board === null ? null : `${board.core} · `}library <code>${library.id}</code></span></h1>
<p class="run"><span>run <b>${record.runId}</b></span> <time datetime="${record.startedAt}">${instant(record.startedAt)}</time>
<button type="button" id="theme" aria-pressed="false">Dark</button></p>
</header>
<main id="verdicts">
${failureBox(record)}
${verdictCards(record)}
${firstDifference(record)}
${keyFigures(record)}
${contents(record)}
${failure === null ? null : html`${consolePart}${timelinePanel(record)}`}
${similarityPlots(record)}
${metricsPanel(record)}
${curvePlots(record)}
${fitnessPanel(record)}
${costPanel(record)}
${failure === null ? html`${timelinePanel(record)}${consolePart}` : null}
${vendorPanel(record)}
${travelPanel(record)}
<section class="panel" id="ran"><h2>What ran where</h2>${sideFacts(record)}${whatRanOnWhat(record)}</section>
<section class="panel" id="files"><h2>Signal files</h2>${datasetTable(record.dataset.files)}</section>
<section class="panel" id="all-signals"><h2>Signals</h2>${signalTable(record)}</section>
</main>
<footer>Made by neai ${record.tools.neai} from the run record, version ${record.formatVersion}.
Plots: Apache ECharts, Apache License 2.0.</footer>`;
}

/** A side in the title: its compiler or file is told below. */
const titleOf = (side: Side): string => ('board' in side ? sideInFull(side) : sideName(side));

/** Ways into a long page. */
function contents({ comparison, metrics, travel, vendor }: RunRecord): Markup {
  const places: readonly (readonly [id: string, words: string, isThere: boolean])[] = [
    ['first-difference', 'First difference', comparison.firstMismatch !== null],
    ['similarity', 'Every signal', true],
    ['metrics', 'How far apart', true],
    ['learning', 'Learning', metrics !== null],
    ['thresholds', 'Thresholds', metrics !== null],
    ['fitness-facts', 'Fitness', true],
    ['cost', 'Cost', true],
    ['timeline', 'Timeline', true],
    ['console', 'Console', true],
    ['vendor', "Vendor's library", vendor !== null],
    ['travel', 'Knowledge', travel !== null],
    ['ran', 'What ran where', true],
    ['files', 'Files', true],
    ['all-signals', 'Signals', true],
  ];
  return html`<nav class="contents" aria-label="Sections">${places.map(([id, words, isThere]) =>
    isThere ? html`<a href="#${id}">${words}</a>` : null,
  )}</nav>`;
}

function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
