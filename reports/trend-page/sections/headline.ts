import type { HistoryRecord, HistorySeries, Since } from '../../../src/record/history-record.ts';
import { html, type Markup } from '../../html.ts';
import { subjectWords } from '../subjects.ts';

/** What a reader must know before any curve: which alarms stand, and since when something differs. */
export function trendHeadline(record: HistoryRecord): Markup {
  const alarms = record.series.flatMap((series) => series.alarms.map((alarm) => ({ series, alarm })));
  const tone = alarms.length + record.since.length === 0 ? 'pass' : 'fail';
  const word =
    alarms.length === 0
      ? 'No alarm stands'
      : `${alarms.length} ${alarms.length === 1 ? 'alarm stands' : 'alarms stand'}`;
  return html`<div class="top"><section class="verdict ${tone}" id="alarms" aria-label="Alarms">
<p class="word"><span class="glyph" aria-hidden="true">${tone === 'pass' ? '✓' : '✕'}</span><strong>${word}</strong></p>
${
  alarms.length === 0
    ? html`<p>No figure of these runs has taken a step that has not been accepted.</p>`
    : html`<ul class="rows">${alarms.map(
        ({ series, alarm }) => html`<li data-alarm><b>${series.figure}</b>: ${alarm.sentence}
<span class="where">${subjectWords(series)} · ${runLink(record, alarm.run)}</span></li>`,
      )}</ul>`
}</section>
<section class="panel" id="since"><h2>Since when does this differ?</h2>
${
  record.since.length === 0
    ? html`<p>Nothing differs in the newest run of any subject.</p>`
    : html`<ol class="rows">${record.since.map((one) => sinceItem(record, one))}</ol>`
}</section></div>`;
}

function sinceItem(record: HistoryRecord, since: Since): Markup {
  const { lastGood, firstBad, runs, differing, changedWith, sentence, what } = since;
  const changed = changedWith.length === 0 ? 'nothing that is recorded' : changedWith.join(', ');
  return html`<li data-since><b>${what}</b>: ${sentence}
<span class="where">${subjectWords(since)}</span>
<dl class="span"><div><dt>last good</dt><dd>${lastGood === null ? 'none known' : runLink(record, lastGood)}</dd></div>
<div><dt>first differing</dt><dd>${runLink(record, firstBad)}</dd></div>
<div><dt>since then</dt><dd>${differing} of ${runs} runs</dd></div>
<div><dt>changed between them</dt><dd>${changed}</dd></div></dl></li>`;
}

/** A run by its id, with a link where its page is still there, and its commit. */
export function runLink(record: HistoryRecord, index: number): Markup {
  const { id, page, commit } = record.runs[index]!;
  const name = page === null ? html`<span>${id}</span>` : html`<a href="${page}">${id}</a>`;
  return html`${name}${commit === null ? null : html` <code>${commit.slice(0, 10)}</code>`}`;
}

/** Series that have a bar they may not fall behind. */
export const ratcheted = (record: HistoryRecord): HistorySeries[] =>
  record.series.filter(({ ratchet }) => ratchet !== null);
