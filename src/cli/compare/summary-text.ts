import { verdictLines } from '../../compare/verdict-lines.ts';
import type { Metrics } from '../../record/metrics.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { Side } from '../../record/sides.ts';
import type { CompareSummary } from '../../record/summary.ts';
import { costLines } from './cost-text.ts';
import { divergenceLines } from './divergence-text.ts';

/** What a person reads at the end: files, figures, verdicts, and where the rest lies. */
export function summaryLines({
  record,
  summary,
}: {
  readonly record: RunRecord;
  readonly summary: CompareSummary;
}): string[] {
  const { board, emulator, perCall, footprint, link } = summary;
  const { signals, mismatches } = record.comparison;
  const [reference, target] = [sideText(record.sides.reference), sideText(record.sides.target)];
  const percent = (fraction: number | null): string =>
    fraction === null ? 'not shown' : `${(100 * fraction).toFixed(1)} %`;
  const lines = record.dataset.files.map(
    ({ path, searched, learned, detected }) =>
      `${path}: searched ${ranges(searched)}; learned ${ranges(learned)}; detected ${ranges(detected)}`,
  );
  const seen = [...record.calls.seen].filter((flag) => flag === '1').length;
  if (seen > 0) lines.push(`${seen} detected lines were seen by search or learning: left out of accuracy`);
  lines.push(
    `${signals} signals compared, ${mismatches} calls differ`,
    `balanced accuracy: ${target} ${percent(board.balancedAccuracy)}, ${reference} ${percent(emulator.balancedAccuracy)}`,
    `confidence: ${target} ${percent(board.confidence)}, ${reference} ${percent(emulator.confidence)}`,
    ...metricLines(record.metrics),
    `per call: learn ${perCall.learn ?? 'none'}, detect ${perCall.detect ?? 'none'} ${perCall.unit}`,
  );
  if (footprint !== null) {
    const stack =
      footprint.stackBytes === null ? 'stack not told' : `stack ${footprint.stackBytes} bytes used`;
    lines.push(
      `flash ${footprint.flashBytes} bytes, RAM ${footprint.ramBytes} bytes, .neai ${footprint.neaiBytes} bytes, ${stack}`,
      ...costLines(footprint),
    );
  }
  if (link !== null)
    lines.push(`link: ${link.bytes} bytes in ${link.seconds.toFixed(2)} s at ${link.baud} baud`);
  for (const { step, seconds } of record.timings) lines.push(`${seconds.toFixed(2).padStart(8)} s  ${step}`);
  if (record.divergence !== null) lines.push(...divergenceLines(record.divergence, record.sides));
  lines.push(
    ...vendorLines(record.vendor),
    ...verdictLines(record.verdicts, record.evidence),
    ...record.fitnessFacts.causes.map(({ message }) => `  ${message}`),
    `record ${summary.record}`,
    `report ${summary.report}`,
  );
  return lines;
}

function vendorLines(vendor: RunRecord['vendor']): string[] {
  if (vendor === null) return [];
  const { knowledge, restore } = vendor;
  const image = ({ bytes, differing, firstDifference }: NonNullable<typeof knowledge>): string =>
    firstDifference === null
      ? `${bytes} bytes of .neai are the same on the board and in the emulator's file`
      : `${differing} of ${bytes} bytes of .neai differ between the board and the emulator's file, the first at ${firstDifference}`;
  return [
    ...(knowledge === null ? [] : [`knowledge: ${image(knowledge)}`]),
    ...(restore === null ? [] : [`restore ${restore.verdict}: ${restore.reason}`]),
  ];
}

const ranges = (list: readonly (readonly [number, number])[]): string =>
  list.length === 0
    ? 'none'
    : list.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');

/** What a side is called in a line: `emulator`, `nucleo-l432kc`, `record of 20261130-…`. */
function sideText(side: Side): string {
  if ('board' in side) return side.board;
  return side.kind === 'recorded-run' ? `record of ${side.runId}` : side.kind;
}

function metricLines(metrics: Metrics | null): string[] {
  if (metrics === null) return [];
  const { detects, exactMatches, flips, maximumError } = metrics;
  const repeated =
    flips.repeated === 0 ? '' : `, ${flips.repeated} repeated signals left out as not independent`;
  const bound =
    flips.upper95 === null
      ? ''
      : `, at most ${(100 * flips.upper95).toFixed(2)} % of signals (95 %${repeated})`;
  return [
    `${exactMatches} of ${detects} similarities equal, largest difference ${maximumError}, ${flips.list.length} decisions flip${bound}`,
  ];
}
