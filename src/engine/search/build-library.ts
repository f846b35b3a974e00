import { encodeSeenLines } from '../dataset/seen-lines.ts';
import type { LabelSplit } from '../dataset/split.ts';
import { heldOutLines, selectedRanges, selectionLines } from '../dataset/split.ts';
import { Emulator } from '../emulator/emulator.ts';
import { createLibrary, type Library, type LibrarySearch } from '../library.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../metrics/metrics.ts';
import { modelByName } from '../models/registry.ts';
import { floatToHex } from '../numeric/f32.ts';
import { extractFeatures, type SelectionData } from './evaluate.ts';
import { learningCurve, minimumLearningIterations } from './learning-curve.ts';
import type { Ranked } from './ranking.ts';

export interface SearchResult {
  readonly winner: Ranked;
  readonly data: SelectionData;
  readonly regular: LabelSplit;
  readonly abnormal: LabelSplit;
  readonly seed: number;
  readonly budget: number;
  /** Candidates that were evaluated. */
  readonly evaluations: number;
}

/**
 * The library of a search: the winner with its calibration, the recommended learning minimum, and a record of what was
 * searched, on which lines, and how it scored, cross-validated and on held-out lines side by side.
 */
export function buildLibrary(result: SearchResult): Library {
  const { winner, data } = result;
  const { pipeline, model } = winner.candidate;
  const { calibration } = winner.evaluation;
  const features = extractFeatures(data, pipeline);
  const detectFloor = modelByName(model.name).detectFloor(features.dimension, model.params);
  const curve = learningCurve(features, model, calibration, data.overlapLines);
  const functional = {
    format: 'neai-library' as const,
    formatVersion: 1 as const,
    kind: 'anomaly-detection' as const,
    axes: data.shape.axes,
    bufferSize: data.shape.length,
    // plain copies: what came back from a worker or a registry is shared
    pipeline: structuredClone(pipeline) as Library['pipeline'],
    model: structuredClone(model) as Library['model'],
    calibration: { scale: floatToHex(calibration.scale), width: floatToHex(calibration.width) },
    detectFloor,
    minimumLearningIterations: minimumLearningIterations(curve, detectFloor),
  };
  const record = { ...searchRecord(result), scores: { ramBytes: winner.ramBytes } };
  const heldOut = heldOutScores(createLibrary(functional, record), result);
  return createLibrary(functional, {
    ...record,
    scores: {
      ramBytes: winner.ramBytes,
      thresholdCalibrated: data.abnormal.length > 0,
      crossValidated: {
        balancedAccuracy: winner.evaluation.balancedAccuracy,
        confidence: winner.evaluation.confidence,
        areaUnderCurve: winner.evaluation.areaUnderCurve,
        regularAccuracy: winner.evaluation.regularAccuracy,
      },
      heldOut,
      learningCurve: curve.map(({ learns, balancedAccuracy: accuracy }) => [learns, accuracy]),
    },
  });
}

function searchRecord({
  regular,
  abnormal,
  seed,
  budget,
  evaluations,
}: SearchResult): Omit<LibrarySearch, 'scores'> {
  const files = [regular, abnormal].flatMap((split) =>
    selectedRanges(split).map(({ dataset, ranges }) => ({
      // the file's own name only: where a user keeps it is nobody else's business
      name: dataset.path.split(/[\\/]/).at(-1)!,
      label: split.label,
      sha256: dataset.sha256,
      lines: dataset.lines,
      selected: ranges.map(({ first, last }): [number, number] => [first, last]),
    })),
  );
  const seen = [...selectionLines(regular), ...selectionLines(abnormal)].map(({ signal }) => signal);
  return { seed, budget, evaluations, files, seenLines: encodeSeenLines(seen) };
}

/** Figures of the library itself, emulated: it learns the selection part in order and detects what it never saw. */
function heldOutScores(library: Library, { regular, abnormal }: SearchResult) {
  const emulator = new Emulator(library);
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
}
