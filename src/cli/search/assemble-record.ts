import {
  heldOutLines,
  type LabelSplit,
  type LineReference,
  selectionLines,
} from '../../engine/dataset/split.ts';
import type { Library } from '../../engine/library.ts';
import {
  areaUnderCurve,
  balancedAccuracy,
  confidence,
  confusion,
  DEFAULT_THRESHOLD,
  type LabelledScores,
} from '../../engine/metrics/metrics.ts';
import { findCauses, WELL_ABOVE } from '../../engine/search/causes.ts';
import { describeCandidate, whyItWon } from '../../engine/search/describe.ts';
import { type JudgedCouple, judgeLines, scoresOfPart } from '../../engine/search/judged-lines.ts';
import { compareRanked, type Ranked } from '../../engine/search/ranking.ts';
import { type FinishedSearch, searchFacts } from '../../engine/search/search-facts.ts';
import {
  type CandidateColumns,
  type JudgedPart,
  SEARCH_RECORD_FORMAT,
  SEARCH_RECORD_VERSION,
  type SearchedFile,
  type SearchFigures,
  type SearchRecord,
  type SignalColumns,
  type Stretch,
  type WinnerRecord,
} from '../../record/search-record.ts';
import { neaiVersion } from '../version.ts';

/** A search that has ended, with what the record tells beside it. */
export interface RecordedSearch extends FinishedSearch {
  readonly library: Library;
  /** Of the compiled library; null where nothing compiled it. */
  readonly measured: { readonly ramBytes: number; readonly flashBytes: number } | null;
  readonly project: string | null;
  readonly maxFlashBytes: number | undefined;
  readonly elapsedSeconds: number;
}

/** Everything that the page of a search shows, computed once. Repeats to the byte but for `times`. */
export function assembleSearchRecord(search: RecordedSearch): SearchRecord {
  const { library, data, seed, budget, couples } = search;
  const judged = judgeLines(search, library);
  const all = judged.flat();
  const inOrder = [...search.ranked].sort((a, b) => a.index - b.index);
  const candidates = candidateColumns(inOrder);
  return {
    format: SEARCH_RECORD_FORMAT,
    formatVersion: SEARCH_RECORD_VERSION,
    neai: neaiVersion(),
    project: search.project,
    axes: data.shape.axes,
    bufferSize: data.shape.length,
    seed,
    budget,
    limits: { ramBytes: search.maxRamBytes ?? null, flashBytes: search.maxFlashBytes ?? null },
    interrupted: search.interrupted,
    threshold: DEFAULT_THRESHOLD,
    wellAbove: WELL_ABOVE,
    thresholdCalibrated: couples.some(({ abnormal }) => abnormal.datasets.length > 0),
    couples: couples.map(({ name }, i) => ({
      name,
      crossValidated: figuresOf(
        scoresOfPart(judged[i]!, 'selection'),
        search.winner.evaluation.couples[i]!.areaUnderCurve,
      ),
      heldOut: figuresOf(scoresOfPart(judged[i]!, 'held out')),
    })),
    files: couples.flatMap(({ regular, abnormal }, couple) => [
      ...searchedFiles(regular, couple),
      ...searchedFiles(abnormal, couple),
    ]),
    winner: winnerRecord(search, inOrder),
    crossValidated: judgedPart(scoresOfPart(all, 'selection'), search.winner.evaluation.areaUnderCurve),
    heldOut: judgedPart(scoresOfPart(all, 'held out')),
    signals: signalColumns(search, judged),
    learning: search.learning.map(({ name: _, ...learning }, couple) => ({
      couple,
      ...learning,
      points: [...learning.points],
      regimes: learning.regimes.map((regime) => ({ ...regime, points: [...regime.points] })),
    })),
    causes: findCauses(searchFacts(search, judged)),
    candidates,
    pareto: paretoFront(candidates),
    times: { seconds: Number(search.elapsedSeconds.toFixed(3)), candidates: null },
  };
}

function figuresOf(scores: LabelledScores, areaOfRatios?: number | null): SearchFigures {
  const { regularNominal, abnormalAnomaly } = confusion(scores);
  return {
    balancedAccuracy: balancedAccuracy(scores),
    confidence: confidence(scores),
    areaUnderCurve: areaOfRatios === undefined ? areaUnderCurve(scores) : areaOfRatios,
    regularRight: portion(regularNominal, scores.regular.length),
    abnormalRight: portion(abnormalAnomaly, scores.abnormal.length),
  };
}

const portion = (some: number, of: number): number | null => (of === 0 ? null : some / of);

function judgedPart(scores: LabelledScores, areaOfRatios?: number | null): JudgedPart {
  const thresholds = Array.from({ length: 100 }, (_, i) => {
    const { regularNominal, abnormalAnomaly } = confusion(scores, i + 1);
    return {
      regular: portion(regularNominal, scores.regular.length),
      abnormal: portion(abnormalAnomaly, scores.abnormal.length),
      balanced: balancedAccuracy(scores, i + 1),
    };
  });
  return {
    figures: figuresOf(scores, areaOfRatios),
    confusion: confusion(scores),
    thresholds: {
      balancedAccuracy: thresholds.map(({ balanced }) => balanced),
      regularRight: thresholds.map(({ regular }) => regular),
      abnormalRight: thresholds.map(({ abnormal }) => abnormal),
    },
  };
}

