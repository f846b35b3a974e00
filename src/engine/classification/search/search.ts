import { seededRandom } from '../../../shared/random.ts';
import { chainOutputLength } from '../../emulator/chain.ts';
import { frontedPipelines, pairedPipelines, pipelineKey, singlePipelines } from '../../search/space.ts';
import type { Pipeline, Shape } from '../../transforms/transform.ts';
import { estimateClassifierRamBytes } from '../codegen/layout.ts';
import { CLASS_MODELS } from '../models/registry.ts';
import {
  type ClassCandidate,
  type ClassData,
  type ClassEvaluation,
  candidateKey,
  evaluateClassModel,
  type FeaturesByClass,
  featuresByClass,
} from './evaluate.ts';

export interface ClassSearchOptions {
  /** Budget: candidates trained and scored. */
  readonly evaluations: number;
  readonly seed: number;
  /** Candidates whose library would need more are never trained. */
  readonly maxRamBytes?: number;
}

/** A candidate with its figures. */
export interface RankedClassifier {
  readonly candidate: ClassCandidate;
  readonly evaluation: ClassEvaluation;
  readonly ramBytes: number;
  /** Place in the order of the search: the last tie-break, so that runs repeat. */
  readonly index: number;
}

/** Shares of the budget that the first two rounds may use up. */
const BROAD_SHARE = 0.5;
const COMBINED_SHARE = 0.8;
const PIPELINES_COMBINED = 6;
const PIPELINES_REFINED = 4;

const thousandths = (fraction: number): number => Math.round(fraction * 1000);

/** Order of the seeds: balanced accuracy, confidence, RAM (the first two to 0.1 %). */
function compareRanked(a: RankedClassifier, b: RankedClassifier): number {
  return (
    thousandths(b.evaluation.balancedAccuracy) - thousandths(a.evaluation.balancedAccuracy) ||
    thousandths(b.evaluation.confidence) - thousandths(a.evaluation.confidence) ||
    a.ramBytes - b.ramBytes ||
    a.index - b.index
  );
}

/** Every model with its parameters over one pipeline: first each model's best guess, then the others. */
function candidatesOf(pipeline: Pipeline, shape: Shape, first: boolean): ClassCandidate[] {
  const dimension = chainOutputLength(pipeline, shape)!;
  return CLASS_MODELS.flatMap((model) => {
    const all = model
      .searchSpace(dimension)
      .map((params) => ({ pipeline, model: { name: model.name, params } }));
    return first ? all.slice(0, 1) : all.slice(1);
  });
}

/**
 * The search for a classifier: every transform with every model, then combinations of what did well, then other
 * parameters and picks of the seed. Yields the best so far after each evaluation; whoever drives it may stop at any time.
 * Files, seed and budget decide the outcome.
 */
export function* searchClasses(
  data: ClassData,
  { evaluations, seed, maxRamBytes = Number.POSITIVE_INFINITY }: ClassSearchOptions,
): Generator<{ readonly done: number; readonly best: RankedClassifier }, void> {
  const overlaps = data.classes.map(({ overlapLines }) => overlapLines);
  const tried = new Set<string>();
  const ranked: RankedClassifier[] = [];
  let kept: { readonly key: string; readonly features: FeaturesByClass } | undefined;
  const featuresOf = (pipeline: Pipeline): FeaturesByClass => {
    const key = pipelineKey(pipeline);
    if (kept?.key !== key) kept = { key, features: featuresByClass(data, pipeline) };
    return kept.features;
  };

  function* round(candidates: readonly ClassCandidate[], upTo: number) {
    for (const candidate of candidates) {
      if (ranked.length >= upTo) return;
      const key = candidateKey(candidate);
      if (tried.has(key)) continue;
      tried.add(key);
      const { pipeline, model } = candidate;
      const ramBytes = estimateClassifierRamBytes(pipeline, model.name, data.classes.length, data.shape);
      if (ramBytes > maxRamBytes) continue;
      const evaluation = evaluateClassModel(featuresOf(pipeline), model, overlaps);
      ranked.push({ candidate, evaluation, ramBytes, index: ranked.length });
      const best = ranked.reduce((a, b) => (compareRanked(a, b) <= 0 ? a : b));
      yield { done: ranked.length, best };
    }
  }
  const bestPipelines = (count: number): Pipeline[] => {
    const found = new Map<string, Pipeline>();
    for (const { candidate } of [...ranked].sort(compareRanked)) {
      if (found.size >= count) break;
      const key = pipelineKey(candidate.pipeline);
      if (!found.has(key)) found.set(key, candidate.pipeline);
    }
    return [...found.values()];
  };

  const singles = transformsInTurn(singlePipelines(data.shape));
  yield* round(
    singles.flatMap((pipeline) => candidatesOf(pipeline, data.shape, true)),
    Math.ceil(BROAD_SHARE * evaluations),
  );
  const best = bestPipelines(PIPELINES_COMBINED);
  const combined = [...pairedPipelines(best, data.shape), ...frontedPipelines(best, data.shape)];
  yield* round(
    combined.flatMap((pipeline) => candidatesOf(pipeline, data.shape, true)),
    Math.ceil(COMBINED_SHARE * evaluations),
  );
  const refined = bestPipelines(PIPELINES_REFINED).flatMap((pipeline) => [
    ...candidatesOf(pipeline, data.shape, true),
    ...candidatesOf(pipeline, data.shape, false),
  ]);
  const anything = [...singles, ...combined].flatMap((pipeline) => [
    ...candidatesOf(pipeline, data.shape, true),
    ...candidatesOf(pipeline, data.shape, false),
  ]);
  yield* round([...refined, ...shuffled(anything, seed)], evaluations);
}

/** Each transform's first parameters, then each one's second and so on: a small budget sees all of them. */
function transformsInTurn(singles: readonly Pipeline[]): Pipeline[] {
  const rows = [...Map.groupBy(singles, (pipeline) => pipeline[0]!.transform).values()];
  return rows
    .flatMap((row, place) => row.map((pipeline, turn) => ({ pipeline, turn, place })))
    .sort((a, b) => a.turn - b.turn || a.place - b.place)
    .map(({ pipeline }) => pipeline);
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
