import type { Evidence, Verdict } from '../../src/record/primitives.ts';
import type { Criterion, RunRecord } from '../../src/record/run-record.ts';
import { count, percent, sideName } from '../format.ts';
import { html, type Markup } from '../html.ts';

const TONE: Record<Verdict['verdict'], string> = { PASS: 'pass', FAIL: 'fail', 'NOT SHOWN': 'open' };
const GLYPH: Record<Verdict['verdict'], string> = { PASS: '✓', FAIL: '✕', 'NOT SHOWN': '–' };

/** The band over the whole page: nothing virtual may be taken for a sign-off of a board. */
export function evidenceBand(evidence: Evidence): Markup {
  if (evidence.kind === 'virtual') {
    return html`<p class="band virtual"><strong>Virtual board</strong> – no sign-off of silicon</p>`;
  }
  return html`<p class="band silicon"><strong>Silicon</strong> – unique id
    <code>${evidence.uniqueId ?? 'not reached'}</code></p>`;
}

/** The two verdicts, as large as a page allows, each with its evidence and reasons. */
export function verdictCards(record: RunRecord): Markup {
  const { comparison, verdicts, evidence, sides } = record;
  const compared = `${count(comparison.signals)} signals compared`;
  const passed = `${compared}: ${sideName(sides.target)} and ${sideName(sides.reference)} gave the same return code,
    similarity, learn counter and knowledge digest after every call`;
  return html`<section class="verdicts" aria-label="Verdicts">
    ${card('equivalence', 'Equivalence', `Is the ${sideName(sides.target)} the same as the ${sideName(sides.reference)}?`, verdicts.equivalence, evidence, passed, null)}
    ${card('fitness', 'Fitness', 'Is the library good enough?', verdicts.fitness, evidence, 'every figure reaches its limit', criteria(record.criteria))}
  </section>`;
}

function card(
  id: string,
  title: string,
  question: string,
  { verdict, reasons }: Verdict,
  evidence: Evidence,
  passed: string,
  detail: Markup | null,
): Markup {
  const sentences = reasons.length > 0 ? reasons : [passed];
  return html`<article class="verdict ${TONE[verdict]}" id="${id}">
    <h2>${title} <span class="question">${question}</span></h2>
    <p class="word"><span class="glyph" aria-hidden="true">${GLYPH[verdict]}</span>
      <strong data-verdict="${id}">${verdict}</strong>
      <span class="evidence" data-evidence="${id}">${evidenceWords(evidence)}</span></p>
    <ul class="reasons">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
    ${detail}
  </article>`;
}

function evidenceWords(evidence: Evidence): string {
  return evidence.kind === 'virtual' ? 'virtual' : `silicon ${evidence.uniqueId ?? 'not reached'}`;
}

function criteria(rows: readonly Criterion[]): Markup {
  return html`<dl class="criteria">${rows.map((row) => {
    const bound = row.unit === 'bytes' ? 'at most' : 'at least';
    return html`<div class="${TONE[row.verdict]}">
      <dt>${row.name}</dt>
      <dd><strong data-criterion="${row.name}">${figure(row, row.value)}</strong>
        <span>${bound} ${figure(row, row.limit)}</span>
        <span class="tag ${TONE[row.verdict]}">${row.verdict}</span></dd></div>`;
  })}</dl>`;
}

function figure(row: Criterion, value: number | null): string {
  if (value === null) return 'not shown';
  if (row.unit === 'fraction') return percent(value);
  return row.unit === 'bytes' ? `${count(value)} B` : count(value);
}
