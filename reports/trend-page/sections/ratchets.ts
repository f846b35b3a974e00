import type { HistoryRecord, HistorySeries, Ratchet } from '../../../src/record/history-record.ts';
import { html, type Markup } from '../../html.ts';
import { figureText } from '../figures.ts';
import { subjectWords } from '../subjects.ts';
import { ratcheted } from './headline.ts';

const KIND: Record<Ratchet['entries'][number]['kind'], string> = {
  first: 'set first',
  improved: 'improved by itself',
  accepted: 'accepted',
};

/** Baselines: the bar of every figure that may only improve, and every time that it moved, with who and why. */
export function ratchetTable(record: HistoryRecord): Markup {
  const rows = ratcheted(record).flatMap(seriesRows);
  return html`<section class="panel" id="baseline"><h2>Baseline and ratchet</h2>
${
  rows.length === 0
    ? html`<p>No baseline is set: nothing holds these figures.</p>`
    : html`<p class="quiet">A figure may only improve, unless somebody accepts that it gets worse, with a reason.</p>
<div class="scroll" tabindex="0" aria-label="Baselines, scrollable"><table><thead><tr><th scope="col">figure</th><th scope="col">of</th><th scope="col" class="number">bar</th><th scope="col" class="number">newest</th><th scope="col">how it came there</th></tr></thead><tbody>${rows}</tbody></table></div>`
}</section>`;
}

function seriesRows(series: HistorySeries): Markup {
  const ratchet = series.ratchet!;
  const newest = series.values.findLast((value) => value !== null) ?? null;
  const worse = newest !== null && isWorse(series, newest, ratchet.value);
  return html`<tr class="${worse ? 'differs' : ''}"><th scope="row">${series.figure}</th><td>${subjectWords(series)}</td>
<td class="number" data-bar>${figureText(ratchet.value, series.unit)}</td>
<td class="number ${worse ? 'differs' : ''}">${newest === null ? '–' : figureText(newest, series.unit)}</td>
<td><ol class="moves">${ratchet.entries.map(
    ({ at, value, kind, reason, by }) =>
      html`<li>${at.slice(0, 10)}: <b>${figureText(value, series.unit)}</b>, ${KIND[kind]}${by === null ? null : ` by ${by}`}${reason === null ? null : html`: <q>${reason}</q>`}</li>`,
  )}</ol></td></tr>`;
}

function isWorse({ better }: HistorySeries, value: number, bar: number): boolean {
  if (better === 'neither') return value !== bar;
  return better === 'lower' ? value > bar : value < bar;
}
