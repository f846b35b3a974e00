import type { Answer, CallSequence } from '../../src/record/calls.ts';
import { hex8, type SideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Calls shown before and after the first difference. */
const NEIGHBOURS = 2;

/** The calls around one, with what both sides answered. */
export function callsAround(sequence: CallSequence, at: number, names: SideNames): Markup {
  const first = Math.max(0, at - NEIGHBOURS);
  const last = Math.min(sequence.target.length - 1, at + NEIGHBOURS);
  const rows: Markup[] = [];
  for (let index = first; index <= last; index++) {
    const { operation, line } = sequence.calls[index]!;
    rows.push(html`<tr class="${index === at ? 'here' : ''}">
<th scope="row">${index}</th><td data-label="call">${operation}${line === null ? '' : ` line ${line}`}</td>
${answerCells(sequence.reference[index]!, sequence.target[index]!)}</tr>`);
  }
  const isSignal = sequence.calls.every(
    ({ operation }, index) => (operation === 'initialize') === (index === 0),
  );
  return html`<table class="neighbours cards"><caption>Calls around it: ${names.reference} | ${names.target}${isSignal ? '; call 0 is initialize, so call n is signal n' : ''}</caption>
<thead><tr><th scope="col">call</th><th scope="col">operation</th><th scope="col">answer</th>
<th scope="col">counter</th><th scope="col">digest</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function answerCells(reference: Answer, target: Answer): Markup[] {
  const pairs: [string, string, string][] = [
    ['answer', String(reference.code), String(target.code)],
    ['learn counter', String(reference.learnCounter ?? '–'), String(target.learnCounter ?? '–')],
    ['knowledge digest', hex8(reference.digest), hex8(target.digest)],
  ];
  return pairs.map(([label, left, right]) =>
    left === right
      ? html`<td data-label="${label}">${left}</td>`
      : html`<td data-label="${label}" class="differs">${left} | ${right}</td>`,
  );
}
