import type { ClassFigures } from '../../engine/classification/search/figures.ts';
import { sharedSignals } from '../../engine/dataset/shared-signals.ts';
import type { ClassSearchOutcome, ClassSearchProgress } from '../../studio/run-class-search.ts';
import { printRemark, startProgress } from '../output.ts';

/** Shows the progress of a search for a classifier, and then what there is to say of the outcome. */
export async function withClassProgress<T extends { readonly search: ClassSearchOutcome }>(
  run: (onProgress: (state: ClassSearchProgress) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress('search');
  const show = ({ evaluations: done, budget, rate, best }: ClassSearchProgress): void => {
    const text = `${done}/${budget} (${rate.toFixed(0)}/s)`;
    progress.update(done / budget, best === undefined ? text : `${text} best: ${figuresOf(best.evaluation)}`);
  };
  const done = await run(show).finally(() => progress.end());
  for (const remark of remarksOn(done.search)) printRemark(remark);
  return done;
}

const figuresOf = ({ balancedAccuracy, confidence }: ClassFigures): string =>
  `accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;

function remarksOn({ classes, interrupted: cut, resumedEvaluations }: ClassSearchOutcome): string[] {
  const findings = classes.flatMap(({ split }) =>
    split.datasets.flatMap(({ path, findings: all }) =>
      all
        .filter(({ level }) => level !== 'note')
        .map(({ level, kind, message }) => `${path}: ${level} ${kind}: ${message}`),
    ),
  );
  const gone =
    resumedEvaluations === 0 ? [] : [`gone on from ${resumedEvaluations} evaluations that were there`];
  const groups = classes.map(({ name, split }) => ({ name, datasets: split.datasets }));
  const shared = sharedSignals(groups).map(
    ({ names: [one, other], count }) =>
      `strong shared lines: ${one} and ${other} share signals: ${count} are in both. Remove them from the class where they do not belong.`,
  );
  return [
    ...gone,
    ...findings,
    ...shared,
    ...(cut ? ['interrupted: the library is the best until then'] : []),
  ];
}

/** The one JSON document of a search for a classifier. @param file path of library.json */
export function classSearchDocument(
  { library, classes, evaluations, interrupted: cut, elapsedSeconds }: ClassSearchOutcome,
  file: string,
) {
  return {
    library: file,
    id: library.id,
    kind: library.kind,
    classes: library.classes,
    pipeline: library.pipeline,
    model: { name: library.model.name, params: library.model.params },
    scores: library.search!.scores,
    split: classes.map(({ name, split: { lines, selectionCount, firstHeldOut, overlapSamples } }) => ({
      name,
      lines: lines.length,
      selected: selectionCount,
      heldOut: lines.length - firstHeldOut,
      overlapSamples,
    })),
    evaluations,
    budget: library.search!.budget,
    seed: library.search!.seed,
    interrupted: cut,
    seconds: Number(elapsedSeconds.toFixed(3)),
  };
}

/** What a person reads at the end of one. @param file path of library.json */
export function classSearchLines(
  { library, evaluations, elapsedSeconds }: ClassSearchOutcome,
  file: string,
): string[] {
  const { seed, budget, scores } = library.search!;
  const { crossValidated, heldOut, ramBytes } = scores as unknown as {
    crossValidated: ClassFigures;
    heldOut: ClassFigures;
    ramBytes: number;
  };
  const chain = library.pipeline.map(({ transform }) => transform).join(' → ');
  const row = (name: string, figures: ClassFigures): string =>
    `  ${name.padEnd(16)} balanced accuracy ${percent(figures.balancedAccuracy)}, confidence ${percent(figures.confidence)}`;
  const width = Math.max(...library.classes.map(({ name }) => name.length));
  return [
    `library ${library.id}: ${chain} → ${library.model.name}, about ${ramBytes} bytes of RAM`,
    row('cross-validated', crossValidated),
    row('held out', heldOut),
    '  held-out lines by class, and the ids that came out (1, 2, …):',
    ...library.classes.map(
      ({ id, name }, truth) =>
        `    ${id} ${name.padEnd(width)} ${heldOut.confusion[truth]!.map((count) => String(count).padStart(5)).join('')}`,
    ),
    `  ${evaluations} evaluations of a budget of ${budget}, seed ${seed}, ${elapsedSeconds.toFixed(1)} s`,
    file,
  ];
}

/** Cut, never rounded up. */
const percent = (fraction: number): string => `${(Math.floor(fraction * 1000) / 10).toFixed(1)} %`;
