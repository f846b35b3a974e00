import type { ClassEvaluation } from '../../engine/classification/search/evaluate.ts';
import type { ClassFigures } from '../../engine/classification/search/figures.ts';
import { compareClassifiers, type RankedClassifier } from '../../engine/classification/search/search.ts';
import { describeCandidate } from '../../engine/search/describe.ts';
import {
  CLASS_SEARCH_RECORD_FORMAT,
  CLASS_SEARCH_RECORD_VERSION,
  type ClassSearchRecord,
  type JudgedClasses,
} from '../../record/class-search-record.ts';
import type { CandidateColumns } from '../../record/search-record.ts';
import type { ClassSearchOutcome } from '../../studio/run-class-search.ts';
import { neaiVersion } from '../version.ts';
import { paretoFront, searchedFiles } from './assemble-record.ts';

/** Everything that the page of a search for a classifier shows. Repeats to the byte but for `seconds`. */
export function assembleClassRecord(
  outcome: ClassSearchOutcome,
  { project, maxRamBytes }: { readonly project: string | null; readonly maxRamBytes: number | undefined },
): ClassSearchRecord {
  const { library, classes, ranked, winner, measured, interrupted, elapsedSeconds } = outcome;
  const inOrder = [...ranked].sort((a, b) => a.index - b.index);
  const positionOf = ({ index }: RankedClassifier): number => inOrder.findIndex((one) => one.index === index);
  const runnerUp = ranked[ranked.indexOf(winner) + 1];
  const candidates = columnsOf(inOrder);
  const { seed, budget, scores } = library.search!;
  const { heldOut } = scores as unknown as { heldOut: ClassFigures };
  return {
    format: CLASS_SEARCH_RECORD_FORMAT,
    formatVersion: CLASS_SEARCH_RECORD_VERSION,
    neai: neaiVersion(),
    project,
    axes: library.axes,
    bufferSize: library.bufferSize,
    seed,
    budget,
    interrupted,
    ramLimitBytes: maxRamBytes ?? null,
    classes: classes.map(({ name }) => name),
    files: classes.flatMap(({ split }, index) =>
      searchedFiles(split, index).map(({ label: _, couple, ...file }) => ({ ...file, class: couple })),
    ),
    winner: {
      id: library.id,
      position: positionOf(winner),
      runnerUp: runnerUp === undefined ? null : positionOf(runnerUp),
      pipeline: structuredClone(library.pipeline),
      model: { name: library.model.name, params: structuredClone(library.model.params) },
      sharpness: winner.evaluation.sharpness,
      ramBytes: winner.ramBytes,
      measured,
    },
    crossValidated: judged(winner.evaluation),
    heldOut: judged(heldOut),
    candidates,
    pareto: paretoFront(candidates),
    seconds: Number(elapsedSeconds.toFixed(3)),
  };
}

const judged = ({
  balancedAccuracy,
  confidence,
  confusion,
}: ClassFigures | ClassEvaluation): JudgedClasses => ({
  balancedAccuracy,
  confidence,
  confusion,
});

function columnsOf(inOrder: readonly RankedClassifier[]): CandidateColumns {
  let best = 0;
  return {
    index: inOrder.map(({ index }) => index),
    balancedAccuracy: inOrder.map(({ evaluation }) => evaluation.balancedAccuracy),
    confidence: inOrder.map(({ evaluation }) => evaluation.confidence),
    ramBytes: inOrder.map(({ ramBytes }) => ramBytes),
    best: inOrder.map((candidate, position) => {
      if (compareClassifiers(candidate, inOrder[best]!) < 0) best = position;
      return best;
    }),
    stopped: '0'.repeat(inOrder.length),
    text: inOrder.map(({ candidate }) => describeCandidate(candidate)),
  };
}
