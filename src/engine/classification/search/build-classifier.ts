import { encodeSeenLines } from '../../dataset/seen-lines.ts';
import { heldOutLines, type LabelSplit, selectedRanges, selectionLines } from '../../dataset/split.ts';
import { Classifier } from '../classifier.ts';
import {
  type ClassificationLibrary,
  type ClassificationSearch,
  createClassificationLibrary,
  wordsText,
} from '../library.ts';
import { classModelByName } from '../models/registry.ts';
import { type ClassData, featuresByClass, marginOf, sharpnessHex } from './evaluate.ts';
import { type ClassFigures, emptyConfusion, figuresOf } from './figures.ts';
import type { RankedClassifier } from './search.ts';

/** The files of one class, cut as those of regular signals: the first three quarters are selected. */
export interface ClassSplit {
  readonly name: string;
  readonly split: LabelSplit;
}

export interface ClassSearchResult {
  readonly winner: RankedClassifier;
  readonly data: ClassData;
  /** In the order of the data. */
  readonly classes: readonly ClassSplit[];
  readonly seed: number;
  readonly budget: number;
  readonly evaluations: number;
}

/**
 * The library of a search: the winner trained on the whole selection part, and a record of what was searched and how it
 * scored, cross-validated and on held-out lines side by side.
 */
export function buildClassifier(result: ClassSearchResult): ClassificationLibrary {
  const { winner, data, classes } = result;
  const { pipeline, model } = winner.candidate;
  const { evaluation, ramBytes } = winner;
  const features = featuresByClass(data, pipeline);
  const words = classModelByName(model.name).train(features.classes, features.dimension, model.params);
  const functional = {
    format: 'neai-library' as const,
    formatVersion: 1 as const,
    kind: 'classification' as const,
    axes: data.shape.axes,
    bufferSize: data.shape.length,
    pipeline: structuredClone(pipeline) as ClassificationLibrary['pipeline'],
    classes: classes.map(({ name }, i) => ({ id: i + 1, name })),
    model: {
      name: model.name,
      params: structuredClone(model.params) as ClassificationLibrary['model']['params'],
      words: wordsText(words),
    },
    sharpness: sharpnessHex(evaluation),
  };
  const heldOut = heldOutFigures(createClassificationLibrary(functional, null), classes);
  const { balancedAccuracy, confidence, confusion } = evaluation;
  return createClassificationLibrary(functional, {
    ...searchRecord(result),
    scores: {
      ramBytes,
      crossValidated: { balancedAccuracy, confidence, confusion },
      heldOut: { ...heldOut },
    },
  });
}

function searchRecord(result: ClassSearchResult): Omit<ClassificationSearch, 'scores'> {
  const { classes, seed, budget, evaluations } = result;
  const files = classes.flatMap(({ name, split }) =>
    selectedRanges(split).map(({ dataset, ranges }) => ({
      // the file's own name only: where a user keeps it is nobody else's business
      name: dataset.path.split(/[\\/]/).at(-1)!,
      label: name,
      sha256: dataset.sha256,
      lines: dataset.lines,
      selected: ranges.map(({ first, last }): [number, number] => [first, last]),
    })),
  );
  const seen = classes.flatMap(({ split }) => selectionLines(split).map(({ signal }) => signal));
  return { seed, budget, evaluations, files, seenLines: encodeSeenLines(seen) };
}

/** Figures of the library itself, emulated, on lines that selection and training never saw. */
function heldOutFigures(
  library: ClassificationLibrary,
  classes: readonly ClassSplit[],
): ClassFigures & { readonly lines: number } {
  const classifier = new Classifier(library);
  classifier.initialize();
  const confusion = emptyConfusion(classes.length);
  const margins = new Float64Array(classes.length);
  let lines = 0;
  classes.forEach(({ split }, truth) => {
    for (const { signal } of heldOutLines(split)) {
      const { code, probabilities } = classifier.classify(signal);
      confusion[truth]![code - 1]!++;
      margins[truth]! += marginOf(probabilities, truth);
      lines++;
    }
  });
  return { lines, ...figuresOf(confusion, margins) };
}
