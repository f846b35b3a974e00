import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeReport } from '../../../reports/write-report.ts';
import { encodeRunRecord } from '../../record/codec.ts';
import type { Verdict } from '../../record/primitives.ts';
import { asNeaiError } from '../failure.ts';
import { comparePair, type PairInput, type RanSide } from './run-sides.ts';
import type { ComparedSide, SideContext } from './sides/side.ts';

/** One cell: two sides against each other, or why not. */
export interface MatrixCell {
  readonly reference: string;
  readonly target: string;
  /** `NOT RUN` where a side could not be had here. */
  readonly verdict: Verdict['verdict'] | 'NOT RUN';
  readonly reason: string | null;
  readonly mismatches: number | null;
  /** Absolute paths; null where nothing ran. */
  readonly record: string | null;
  readonly report: string | null;
}

export type MatrixInput = Omit<PairInput, 'reference' | 'target' | 'context'> & {
  readonly context: SideContext;
};

/** Runs every side once and compares each with each; a side that cannot be had is NOT RUN, and as loud as a failure. */
export async function compareMatrix(
  sides: readonly ComparedSide[],
  input: MatrixInput,
): Promise<MatrixCell[]> {
  const { context, folder } = input;
  const ran: { readonly name: string; readonly side: RanSide | null; readonly reason: string | null }[] = [];
  for (const side of namedApart(sides)) {
    context.signal.throwIfAborted();
    const own = join(folder.path, side.name);
    await mkdir(own, { recursive: true });
    try {
      const run = await side.run({ ...context, folder: own });
      if (run.brokenOff !== null) throw run.brokenOff;
      ran.push({ name: side.name, side: { side, run }, reason: null });
    } catch (thrown) {
      const { code, message } = asNeaiError(thrown);
      ran.push({ name: side.name, side: null, reason: `${code}: ${message}` });
    }
  }
  const cells: MatrixCell[] = [];
  for (const [index, reference] of ran.entries()) {
    for (const target of ran.slice(index + 1)) {
      const names = { reference: reference.name, target: target.name };
      if (reference.side === null || target.side === null) {
        const reason = reference.reason ?? target.reason;
        cells.push({ ...names, verdict: 'NOT RUN', reason, mismatches: null, record: null, report: null });
      } else cells.push({ ...names, ...(await compareCell(reference.side, target.side, input)) });
    }
  }
  return cells;
}

/** Two boards of one kind, or two records, must not write over each other: the second gets a number. */
function namedApart(sides: readonly ComparedSide[]): ComparedSide[] {
  const seen = new Map<string, number>();
  return sides.map((side) => {
    const number = (seen.get(side.name) ?? 0) + 1;
    seen.set(side.name, number);
    return number === 1 ? side : { ...side, name: `${side.name}-${number}` };
  });
}

async function compareCell(
  reference: RanSide,
  target: RanSide,
  input: MatrixInput,
): Promise<Omit<MatrixCell, 'reference' | 'target'>> {
  const own = join(input.folder.path, `${reference.side.name}--${target.side.name}`);
  await mkdir(own, { recursive: true });
  const { record } = await comparePair({ ...input, reference, target });
  const paths = { record: join(own, 'record.json'), report: join(own, 'report.html') };
  await writeFile(paths.record, encodeRunRecord(record));
  await writeReport(record, paths.report);
  const { verdict, reasons } = record.verdicts.equivalence;
  return { verdict, reason: reasons[0] ?? null, mismatches: record.comparison.mismatches, ...paths };
}

/** The matrix as text, one line a pair. */
export const matrixLines = (cells: readonly MatrixCell[]): string[] =>
  cells.map(({ reference, target, verdict, reason }) => {
    const because = reason === null ? '' : ` (${reason})`;
    return `${verdict.padEnd(9)} ${reference} ↔ ${target}${because}`;
  });

/** 0 when every pair passed, 1 when one failed or was not shown, 3 when a side could not be had. */
export function matrixStatus(cells: readonly MatrixCell[]): 0 | 1 | 3 {
  if (cells.some(({ verdict }) => verdict === 'FAIL' || verdict === 'NOT SHOWN')) return 1;
  return cells.some(({ verdict }) => verdict === 'NOT RUN') ? 3 : 0;
}
