import { balancedAccuracy, confidence } from '../engine/metrics/metrics.ts';
import { type CallSequence, type PlannedCall, unpackCalls } from '../record/calls.ts';
import { libraryFlashBytes, libraryRamBytes } from '../record/cost.ts';
import {
  DUEL_RECORD_FORMAT,
  DUEL_RECORD_VERSION,
  type DuelRecord,
  type DuelRow,
  type DuelSide,
  winnerOf,
} from '../record/duel-record.ts';
import type { Accuracy } from '../record/primitives.ts';
import type { RunRecord } from '../record/run-record.ts';
import { NeaiError } from '../shared/errors.ts';
import { scoredSignals } from './scored-signals.ts';
import { signTest } from './sign-test.ts';

/** One side of a duel: the record of its run, and what the record does not tell. */
export interface Duellist {
  readonly run: RunRecord;
  readonly interface: string;
  /** Relative to the duel's record. */
  readonly record: string;
  readonly report: string;
}

export interface DuelInput {
  readonly duelId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly command: string;
  readonly ours: Duellist;
  readonly vendor: Duellist;
  /** What is known of the vendor's library beyond its run, in sentences. */
  readonly known: readonly string[];
}

const LEARNED = 1;
const MOST_SIMILARITY = 100;
/** From here on a sign test does not tell chance from difference. */
const CHANCE = 0.05;

/**
 * Two runs on the same board with the same lines, set side by side. Pure.
 * @throws INTERNAL where the runs did not make the same calls: their figures could not be set side by side
 */
export function duelOf({ ours, vendor, known, ...head }: DuelInput): DuelRecord {
  const sequences = { ours: unpackCalls(ours.run.calls), vendor: unpackCalls(vendor.run.calls) };
  requireSameCalls(ours.run, vendor.run);
  const { board, evidence, threshold, tools, dataset } = ours.run;
  const signals = signalsOf(ours.run, sequences);
  const decisions = decisionsOf(sequences, threshold);
  const sides = { ours: sideOf(ours, sequences.ours), vendor: sideOf(vendor, sequences.vendor) };
  const unseen = unseenByBoth(sequences);
  const rows = rowsOf(
    { run: ours.run, accuracy: accuracyOf(unseen, sequences.ours, threshold) },
    { run: vendor.run, accuracy: accuracyOf(unseen, sequences.vendor, threshold) },
  );
  return {
    format: DUEL_RECORD_FORMAT,
    formatVersion: DUEL_RECORD_VERSION,
    ...head,
    tool: tools.neai,
    evidence,
    board: { id: board!.id, core: board!.core, clockHz: board!.clockHz },
    threshold,
    files: dataset.files.map(({ path, sha256, learned, detected }) => ({ path, sha256, learned, detected })),
    sides,
    rows,
    decisions,
    signals,
    remarks: [...remarksOf(sides, decisions, rows), ...known],
  };
}

function requireSameCalls(ours: RunRecord, vendor: RunRecord): void {
  const key = ({ calls, dataset, board, threshold, sensitivity }: RunRecord): string =>
    JSON.stringify([
      calls.operation,
      calls.line,
      calls.label,
      calls.file.map((file) => dataset.files[file]?.sha256 ?? null),
      board?.id,
      threshold,
      sensitivity,
    ]);
  if (key(ours) === key(vendor)) return;
  throw new NeaiError('INTERNAL', 'the two sides of a duel did not make the same calls on the same board', {
    asked: `${ours.calls.operation.length} calls on ${ours.board?.id}`,
    got: `${vendor.calls.operation.length} calls on ${vendor.board?.id}`,
  });
}

function sideOf(
  { run, record, report, interface: look }: Duellist,
  { calls, target }: CallSequence,
): DuelSide {
  const { library, verdicts, failure } = run;
  return {
    libraryId: library.id,
    interface: look,
    minimumLearningIterations: library.minimumLearningIterations,
    learned: target.filter(({ code }, i) => calls[i]!.operation === 'learn' && code === LEARNED).length,
    equivalence: verdicts.equivalence,
    failure: failure === null ? null : `${failure.code}: ${failure.text}`,
    record,
    report,
  };
}

/** The calls, where a line that one side had seen counts as seen by both. */
const unseenByBoth = ({ ours, vendor }: Both): PlannedCall[] =>
  ours.calls.map((call, i) => ({ ...call, seen: call.seen || vendor.calls[i]!.seen }));

/** On the lines that count for both; null for a run that broke off. */
function accuracyOf(calls: readonly PlannedCall[], { target }: CallSequence, threshold: number): Accuracy {
  const { nominal, anomaly, notShown } = scoredSignals(calls, target);
  if (notShown !== null || target.length < calls.length) {
    return { balancedAccuracy: null, confidence: null };
  }
  const scores = { regular: nominal, abnormal: anomaly };
  return {
    balancedAccuracy: balancedAccuracy(scores, threshold),
    confidence: confidence(scores, threshold),
  };
}

