import { estimateRamBytes } from '../codegen/layout.ts';
import { type LabelSplit, type LineReference, selectionLines } from '../dataset/split.ts';
import { areaUnderCurve, balancedAccuracy, confidence, DEFAULT_THRESHOLD } from '../metrics/metrics.ts';
import type { SearchResult } from './build-library.ts';
import type { CoupleFacts, FileFacts, PartFacts, SearchFacts, Tally } from './causes.ts';
import { BLOCKS, extractFeatures } from './evaluate.ts';
import { blockOf } from './folds.ts';
import { type JudgedCouple, type JudgedLine, scoresOfPart } from './judged-lines.ts';
import type { CoupleLearning } from './learning-curve.ts';
import { neighbourFacts } from './neighbours.ts';
import type { Ranked } from './ranking.ts';
import { samplingFacts } from './sampling.ts';
import { modelsFor, singlePipelines } from './space.ts';

/** A finished search, as far as its result is to be explained. */
export interface FinishedSearch extends SearchResult {
  readonly ranked: readonly Ranked[];
  readonly learning: readonly CoupleLearning[];
  readonly interrupted: boolean;
  readonly maxRamBytes: number | undefined;
}

/** Gathers what the causes of a result are found by. */
export function searchFacts(search: FinishedSearch, judged: readonly JudgedCouple[]): SearchFacts {
  const { winner, data, couples, learning, interrupted, evaluations, budget } = search;
  const features = extractFeatures(data, winner.candidate.pipeline);
  return {
    interrupted,
    evaluations,
    budget,
    ram: ramFacts(search),
    couples: couples.map(({ name, regular, abnormal }, i): CoupleFacts => {
      const lines = judged[i]!;
      const figures = winner.evaluation.couples[i]!;
      const repeated = regular.datasets.flatMap(({ findings }) =>
        findings.filter(({ kind }) => kind === 'repetition').map(({ count }) => count),
      );
      return {
        name,
        crossValidated: { ...partFacts(lines, 'selection'), areaUnderCurve: figures.areaUnderCurve },
        heldOut: partFacts(lines, 'held out'),
        fittedBalancedAccuracy: figures.fittedBalancedAccuracy,
        files: [...fileFacts(regular, lines), ...fileFacts(abnormal, lines)],
        learning: learning[i]!,
        neighbours: neighbourFacts(features.couples[i]!, features.dimension),
        placeOf: (label, row) => placeOf(selectionLines(label === 'regular' ? regular : abnormal)[row]!),
        sampling: samplingFacts(data.couples[i]!.regular, data.shape),
        repeatedShare: repeated.reduce((sum, count) => sum + count, 0) / Math.max(1, regular.linesInFiles),
      };
    }),
  };
}

const placeOf = ({ dataset, line }: LineReference): string => `${fileName(dataset.path)}:${line}`;
const fileName = (path: string): string => path.split(/[\\/]/).at(-1)!;

function partFacts(lines: readonly JudgedLine[], part: JudgedLine['part']): PartFacts {
  const scores = scoresOfPart(lines, part);
  return {
    balancedAccuracy: balancedAccuracy(scores),
    confidence: confidence(scores),
    areaUnderCurve: areaUnderCurve(scores),
    regular: tally(lines.filter((line) => line.part === part && line.label === 'regular')),
    abnormal: tally(lines.filter((line) => line.part === part && line.label === 'abnormal')),
  };
}

const isRight = ({ label, similarity }: JudgedLine): boolean =>
  similarity >= DEFAULT_THRESHOLD === (label === 'regular');
const tally = (lines: readonly JudgedLine[]): Tally => ({
  lines: lines.length,
  right: lines.filter(isRight).length,
});

function fileFacts(split: LabelSplit, judged: JudgedCouple): FileFacts[] {
  const mine = judged.filter(({ label, part }) => label === split.label && part === 'selection');
  return split.datasets.map((dataset) => {
    const stretches = Array.from({ length: BLOCKS }, (_, block) =>
      mine.filter((line, i) => line.at.dataset === dataset && blockOf(i, mine.length, BLOCKS) === block),
    ).filter((stretch) => stretch.length > 0);
    return {
      name: fileName(dataset.path),
      label: split.label,
      lines: dataset.subset?.of ?? dataset.lines,
      stretches: stretches.map((stretch) => ({
        ...tally(stretch),
        first: stretch[0]!.at.line,
        last: stretch.at(-1)!.at.line,
      })),
    };
  });
}

function ramFacts({ maxRamBytes, winner, ranked, data }: FinishedSearch): SearchFacts['ram'] {
  if (maxRamBytes === undefined) return null;
  const simple = singlePipelines(data.shape).flatMap((pipeline) => modelsFor(pipeline, data.shape).first);
  const accuracy = ({ evaluation }: Ranked): number =>
    evaluation.balancedAccuracy ?? evaluation.regularAccuracy;
  const small = ranked.filter(({ ramBytes }) => ramBytes <= maxRamBytes / 2);
  return {
    limitBytes: maxRamBytes,
    winnerBytes: winner.ramBytes,
    simple: simple.length,
    shutOut: simple.filter(
      ({ pipeline, model }) => estimateRamBytes(pipeline, model, data.shape) > maxRamBytes,
    ).length,
    bestWithinHalf: small.length === 0 ? null : Math.max(...small.map(accuracy)),
    best: accuracy(winner),
  };
}
