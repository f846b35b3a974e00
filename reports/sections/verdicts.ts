import type { Evidence, Verdict } from '../../src/record/primitives.ts';
import type { Criterion, RunRecord } from '../../src/record/run-record.ts';
import { count, percent, sideNames, sidesWithRoles } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { FIELD_WORDS } from './field-words.ts';

const TONE: Record<Verdict['verdict'], string> = { PASS: 'pass', FAIL: 'fail', 'NOT SHOWN': 'open' };
const GLYPH: Record<Verdict['verdict'], string> = { PASS: '✓', FAIL: '✕', 'NOT SHOWN': '–' };

/** The band over the whole page: nothing virtual may be taken for a sign-off of a board. */
export function evidenceBand({ evidence, sides }: RunRecord): Markup {
  if (evidence.kind === 'silicon') {
    return html`<p class="band silicon"><strong>Silicon</strong> – unique id
    <code>${evidence.uniqueId ?? 'not reached'}</code></p>`;
  }
  const { target } = sides;
  const what =
    target.kind === 'virtual-board'
      ? 'Virtual board'
      : target.kind === 'recorded-run'
        ? 'Recorded run, no silicon'
        : 'No board: all of it ran on this computer';
  return html`<p class="band virtual"><strong>${what}</strong> – no sign-off of silicon</p>`;
}

/** The two verdicts, as large as a page allows, each with its evidence and reasons. */
export function verdictCards(record: RunRecord): Markup {
  const { comparison, verdicts, evidence, sides, tolerance, fitnessFacts } = record;
  const { reference, target } = sideNames(sides);
  const roles = sidesWithRoles(sides);
  const passed = `${count(comparison.signals)} signals compared: ${target} and ${reference} gave the same return code,
    similarity, learn counter and knowledge digest after every call`;
  const exact = tolerance.profile === 'bit-exact';
  return html`<section class="verdicts" aria-label="Verdicts">
    ${card(
      'equivalence',
      'Equivalence',
      `Is the ${roles.target} the same as the ${roles.reference}?`,
      verdicts.equivalence.verdict,
      equivalenceReasons(record),
      evidence,
      passed,
      {
        tag: exact ? 'bit-exact' : `tolerance: ${tolerance.profile}`,
        detail: exact
          ? null
          : html`<p class="tolerated">Judged by a tolerance, so nothing here says that both sides give the same bits. Why this tolerance: ${tolerance.reason}</p>`,
      },
    )}
    ${card(
      'fitness',
      'Fitness',
      `Is the library good enough? Figures of the ${roles.target}`,
      verdicts.fitness.verdict,
      verdicts.fitness.reasons,
      evidence,
      'every figure reaches its limit',
      {
        tag: null,
        detail: html`${criteria(record.criteria)}${ofReference(record)}${likelyCauses(fitnessFacts.causes)}`,
      },
    )}
  </section>`;
}

/** How the sentence about the first difference begins in a record. */
const FIRST_DIFFERENCE = 'first difference at call ';

/**
 * Why equivalence was judged so. Where the difference was located, stage and signal come first, and the answer that
 * shows it is told with the names of both sides, in place of the record's sentence about that answer.
 */
function equivalenceReasons({ verdicts, comparison, divergence, sides }: RunRecord): (string | Markup)[] {
  const { reasons } = verdicts.equivalence;
  const shows = comparison.firstOutside;
  if (divergence === null || divergence.stage === null || shows === null) return [...reasons];
  const { reference, target } = sideNames(sides);
  const { signal, call, operation, file, line, stage } = divergence;
  const who = signal === null ? `call ${call}` : `signal ${signal}`;
  const of = file === null ? '' : ` of ${file} line ${line}`;
  const elsewhere = shows.call === call ? '' : ` (only at call ${shows.call})`;
  return [
    html`<b>${who}</b> (${operation}${of}) parts in <b>${stage.name}</b>`,
    `first answer that shows it${elsewhere}: ${FIELD_WORDS[shows.field]}, ${shows.reference ?? 'none'} on the ${reference} and ${shows.target ?? 'none'} on the ${target}`,
    ...reasons.filter((reason) => !reason.startsWith(FIRST_DIFFERENCE)),
  ];
}

/** Whether the reference's own figures keep the limits that the target's miss: whose weakness it is. */
function ofReference({ criteria: rows, accuracy, sides }: RunRecord): Markup | null {
  const own = rows.flatMap(({ name, verdict, limit }) => {
    const value =
      name === 'confidence'
        ? accuracy.reference.confidence
        : name === 'balanced accuracy'
          ? accuracy.reference.balancedAccuracy
          : null;
    if (verdict !== 'FAIL' || value === null) return [];
    return [`${name}, ${percent(value)}, ${value + 1e-9 < limit ? 'misses it too' : 'reaches it'}`];
  });
  return own.length === 0
    ? null
    : html`<p class="why" data-fitness="reference">The ${sideNames(sides).reference}'s own ${own.join('; ')}.</p>`;
}

/** Causes in the first screen: by name, the rest of each in its own section. */
function likelyCauses(causes: RunRecord['fitnessFacts']['causes']): Markup | null {
  if (causes.length === 0) return null;
  return html`<p class="why"><a href="#fitness-facts">Why it is no better</a>: ${causes.map(({ kind }) => kind).join(', ')}</p>`;
}

function card(
  id: string,
  title: string,
  question: string,
  verdict: Verdict['verdict'],
  reasons: readonly (string | Markup)[],
  evidence: Evidence,
  passed: string,
  { tag, detail }: { readonly tag: string | null; readonly detail: Markup | null },
): Markup {
  const sentences = reasons.length > 0 ? reasons : [passed];
  return html`<article class="verdict ${TONE[verdict]}" id="${id}">
    <h2>${title} <span class="question">${question}</span></h2>
    <p class="word"><span class="glyph" aria-hidden="true">${GLYPH[verdict]}</span>
      <strong data-verdict="${id}">${verdict}</strong>
      <span class="evidence" data-evidence="${id}">${evidenceWords(evidence)}</span>
      ${tag === null ? null : html`<span class="tag">${tag}</span>`}</p>
    <ul class="reasons">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
    ${detail}
  </article>`;
}

function evidenceWords(evidence: Evidence): string {
  return evidence.kind === 'virtual' ? 'virtual' : `silicon ${evidence.uniqueId ?? 'not reached'}`;
}

function criteria(rows: readonly Criterion[]): Markup {
  return html`<dl class="criteria">${rows.map((row) => {
    const bound = row.unit === 'fraction' || row.unit === 'count' ? 'at least' : 'at most';
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
  if (row.unit === 'bytes') return `${count(value)} B`;
  return row.unit === 'count' ? count(value) : `${count(value)} ${row.unit}`;
}