interface Figures {
  readonly run: RunRecord;
  readonly accuracy: Accuracy;
}

function rowsOf(ours: Figures, vendor: Figures): DuelRow[] {
  const row = (
    figure: DuelRow['figure'],
    unit: DuelRow['unit'],
    meaning: string,
    of: (figures: Figures) => number | null,
  ): DuelRow => {
    const better = unit === 'fraction' ? 'more' : 'less';
    const values = { unit, better, ours: of(ours), vendor: of(vendor) } as const;
    return { figure, meaning, ...values, winner: winnerOf(values) };
  };
  const { unit } = ours.run.perCall;
  return [
    row(
      'balanced accuracy',
      'fraction',
      'on lines held out of our search',
      ({ accuracy }) => accuracy.balancedAccuracy,
    ),
    row(
      'confidence',
      'fraction',
      'how far scores lie from the threshold',
      ({ accuracy }) => accuracy.confidence,
    ),
    row('RAM', 'bytes', 'of the library, with the deepest stack seen', ({ run: { footprint } }) =>
      footprint === null ? null : libraryRamBytes(footprint),
    ),
    row(
      'flash',
      'bytes',
      'of the library, with the routines that it alone needs',
      ({ run: { footprint } }) => (footprint === null ? null : libraryFlashBytes(footprint)),
    ),
    row('learn', unit, 'of one call, median', ({ run }) => run.perCall.learn?.median ?? null),
    row('detect', unit, 'of one call, median', ({ run }) => run.perCall.detect?.median ?? null),
  ];
}

interface Both {
  readonly ours: CallSequence;
  readonly vendor: CallSequence;
}

function signalsOf(run: RunRecord, { ours, vendor }: Both): DuelRecord['signals'] {
  const { calls } = ours;
  const answered = Math.min(ours.target.length, vendor.target.length);
  const at = calls.flatMap(({ operation }, i) => (operation === 'detect' && i < answered ? [i] : []));
  return {
    file: at.map((i) => calls[i]!.file!),
    line: at.map((i) => calls[i]!.line!),
    label: at.map((i) => run.calls.label[i]!.replace('-', 'u')).join(''),
    ours: at.map((i) => ours.target[i]!.code),
    vendor: at.map((i) => vendor.target[i]!.code),
  };
}

function decisionsOf({ ours, vendor }: Both, threshold: number): DuelRecord['decisions'] {
  const answered = Math.min(ours.target.length, vendor.target.length);
  const tally = { bothRight: 0, oursAlone: 0, vendorAlone: 0, bothWrong: 0 };
  unseenByBoth({ ours, vendor })
    .slice(0, answered)
    .forEach(({ operation, label, seen }, i) => {
      if (operation !== 'detect' || seen || (label !== 'nominal' && label !== 'anomaly')) return;
      const isRight = (code: number): boolean =>
        code <= MOST_SIMILARITY && code >= threshold === (label === 'nominal');
      const [us, them] = [isRight(ours.target[i]!.code), isRight(vendor.target[i]!.code)];
      tally[us ? (them ? 'bothRight' : 'oursAlone') : them ? 'vendorAlone' : 'bothWrong']++;
    });
  const signals = Object.values(tally).reduce((sum, one) => sum + one, 0);
  return { signals, ...tally, chance: signTest(tally.oursAlone, tally.vendorAlone) };
}

/** What has to be said beside the figures, from the figures. */
function remarksOf(
  { ours, vendor }: DuelRecord['sides'],
  { signals, oursAlone, vendorAlone, chance }: DuelRecord['decisions'],
  rows: readonly DuelRow[],
): string[] {
  const few = ({ learned, minimumLearningIterations: least }: DuelSide, whose: string): string[] =>
    learned < least ? [`${whose} library recommends ${least} learns and got ${learned}`] : [];
  const accuracy = rows.find(({ figure }) => figure === 'balanced accuracy');
  const differs = accuracy?.winner === 'ours' || accuracy?.winner === 'vendor';
  return [
    `Both learned the same lines in the same order and were asked about the same lines; ${signals} of them count`,
    'Our library was searched on the lines that both learned and on the abnormal lines of the selection; of the vendor’s library it is not known by which signals it was chosen',
    ...few(ours, 'Our'),
    ...few(vendor, 'The vendor’s'),
    ...(differs && chance !== null && chance > CHANCE
      ? [
          `The difference in accuracy may be chance: ours alone was right on ${oursAlone} signals, the vendor’s alone on ${vendorAlone} (sign test, p = ${chance.toFixed(2)})`,
        ]
      : []),
    ...(vendor.equivalence.verdict === 'PASS'
      ? []
      : [
          `The vendor’s library against its own emulator: ${vendor.equivalence.verdict}, ${vendor.equivalence.reasons[0] ?? ''}`,
        ]),
  ];
}
