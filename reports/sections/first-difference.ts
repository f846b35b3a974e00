import { type Answer, type CallSequence, unpackCalls } from '../../src/record/calls.ts';
import type { ComparedField } from '../../src/record/primitives.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, hex8, sideName } from '../format.ts';
import { html, type Markup } from '../html.ts';

const FIELD_WORDS: Record<ComparedField, string> = {
  returnCode: 'return code',
  similarity: 'similarity',
  learnCounter: 'learn counter',
  digest: 'knowledge digest',
  distance: 'distance',
};
/** Calls shown before and after the first difference. */
const NEIGHBOURS = 2;

/** The first difference spelled out, with the calls around it; nothing when there is none. */
export function firstDifference(record: RunRecord): Markup | null {
  const mismatch = record.comparison.firstMismatch;
  if (mismatch === null) return null;
  const sequence = unpackCalls(record.calls);
  const call = sequence.calls[mismatch.call]!;
  const { sides, comparison } = record;
  return html`<section class="difference" id="first-difference" aria-labelledby="first-difference-title">
    <div>
      <h2 id="first-difference-title">First difference: ${FIELD_WORDS[mismatch.field]}</h2>
      <p>Call <b data-mismatch="call">${mismatch.call}</b> of ${count(sequence.calls.length)},
        <b data-mismatch="operation">${call.operation}</b>${
          mismatch.file === null
            ? ''
            : html` of <span data-mismatch="file" class="path">${mismatch.file}</span>
              line <b data-mismatch="line">${mismatch.line}</b>`
        }.
        ${count(comparison.mismatches)} of ${count(sequence.target.length)} answered calls differ.</p>
      <dl class="pair">
        <div><dt>${sideName(sides.reference)}</dt><dd data-mismatch="reference">${mismatch.reference ?? 'none'}</dd></div>
        <div><dt>${sideName(sides.target)}</dt><dd data-mismatch="target">${mismatch.target ?? 'none'}</dd></div>
      </dl>
    </div>
    ${neighbours(sequence, mismatch.call, sideName(sides.reference), sideName(sides.target))}
  </section>`;
}

function neighbours(sequence: CallSequence, at: number, reference: string, target: string): Markup {
  const first = Math.max(0, at - NEIGHBOURS);
  const last = Math.min(sequence.target.length - 1, at + NEIGHBOURS);
  const rows: Markup[] = [];
  for (let index = first; index <= last; index++) {
    const call = sequence.calls[index]!;
    rows.push(html`<tr class="${index === at ? 'here' : ''}">
      <th scope="row">${index}</th><td data-label="call">${call.operation}${call.line === null ? '' : ` line ${call.line}`}</td>
      ${answerCells(sequence.reference[index]!, sequence.target[index]!, reference, target)}</tr>`);
  }
  return html`<table class="neighbours cards"><caption>Calls around it: ${reference} | ${target}</caption>
    <thead><tr><th scope="col">call</th><th scope="col">operation</th><th scope="col">answer</th>
      <th scope="col">learn counter</th><th scope="col">knowledge digest</th></tr></thead>
    <tbody>${rows}</tbody></table>`;
}

function answerCells(reference: Answer, target: Answer, referenceName: string, targetName: string): Markup[] {
  const pairs: [string, string, string][] = [
    ['answer', String(reference.code), String(target.code)],
    ['learn counter', String(reference.learnCounter ?? '–'), String(target.learnCounter ?? '–')],
    ['knowledge digest', hex8(reference.digest), hex8(target.digest)],
  ];
  return pairs.map(([label, left, right]) =>
    left === right
      ? html`<td data-label="${label}">${left}</td>`
      : html`<td data-label="${label}" class="differs"><span title="${referenceName}">${left}</span> |
          <span title="${targetName}">${right}</span></td>`,
  );
}
