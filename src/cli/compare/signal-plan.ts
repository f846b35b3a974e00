import { type Dataset, signalAt } from '../../engine/dataset/dataset.ts';
import { type LineRange, rowsInRange } from '../../engine/dataset/line-range.ts';
import { encodeSeenLines, SeenLines, type SeenRecord } from '../../engine/dataset/seen-lines.ts';
import {
  heldOutLines,
  type LabelSplit,
  type LineReference,
  selectionLines,
} from '../../engine/dataset/split.ts';
import { type PlannedCall, unpackCalls } from '../../record/calls.ts';
import type { Label } from '../../record/primitives.ts';
import type { DatasetFile, RunRecord } from '../../record/run-record.ts';

/** A call and the values it carries; null for initialize. */
export interface SignalCall extends PlannedCall {
  readonly signal: Float32Array | null;
}

/** Everything that a comparison will do, before it does any of it. */
export interface SignalPlan {
  readonly calls: readonly SignalCall[];
  readonly files: readonly DatasetFile[];
}

/** Lines of one file to learn, or to detect under a label. */
export interface FileLines {
  readonly dataset: Dataset;
  readonly range: LineRange | null;
  /** Null for lines to learn. */
  readonly label: Label | null;
}

interface Use {
  readonly operation: 'learn' | 'detect';
  readonly label: Label | null;
  readonly line: LineReference;
}

const INITIALIZE: SignalCall = {
  operation: 'initialize',
  file: null,
  line: null,
  label: null,
  seen: false,
  signal: null,
};

/** The plan after a search: learn the selection part's regular lines in order, detect what the search never saw. */
export function planAfterSearch(
  regular: LabelSplit,
  abnormal: LabelSplit | null,
  searched: SeenRecord | null,
): SignalPlan {
  const use = (operation: 'learn' | 'detect', label: Label | null) => (line: LineReference) => ({
    operation,
    label,
    line,
  });
  const uses = [
    ...selectionLines(regular).map(use('learn', null)),
    ...heldOutLines(regular).map(use('detect', 'nominal')),
    ...(abnormal === null ? [] : heldOutLines(abnormal).map(use('detect', 'anomaly'))),
  ];
  const labels = new Map<Dataset, Label>(abnormal?.datasets.map((dataset) => [dataset, 'anomaly']));
  for (const dataset of regular.datasets) labels.set(dataset, 'nominal');
  return assemble([...regular.datasets, ...(abnormal?.datasets ?? [])], uses, labels, searched);
}

/** The plan for a fixed library: learn and detect exactly what the user named, in the order named. */
export function planFixedLibrary(
  learn: readonly FileLines[],
  detect: readonly FileLines[],
  searched: SeenRecord | null,
): SignalPlan {
  const uses = [...linesOf(learn, 'learn'), ...linesOf(detect, 'detect')];
  const datasets = [...new Set([...learn, ...detect].map(({ dataset }) => dataset))];
  const labels = new Map(detect.map(({ dataset, label }) => [dataset, label ?? 'unknown'] as const));
  return assemble(datasets, uses, labels, searched);
}

/** The calls of a record, with their signals. @param datasets the record's files, in its order. */
export function planRecorded(record: RunRecord, datasets: readonly Dataset[]): SignalPlan {
  const calls = unpackCalls(record.calls).calls.map((call): SignalCall => {
    if (call.file === null) return { ...call, signal: null };
    const dataset = datasets[call.file]!;
    return { ...call, signal: signalAt(dataset, dataset.lineNumbers.indexOf(call.line!)) };
  });
  return { calls, files: record.dataset.files };
}

function linesOf(files: readonly FileLines[], operation: 'learn' | 'detect'): Use[] {
  return files.flatMap(({ dataset, range, label }) => {
    const { firstRow, lastRow } = rowsInRange(dataset, range);
    return Array.from({ length: lastRow - firstRow + 1 }, (_, index) => {
      const row = firstRow + index;
      const line = { dataset, row, line: dataset.lineNumbers[row]!, signal: signalAt(dataset, row) };
      return { operation, label, line };
    });
  });
}

/**
 * A detected line counts as seen when the search was shown it or this run learns it. Both ask the same question of
 * file and line first and of content where the file is unknown, so copies and excerpts do not slip through.
 */
function assemble(
  datasets: readonly Dataset[],
  uses: readonly Use[],
  labels: ReadonlyMap<Dataset, Label>,
  searchedRecord: SeenRecord | null,
): SignalPlan {
  const searched = new SeenLines(searchedRecord);
  const learned = new SeenLines(learnedRecord(datasets, uses));
  const isSeen = ({ dataset, line, signal }: LineReference): boolean =>
    searched.has(dataset.sha256, line, signal) || learned.has(dataset.sha256, line, signal);
  const indexOf = new Map(datasets.map((dataset, index) => [dataset, index]));
  const calls = uses.map(
    ({ operation, label, line }): SignalCall => ({
      operation,
      file: indexOf.get(line.dataset)!,
      line: line.line,
      label,
      seen: operation === 'detect' && isSeen(line),
      signal: line.signal,
    }),
  );
  const files = datasets.map((dataset): DatasetFile => {
    const lineOfUses = (operation: Use['operation']): number[] =>
      uses
        .filter((use) => use.operation === operation && use.line.dataset === dataset)
        .map((use) => use.line.line);
    const shownToSearch = dataset.lineNumbers.filter((line, row) =>
      searched.has(dataset.sha256, line, signalAt(dataset, row)),
    );
    return {
      path: dataset.path,
      sha256: dataset.sha256,
      lines: dataset.lines,
      label: labels.get(dataset) ?? null,
      searched: toRanges(shownToSearch),
      learned: toRanges(lineOfUses('learn')),
      detected: toRanges(lineOfUses('detect')),
    };
  });
  return { calls: [INITIALIZE, ...calls], files };
}

function learnedRecord(datasets: readonly Dataset[], uses: readonly Use[]): SeenRecord {
  const learned = uses.filter(({ operation }) => operation === 'learn').map(({ line }) => line);
  return {
    files: datasets
      .map((dataset) => ({
        sha256: dataset.sha256,
        selected: toRanges(learned.filter((line) => line.dataset === dataset).map(({ line }) => line)),
      }))
      .filter(({ selected }) => selected.length > 0),
    seenLines: encodeSeenLines(learned.map(({ signal }) => signal)),
  };
}

/** Line numbers as ranges; order and repetition do not matter. */
function toRanges(lines: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
