import type { HistoryRecord, HistoryRun } from '../../../src/record/history-record.ts';
import { html, type Markup } from '../../html.ts';
import { shortLibrary, subjectsOf } from '../subjects.ts';

/** How a run ended, gravest first: what its cell shows. */
export type RunTone = 'fail' | 'notrun' | 'open' | 'pass';

const GLYPH: Record<RunTone, string> = { fail: '✕', notrun: '!', open: '–', pass: '✓' };

/** A run's ending in one word and its tone. What did not run is as loud as what failed. */
export function endingOf(run: HistoryRun): { readonly tone: RunTone; readonly word: string } {
  const { ending, equivalence, fitness, outcome } = run;
  const words = [equivalence?.verdict, fitness?.verdict];
  if (words.includes('FAIL')) {
    const which = equivalence?.verdict === 'FAIL' ? 'equivalence' : 'fitness';
    return { tone: 'fail', word: `${which} FAIL` };
  }
  if (outcome === 'failed') return { tone: 'fail', word: 'FAIL' };
  if (outcome === 'not run') return { tone: 'notrun', word: 'NOT RUN' };
  if (ending === 'broken off') return { tone: 'notrun', word: 'broken off' };
  if (outcome === 'flaky') return { tone: 'open', word: 'flaky' };
  if (words.includes('NOT SHOWN')) return { tone: 'open', word: 'NOT SHOWN' };
  return { tone: 'pass', word: 'PASS' };
}

/** Every run of every subject as a cell, oldest left; a cell leads to the run's page. */
export function runGrid(record: HistoryRecord): Markup {
  const rows = subjectsOf(record).map(({ subject, runs }) => {
    const cells = runs.map((index) => cell(record.runs[index]!));
    return html`<tr><th scope="row"><b>${subject.scenario}</b><br><small>${subject.board} · ${subject.kind} · <code>${shortLibrary(subject.library)}</code></small></th>
<td><div class="cells">${cells}</div></td></tr>`;
  });
  return html`<section class="panel" id="runs"><h2>Runs <small>oldest left; each leads to its page</small></h2>
<table class="grid"><tbody>${rows}</tbody></table>
<p class="legend">${(['pass', 'open', 'notrun', 'fail'] as const).map(
    (tone) =>
      html`<span><i class="cell ${tone}" aria-hidden="true">${GLYPH[tone]}</i> ${LEGEND[tone]}</span>`,
  )}</p></section>`;
}

const LEGEND: Record<RunTone, string> = {
  pass: 'passed',
  open: 'flaky, or not shown',
  notrun: 'not run, or broken off',
  fail: 'failed',
};

function cell(run: HistoryRun): Markup {
  const { tone, word } = endingOf(run);
  const title = `${run.id}: ${word}${run.firstDifference === null ? '' : `, ${run.firstDifference}`}`;
  return run.page === null
    ? html`<span class="cell ${tone}" role="img" aria-label="${title}" title="${title}">${GLYPH[tone]}</span>`
    : html`<a class="cell ${tone}" href="${run.page}" aria-label="${title}" title="${title}">${GLYPH[tone]}</a>`;
}
