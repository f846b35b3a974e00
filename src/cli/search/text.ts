import type { CoupleSplit } from '../../engine/search/build-library.ts';
import type { SearchOutcome } from '../../studio/run-search.ts';

interface Figures {
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
}

/** What buildLibrary writes as scores, as far as it is printed. */
interface Scores {
  readonly ramBytes: number;
  readonly crossValidated: Figures;
  readonly heldOut: Figures;
  readonly couples: readonly { name: string; crossValidated: Figures; heldOut: Figures }[];
}

export const percent = (fraction: number | null): string =>
  fraction === null ? 'not known' : `${(100 * fraction).toFixed(1)} %`;

/** The one JSON document of `neai search --json`. @param file path of library.json */
export function searchDocument(outcome: SearchOutcome, file: string) {
  const { library, evaluations, interrupted, elapsedSeconds, resumedEvaluations, couples } = outcome;
  return {
    library: file,
    id: library.id,
    pipeline: library.pipeline,
    model: library.model,
    minimumLearningIterations: library.minimumLearningIterations,
    scores: library.search!.scores,
    measured: outcome.measured,
    couples: couples.map(({ name, regular, abnormal }) => ({
      name,
      regular: partsOf(regular),
      abnormal: partsOf(abnormal),
    })),
    evaluations,
    resumedEvaluations,
    budget: library.search!.budget,
    seed: library.search!.seed,
    interrupted,
    seconds: Number(elapsedSeconds.toFixed(3)),
  };
}

const partsOf = ({ lines, selectionCount, firstHeldOut, overlapSamples }: CoupleSplit['regular']) => ({
  lines: lines.length,
  selected: selectionCount,
  heldOut: lines.length - firstHeldOut,
  overlapSamples,
});

/** What a person reads at the end of a search. @param file path of library.json */
export function searchLines(
  { library, measured, evaluations, elapsedSeconds }: SearchOutcome,
  file: string,
): string[] {
  const { seed, budget, scores } = library.search!;
  const { crossValidated, heldOut, couples, ramBytes } = scores as unknown as Scores;
  const chain = library.pipeline.map(({ transform }) => transform).join(' → ');
  const row = (name: string, { balancedAccuracy, confidence }: Figures): string =>
    `  ${name.padEnd(16)} balanced accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;
  const several = couples.length > 1;
  return [
    `library ${library.id}: ${chain} → ${library.model.name}, about ${ramBytes} bytes of RAM`,
    ...(several ? [`  worst of ${couples.length} couples:`] : []),
    row('cross-validated', crossValidated),
    row('held out', heldOut),
    ...(several
      ? couples.flatMap((couple) => [
          `  ${couple.name}:`,
          row('cross-validated', couple.crossValidated),
          row('held out', couple.heldOut),
        ])
      : []),
    ...(measured === null
      ? []
      : [`  compiled: ${measured.ramBytes} bytes of RAM with its stack, ${measured.flashBytes} of flash`]),
    `  learn at least ${library.minimumLearningIterations} signals`,
    `  ${evaluations} evaluations of a budget of ${budget}, seed ${seed}, ${elapsedSeconds.toFixed(1)} s`,
    file,
  ];
}