export function searchedFiles(split: LabelSplit, couple: number): SearchedFile[] {
  const parts = {
    selection: selectionLines(split),
    gap: split.lines.slice(split.selectionCount, split.firstHeldOut),
    heldOut: heldOutLines(split),
  };
  return split.datasets.map((dataset) => {
    const stretch = (lines: readonly LineReference[]): Stretch => {
      const mine = lines.filter((line) => line.dataset === dataset);
      return { lines: mine.length, range: mine.length === 0 ? null : [mine[0]!.line, mine.at(-1)!.line] };
    };
    return {
      name: fileName(dataset.path),
      label: split.label,
      couple,
      sha256: dataset.sha256,
      lines: dataset.subset?.of ?? dataset.lines,
      selection: stretch(parts.selection),
      gap: stretch(parts.gap),
      heldOut: stretch(parts.heldOut),
      findings: dataset.findings.map(({ kind, level, count, places, message, remedy }) => ({
        kind,
        level,
        count,
        lines: places.map(({ line }) => line),
        message,
        remedy,
      })),
    };
  });
}

/** The file's own name only: where a user keeps it is nobody else's business. */
const fileName = (path: string): string => path.split(/[\\/]/).at(-1)!;

function signalColumns({ couples }: RecordedSearch, judged: readonly JudgedCouple[]): SignalColumns {
  const datasets = couples.map(({ regular, abnormal }) => [...regular.datasets, ...abnormal.datasets]);
  const before = datasets.map((_, i) => datasets.slice(0, i).flat().length);
  const lines = judged.flatMap((couple, i) =>
    couple.map((line) => ({ ...line, file: before[i]! + datasets[i]!.indexOf(line.at.dataset) })),
  );
  return {
    file: lines.map(({ file }) => file),
    line: lines.map(({ at }) => at.line),
    label: lines.map(({ label }) => label[0]).join(''),
    part: lines.map(({ part }) => part[0]).join(''),
    similarity: lines.map(({ similarity }) => similarity),
  };
}

function candidateColumns(inOrder: readonly Ranked[]): CandidateColumns {
  let best = 0;
  return {
    index: inOrder.map(({ index }) => index),
    balancedAccuracy: inOrder.map(accuracyOf),
    confidence: inOrder.map(({ evaluation: e }) => e.confidence ?? Math.max(0, e.regularMargin)),
    ramBytes: inOrder.map(({ ramBytes }) => ramBytes),
    best: inOrder.map((candidate, position) => {
      if (compareRanked(candidate, inOrder[best]!) < 0) best = position;
      return best;
    }),
    stopped: inOrder.map((candidate) => (wasStopped(candidate) ? '1' : '0')).join(''),
    text: inOrder.map(({ candidate }) => describeCandidate(candidate)),
  };
}

const accuracyOf = ({ evaluation: e }: Ranked): number => e.balancedAccuracy ?? e.regularAccuracy;
const wasStopped = ({ evaluation }: Ranked): boolean =>
  (evaluation as { readonly stoppedEarly?: boolean }).stoppedEarly === true;

/** Positions of the candidates that none beats in accuracy without more RAM, by rising RAM. */
export function paretoFront({ balancedAccuracy: accuracy, ramBytes, stopped }: CandidateColumns): number[] {
  const byRam = [...accuracy.keys()]
    .filter((position) => stopped[position] !== '1')
    .sort((a, b) => ramBytes[a]! - ramBytes[b]! || accuracy[b]! - accuracy[a]! || a - b);
  const front: number[] = [];
  for (const position of byRam) {
    const last = front.at(-1);
    if (last === undefined || accuracy[position]! > accuracy[last]!) front.push(position);
  }
  return front;
}

function winnerRecord(
  { library, winner, ranked, measured }: RecordedSearch,
  inOrder: readonly Ranked[],
): WinnerRecord {
  const place = ranked.findIndex(({ index }) => index === winner.index);
  const runnerUp = ranked[place + 1];
  const passedOver =
    place === 0
      ? ''
      : `${place} better ranked ${place === 1 ? 'one is' : 'ones are'} over a limit when compiled. `;
  const positionOf = (candidate: Ranked): number =>
    inOrder.findIndex(({ index }) => index === candidate.index);
  return {
    id: library.id,
    position: positionOf(winner),
    text: describeCandidate(winner.candidate),
    pipeline: structuredClone(library.pipeline),
    model: structuredClone(library.model),
    calibration: { ...winner.evaluation.calibration },
    detectFloor: library.detectFloor,
    minimumLearningIterations: library.minimumLearningIterations,
    ramBytes: winner.ramBytes,
    flashBytes: winner.flashBytes ?? null,
    measured,
    runnerUp: runnerUp === undefined ? null : positionOf(runnerUp),
    why: passedOver + whyItWon(winner, runnerUp),
  };
}
