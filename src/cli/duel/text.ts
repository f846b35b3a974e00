import type { DuelRecord, DuelRow } from '../../record/duel-record.ts';
import type { DuelPaths } from './run-duel.ts';

const COLUMN = 24;

/** What a person reads at the end of a duel. */
export function duelLines(record: DuelRecord, paths: DuelPaths): string[] {
  const { sides, board, evidence, rows, remarks, decisions } = record;
  const { signals, bothRight, oursAlone, vendorAlone, bothWrong } = decisions;
  const where = evidence.kind === 'virtual' ? 'virtual' : `silicon ${evidence.uniqueId}`;
  return [
    `${board.id} (${where}): ours ${sides.ours.libraryId} against the vendor's ${sides.vendor.libraryId} (${sides.vendor.interface})`,
    line('', 'ours', "vendor's", 'better'),
    ...rows.map((row) => line(row.figure, told(row, row.ours), told(row, row.vendor), better(row))),
    `${signals} labelled signals: both right ${bothRight}, ours alone ${oursAlone}, the vendor's alone ${vendorAlone}, both wrong ${bothWrong}`,
    ...remarks.map((text) => `  ${text}`),
    `record ${paths.record}`,
    `page ${paths.page}`,
  ];
}

const line = (...cells: readonly string[]): string =>
  cells
    .map((cell) => cell.padEnd(COLUMN))
    .join('')
    .trimEnd();

function told({ unit }: DuelRow, value: number | null): string {
  if (value === null) return 'not shown';
  return unit === 'fraction' ? `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)} %` : `${value} ${unit}`;
}

function better({ winner }: DuelRow): string {
  if (winner === null) return 'not shown';
  return winner === 'tie' ? 'alike' : winner === 'ours' ? 'ours' : "the vendor's";
}
