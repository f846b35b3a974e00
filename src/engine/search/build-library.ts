import { encodeSeenLines } from '../dataset/seen-lines.ts';
import type { LabelSplit } from '../dataset/split.ts';
import { heldOutLines, selectedRanges, selectionLines } from '../dataset/split.ts';
import { chainOutputLength } from '../emulator/chain.ts';
import { Emulator } from '../emulator/emulator.ts';
import { createLibrary, type FunctionalPart, type Library, type LibrarySearch } from '../library.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../metrics/metrics.ts';
import { modelByName } from '../models/registry.ts';
import { floatToHex } from '../numeric/f32.ts';
import type { Figures, SelectionData } from './evaluate.ts';
import { learnCouples, minimumLearningIterations } from './learn-couples.ts';
import type { CoupleLearning } from './learning-curve.ts';
import type { Ranked } from './ranking.ts';

/** A couple's files, cut into what the search sees and what it does not. */
export interface CoupleSplit {
  readonly name: string;
  readonly regular: LabelSplit;
  readonly abnormal: LabelSplit;
}

export interface SearchResult {
  readonly winner: Ranked;
  readonly data: SelectionData;
  /** As in the data. */
  readonly couples: readonly CoupleSplit[];
  readonly seed: number;
  readonly budget: number;
  /** Candidates that were evaluated. */
  readonly evaluations: number;
}

/**
 * The library of a search: the winner with its calibration, the recommended learning minimum, and a record of what was
 * searched, on which lines, and how it scored, cross-validated and on held-out lines side by side.
 * @param learning the winner's learning curves, where they are known already
 */
export function buildLibrary(
  result: SearchResult,
  learning: readonly CoupleLearning[] = learnCouples(result.winner, result.data, result.couples),
): Library {
  const { winner, data } = result;
  const functional = functionalPart(winner, data, minimumLearningIterations(learning));
  const record = searchRecord(result);
  const heldOut = heldOutScores(createLibrary(functional, { ...record, scores: {} }), result.couples);
  const learningCurve = slowest(learning).points.map((point) => [point.learns, point.balancedAccuracy]);
  return createLibrary(functional, {
    ...record,
    scores: { ...scoresOf(winner, data, heldOut), learningCurve },
  });
}

/** Fewer learns than this are never recommended. */
const LEAST_ITERATIONS = 20;

/**
 * The best so far as a library to try while its search goes on. What takes long is left out: its learning minimum is the
 * least there is, and no line held out has been looked at.
 */
export function draftLibrary(
  winner: Ranked,
  data: SelectionData,
  record: Omit<LibrarySearch, 'scores'>,
): Library {
  const notLooked = data.couples.map(() => NOT_LOOKED_AT);
  const scores = { ...scoresOf(winner, data, notLooked), learningCurve: [], draft: true };
  return createLibrary(functionalPart(winner, data, LEAST_ITERATIONS), { ...record, scores });
}

function functionalPart(
  { candidate: { pipeline, model }, evaluation: { calibration } }: Ranked,
  { shape }: SelectionData,
  minimum: number,
): FunctionalPart {
  const detectFloor = modelByName(model.name).detectFloor(chainOutputLength(pipeline, shape)!, model.params);
  return {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: shape.axes,
    bufferSize: shape.length,
    // plain copies: what came back from a worker or a registry is shared
    pipeline: structuredClone(pipeline) as Library['pipeline'],
    model: structuredClone(model) as Library['model'],
    calibration: { scale: floatToHex(calibration.scale), width: floatToHex(calibration.width) },
    detectFloor,
    minimumLearningIterations: Math.max(minimum, detectFloor),
  };
}

