import { floatToBits } from '../../numeric/f32.ts';
import { log2f } from '../../numeric/log2.ts';
import { extractFeatures, type Features, type SelectionData } from '../../search/evaluate.ts';
import { BLOCKS, blockRange } from '../../search/folds.ts';
import type { Params, Pipeline, Shape } from '../../transforms/transform.ts';
import { classModelByName } from '../models/registry.ts';
import { probabilitiesOf } from '../probabilities.ts';
import { type ClassFigures, type Confusion, emptyConfusion, figuresOf } from './figures.ts';

/** Lines of one class that the search may see. */
export interface ClassLines {
  readonly name: string;
  /** Row-major [lines × axes·length], in order. */
  readonly signals: Float32Array;
  /** Neighbouring lines within this distance share samples. */
  readonly overlapLines: number;
}

export interface ClassData {
  readonly shape: Shape;
  readonly classes: readonly ClassLines[];
}

export interface ClassModelSpec {
  readonly name: string;
  readonly params: Params;
}

export interface ClassCandidate {
  readonly pipeline: Pipeline;
  readonly model: ClassModelSpec;
}

/** Features of all lines, class by class: row-major [lines × dimension]. */
export interface FeaturesByClass {
  readonly dimension: number;
  readonly classes: readonly Float32Array[];
}

/** Figures on lines that the scoring model was not trained on. */
export interface ClassEvaluation extends ClassFigures {
  /** A binary32 value: under it the probabilities of lines not trained on cost least. */
  readonly sharpness: number;
}

/** Runs one pipeline over the selection part: once for all the models that will read it. */
export const featuresByClass = (data: ClassData, pipeline: Pipeline): FeaturesByClass =>
  classesOf(extractFeatures(asSelection(data), pipeline));

/** The lines as what all searches make features of: a class's as a couple's regular ones. */
export const asSelection = ({ shape, classes }: ClassData): SelectionData => ({
  shape,
  couples: classes.map(({ name, signals, overlapLines }) => ({
    name,
    regular: signals,
    abnormal: new Float32Array(0),
    overlapLines,
  })),
});

/** Features of such a selection, class by class. */
export const classesOf = ({ dimension, couples }: Features): FeaturesByClass => ({
  dimension,
  classes: couples.map(({ regular }) => regular),
});

/** Scores of a line by a model that was not trained on it. */
interface ScoredLine {
  readonly truth: number;
  readonly scores: Float32Array;
}

/** Cross-validates: contiguous blocks of every class in their order, each scored by a model of all other blocks. */
export function evaluateClassModel(
  features: FeaturesByClass,
  { name, params }: ClassModelSpec,
  overlapLines: readonly number[],
): ClassEvaluation {
  const { dimension, classes } = features;
  const model = classModelByName(name);
  const scored: ScoredLine[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const cuts = classes.map((rows, c) => {
      const lines = rows.length / dimension;
      const { first, end } = blockRange(block, lines, BLOCKS);
      const gap = overlapLines[c]!;
      const before = rows.subarray(0, Math.max(0, first - gap) * dimension);
      const after = rows.subarray(Math.min(lines, end + gap) * dimension);
      const train = new Float32Array(before.length + after.length);
      train.set(before);
      train.set(after, before.length);
      return { train, test: rows.subarray(first * dimension, end * dimension) };
    });
    const words = model.train(
      cuts.map(({ train }) => train),
      dimension,
      params,
    );
    const score = model.create(words, dimension, classes.length, params);
    cuts.forEach(({ test }, truth) => {
      for (let at = 0; at < test.length; at += dimension) {
        const scores = new Float32Array(classes.length);
        score(test.subarray(at, at + dimension), scores);
        scored.push({ truth, scores });
      }
    });
  }
  const sharpness = bestSharpness(scored, classes.length);
  return { ...judge(scored, sharpness, classes.length), sharpness };
}

function judge(scored: readonly ScoredLine[], sharpness: number, classes: number): ClassFigures {
  const confusion: Confusion = emptyConfusion(classes);
  const margins = new Float64Array(classes);
  const probabilities = new Float32Array(classes);
  for (const { truth, scores } of scored) {
    const best = probabilitiesOf(scores.slice(), sharpness, probabilities);
    confusion[truth]![best]!++;
    margins[truth]! += marginOf(probabilities, truth);
  }
  return figuresOf(confusion, margins);
}

/** Probability of the true class less the largest of the others. */
export function marginOf(probabilities: Float32Array, truth: number): number {
  let other = 0;
  for (let c = 0; c < probabilities.length; c++) {
    if (c !== truth && probabilities[c]! > other) other = probabilities[c]!;
  }
  return probabilities[truth]! - other;
}

/** Powers of the square root of two: how far scores of a model too sure of itself, or not sure enough, are stretched. */
const SHARPNESSES = Array.from({ length: 29 }, (_, i) => {
  const half = i - 20;
  return Math.fround(2 ** Math.floor(half / 2) * (half % 2 === 0 ? 1 : Math.SQRT2));
});
const LEAST_PROBABILITY = 2 ** -17;

/** The sharpness of least mean cost (minus log2 of the true class's probability), every class weighing the same. */
function bestSharpness(scored: readonly ScoredLine[], classes: number): number {
  const lines = new Uint32Array(classes);
  for (const { truth } of scored) lines[truth]!++;
  const probabilities = new Float32Array(classes);
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (const sharpness of SHARPNESSES) {
    let cost = 0;
    for (const { truth, scores } of scored) {
      probabilitiesOf(scores.slice(), sharpness, probabilities);
      cost -= log2f(Math.max(probabilities[truth]!, LEAST_PROBABILITY)) / lines[truth]!;
    }
    if (cost < least) {
      least = cost;
      best = sharpness;
    }
  }
  return best;
}

export const candidateKey = ({ pipeline, model }: ClassCandidate): string =>
  JSON.stringify([pipeline, model]);

/** Bits of the sharpness as library.json has them. */
export const sharpnessHex = ({ sharpness }: ClassEvaluation): string =>
  floatToBits(sharpness).toString(16).padStart(8, '0');
