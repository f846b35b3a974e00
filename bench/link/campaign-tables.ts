import type { BoardRow } from './board-row.ts';
import type { Campaign } from './campaign.ts';

type Columns = readonly (readonly [name: string, width: number])[];

const HOST_COLUMNS: Columns = [
  ['fault', 15],
  ['rate', 13],
  ['sent', 10],
  ['intact', 10],
  ['damaged', 10],
  ['corrupted', 10],
  ['bound95', 10],
  ['control', 10],
  ['miss8', 8],
  ['/exp', 6],
  ['miss16', 8],
  ['/exp', 6],
];

const BOARD_COLUMNS: Columns = [
  ['fault', 8],
  ['rate', 15],
  ['bytes', 6],
  ['requests', 9],
  ['answered', 9],
  ['settled', 8],
  ['to board', 9],
  ['damaged', 8],
  ['to host', 9],
  ['damaged', 8],
  ['repeated', 9],
  ['resets', 7],
  ['executed wrong', 15],
  ['answered wrong', 15],
];

function print(columns: Columns, cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, i) => String(cell).padStart(columns[i]![1])).join(' '));
}

const title = (columns: Columns): void =>
  print(
    columns,
    columns.map(([name]) => name),
  );

const overExpected = (missed: number, candidates: number, bits: number): string =>
  candidates === 0 ? '-' : ((missed * 2 ** bits) / candidates).toFixed(2);

/** What docs/link.md explains column by column. */
export function printHostTable({ rows, total }: Campaign): void {
  title(HOST_COLUMNS);
  for (const row of [...rows, { kind: 'together', rate: 0, per: '', ...total }]) {
    print(HOST_COLUMNS, [
      row.kind,
      row.per === '' ? '' : `${row.rate}/${row.per}`,
      row.sent,
      row.intact,
      row.damaged,
      row.wrong,
      row.bound95?.toExponential(1) ?? '-',
      row.candidates,
      row.missed8,
      overExpected(row.missed8, row.candidates, 8),
      row.missed16,
      overExpected(row.missed16, row.candidates, 16),
    ]);
  }
}

export const printBoardTitle = (): void => title(BOARD_COLUMNS);

export function printBoardRow(row: BoardRow): void {
  print(BOARD_COLUMNS, [
    row.kind,
    `${row.rate}/${row.per}`,
    row.frameBytes,
    row.requests,
    row.answered,
    row.settled,
    row.framesToBoard,
    row.damagedToBoard,
    row.framesToHost,
    row.damagedToHost,
    row.repeated,
    row.resets,
    row.corruptedExecuted,
    row.wrongAnswers,
  ]);
}
