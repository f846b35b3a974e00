import type { Evidence } from '../../src/record/primitives.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import type { Side } from '../../src/record/sides.ts';
import { sideInFull } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { facts, type Row } from './facts.ts';

/** What stood on either side, and where its answers were taken. */
export function sideFacts({ sides }: RunRecord): Markup {
  return html`<div class="columns two" id="sides">${facts('Reference', rows(sides.reference))}${facts('Target', rows(sides.target))}</div>`;
}

function rows(side: Side): Row[] {
  const first: Row = ['what', sideInFull(side)];
  switch (side.kind) {
    case 'emulator':
      return [first, ['where', 'this computer']];
    case 'host-c':
    case 'wasm':
      return [
        first,
        ['where', 'this computer'],
        ['flags', side.flags.join(' ') || 'those of the project', 'hash'],
        ...planted(side),
      ];
    case 'virtual-board':
    case 'board':
      return [
        first,
        ['evidence', evidenceInFull(side.evidence)],
        ['slot', side.slot],
        ['probe', side.probeSerial, 'hash'],
        ['build id it told', side.buildId, 'hash'],
        ...planted(side),
      ];
    case 'recorded-run':
      return [
        first,
        ['record', side.record, 'hash'],
        ['its side', side.side],
        ['evidence', evidenceInFull(side.evidence)],
      ];
    case 'vendor-emulator':
      return [first, ['where', 'this computer'], ['file', side.file, 'hash']];
  }
}

const planted = (side: { readonly planted: boolean }): Row[] =>
  side.planted ? [['self-check', 'a defect was put into this side on purpose']] : [];

export function evidenceInFull({ kind, uniqueId }: Evidence): string {
  if (kind === 'virtual') return 'virtual: no sign-off of silicon';
  return `silicon ${uniqueId ?? 'not reached'}`;
}