function scoresOf(
  { ramBytes, flashBytes, evaluation }: Ranked,
  data: SelectionData,
  heldOut: readonly HeldOutScores[],
): LibrarySearch['scores'] {
  return {
    ramBytes,
    ...(flashBytes === undefined ? {} : { flashBytes }),
    thresholdCalibrated: data.couples.some(({ abnormal }) => abnormal.length > 0),
    // of several couples the worst one's figures
    crossValidated: crossValidatedScores(evaluation),
    heldOut: worstHeldOut(heldOut),
    couples: evaluation.couples.map((figures, i) => ({
      name: figures.name,
      crossValidated: crossValidatedScores(figures),
      heldOut: heldOut[i]!,
    })),
  };
}

const slowest = (learning: readonly CoupleLearning[]): CoupleLearning =>
  learning.reduce((most, couple) => (couple.minimum > most.minimum ? couple : most));

const crossValidatedScores = (figures: Figures) => ({
  balancedAccuracy: figures.balancedAccuracy,
  confidence: figures.confidence,
  areaUnderCurve: figures.areaUnderCurve,
  regularAccuracy: figures.regularAccuracy,
});

/** What was searched, on which lines; the digests of all lines seen take a while. */
export function searchRecord({
  couples,
  seed,
  budget,
  evaluations,
}: Omit<SearchResult, 'winner' | 'data'>): Omit<LibrarySearch, 'scores'> {
  const files = couples.flatMap(({ name: couple, regular, abnormal }) =>
    [regular, abnormal].flatMap((split) =>
      selectedRanges(split).map(({ dataset, ranges }) => ({
        // the file's own name only: where a user keeps it is nobody else's business
        name: dataset.path.split(/[\\/]/).at(-1)!,
        label: split.label,
        ...(couples.length > 1 ? { couple } : {}),
        sha256: dataset.sha256,
        lines: dataset.subset?.of ?? dataset.lines,
        selected: ranges.map(({ first, last }): [number, number] => [first, last]),
      })),
    ),
  );
  const seen = couples
    .flatMap(({ regular, abnormal }) => [...selectionLines(regular), ...selectionLines(abnormal)])
    .map(({ signal }) => signal);
  return { seed, budget, evaluations, files, seenLines: encodeSeenLines(seen) };
}

type HeldOutScores = {
  readonly regularLines: number;
  readonly abnormalLines: number;
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
  readonly areaUnderCurve: number | null;
};

const NOT_LOOKED_AT: HeldOutScores = {
  regularLines: 0,
  abnormalLines: 0,
  balancedAccuracy: null,
  confidence: null,
  areaUnderCurve: null,
};

/**
 * Figures of the library itself, emulated: couple by couple it learns the selection part in order and detects what it
 * never saw.
 */
function heldOutScores(library: Library, couples: readonly CoupleSplit[]): HeldOutScores[] {
  const emulator = new Emulator(library);
  return couples.map(({ regular, abnormal }) => {
    emulator.initialize();
    for (const { signal } of selectionLines(regular)) emulator.learn(signal);
    const detect = (split: LabelSplit): number[] =>
      heldOutLines(split).map(({ signal }) => emulator.detect(signal));
    const scores = { regular: detect(regular), abnormal: detect(abnormal) };
    return {
      regularLines: scores.regular.length,
      abnormalLines: scores.abnormal.length,
      balancedAccuracy: balancedAccuracy(scores),
      confidence: confidence(scores),
      areaUnderCurve: areaUnderCurve(scores),
    };
  });
}

/** Lines of all couples, of each figure the worst couple's. */
function worstHeldOut(couples: readonly HeldOutScores[]): HeldOutScores {
  const sum = (of: (scores: HeldOutScores) => number): number =>
    couples.reduce((total, scores) => total + of(scores), 0);
  const worst = (of: (scores: HeldOutScores) => number | null): number | null => {
    const known = couples.map(of).filter((figure) => figure !== null);
    return known.length === 0 ? null : Math.min(...known);
  };
  return {
    regularLines: sum((s) => s.regularLines),
    abnormalLines: sum((s) => s.abnormalLines),
    balancedAccuracy: worst((s) => s.balancedAccuracy),
    confidence: worst((s) => s.confidence),
    areaUnderCurve: worst((s) => s.areaUnderCurve),
  };
}
