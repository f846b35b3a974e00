import type { CallColumns } from '../../src/record/calls.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import type { VendorFacts } from '../../src/record/vendor.ts';
import { count, sideInFull } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { facts } from './facts.ts';

const OPERATIONS = { i: 'initialize', l: 'learn', d: 'detect' } as const;
const MOST_SIMILARITY = 100;
const RESTORED = {
  KEPT: ['pass', 'kept'],
  'HIDDEN STATE': ['fail', 'hidden state'],
  'NOT SHOWN': ['open', 'not shown'],
} as const;

/** What a run tells of a library that is somebody else's; nothing for one of ours. */
export function vendorPanel(record: RunRecord): Markup | null {
  const { vendor, tolerance, sides, calls } = record;
  if (vendor === null) return null;
  return html`<section class="panel" id="vendor"><h2>The vendor's library <small>of NanoEdge AI Studio ${vendor.interface}</small></h2>
<div class="columns">
${facts('Library', [
  ['interface', `NanoEdge AI Studio ${vendor.interface}`],
  ['compared with', sideInFull(sides.reference)],
  ['held to', `${tolerance.profile}: ${tolerance.reason}`],
])}
<section class="facts"><h3>Licences that came with it</h3>${
    vendor.licences.length === 0
      ? html`<p>None was found: whose it is, and what it may be used for, has to be asked.</p>`
      : html`<ul class="reasons">${vendor.licences.map((licence) => html`<li>${licence}</li>`)}</ul>`
  }</section>
${knowledgeFacts(vendor)}
</div>
${ownCodes(calls)}</section>`;
}

function knowledgeFacts({ knowledge, restore }: VendorFacts): Markup {
  const image =
    knowledge === null
      ? 'not looked at'
      : knowledge.firstDifference === null
        ? `${count(knowledge.bytes)} bytes, the same on the board and in the emulator's file`
        : `${count(knowledge.differing)} of ${count(knowledge.bytes)} bytes differ from the emulator's file, the first at offset ${count(knowledge.firstDifference)}`;
  const [tone, word] = restore === null ? ['open', 'not tried'] : RESTORED[restore.verdict];
  return html`<section class="facts"><h3>Knowledge</h3><dl>
<div><dt>.neai after the last call</dt><dd data-vendor="knowledge">${image}</dd></div>
<div><dt>restored from a backup</dt><dd data-vendor="restore" class="${tone}"><b class="tag">${word}</b> ${
    restore === null
      ? null
      : html`${restore.reason} <span class="quiet">${count(restore.differing)} of ${count(restore.signals)} similarities differ${restore.differing === 0 ? null : `, by up to ${restore.largest}`}</span>`
  }</dd></div></dl></section>`;
}

interface CodeRow {
  readonly operation: string;
  readonly own: number;
  readonly calls: number;
  /** Codes that it was translated to, similarities as their range. */
  readonly told: readonly number[];
}

/** What the library itself returned, and what the board told in its place. */
function ownCodes({ operation, target }: CallColumns): Markup | null {
  if (target.ownCode === null) return null;
  const rows = new Map<string, CodeRow>();
  for (const [index, own] of target.ownCode.entries()) {
    if (own === null) continue;
    const name = OPERATIONS[operation[index] as keyof typeof OPERATIONS];
    const key = `${name} ${own}`;
    const before = rows.get(key) ?? { operation: name, own, calls: 0, told: [] };
    const code = target.code[index]!;
    const told = before.told.includes(code) ? before.told : [...before.told, code];
    rows.set(key, { ...before, calls: before.calls + 1, told });
  }
  return html`<h3>Return codes of the library itself</h3>
<table class="cards" id="own-codes"><thead><tr><th scope="col">call</th><th scope="col">it returned</th><th scope="col">times</th><th scope="col">told as</th></tr></thead>
<tbody>${[...rows.values()].map(
    (row) =>
      html`<tr><td data-label="call">${row.operation}</td><td data-label="it returned">${row.own}</td><td data-label="times">${count(row.calls)}</td><td data-label="told as">${toldAs(row)}</td></tr>`,
  )}</tbody></table>`;
}

function toldAs({ operation, told }: CodeRow): string {
  const isSimilarity = (code: number): boolean => operation === 'detect' && code <= MOST_SIMILARITY;
  const similarities = told.filter(isSimilarity);
  const codes = told.filter((code) => !isSimilarity(code)).toSorted((a, b) => a - b);
  return [
    ...(similarities.length === 0
      ? []
      : [`similarity ${[...new Set([Math.min(...similarities), Math.max(...similarities)])].join('–')}`]),
    ...codes.map((code) => `code ${code}`),
  ].join(', ');
}
