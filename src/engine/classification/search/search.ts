import { seededRandom } from '../../../shared/random.ts';
import { chainOutputLength } from '../../emulator/chain.ts';
import { frontedPipelines, pairedPipelines, pipelineKey, singlePipelines } from '../../search/space.ts';
import type { Pipeline, Shape } from '../../transforms/transform.ts';
import { estimateClassifierRamBytes } from '../codegen/layout.ts';
import { CLASS_MODELS } from '../models/registry.ts';
import { type ClassCandidate, type ClassEvaluation, candidateKey } from './evaluate.ts';

export interface ClassSearchOptions {
  readonly shape: Shape;
  /** How many there are. */
  readonly classes: number;
  /** Budget: candidates trained and scored. */
  readonly evaluations: number;
  readonly seed: number;
  /** Candidates whose library would need more are never trained. */
  readonly maxRamBytes?: number;
}

/** A candidate about to be evaluated. */
export interface PricedClassifier {
  readonly candidate: ClassCandidate;
  readonly ramBytes: number;
  /** Place in the order of the search: the last tie-break, so that runs repeat. */
  readonly index: number;
}

/** A candidate with its figures. */
export interface RankedClassifier extends PricedClassifier {
  readonly evaluation: ClassEvaluation;
}

/**
 * Evaluates candidates and answers in their order; `undefined` for what an interruption left out. Candidates of one
 * pipeline follow each other. May run them anywhere, in any order: figures depend on nothing but the candidate.
 */
export type EvaluateClassBatch = (
  batch: readonly PricedClassifier[],
) => Promise<readonly (ClassEvaluation | undefined)[]>;

/** Shares of the budget that the first two rounds may use up. */
const BROAD_SHARE = 0.5;
const COMBINED_SHARE = 0.8;
const PIPELINES_COMBINED = 6;
const PIPELINES_REFINED = 4;

const thousandths = (fraction: number): number => Math.round(fraction * 1000);

/** Order of the seeds: balanced accuracy, confidence, RAM (the first two to 0.1 %). */
export function compareClassifiers(a: RankedClassifier, b: RankedClassifier): number {
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
 * parameters and picks of the seed. Rounds depend on earlier results only through the ranking, so files, seed and budget
 * decide the outcome, whoever computes it.
 * @returns all candidates evaluated, best first
 */
export async function searchClassifiers(
  { shape, classes, evaluations, seed, maxRamBytes = Number.POSITIVE_INFINITY }: ClassSearchOptions,
  evaluate: EvaluateClassBatch,
): Promise<RankedClassifier[]> {
  const tried = new Set<string>();
  let ranked: RankedClassifier[] = [];
  let asked = 0;
  let interrupted = false;

  const round = async (candidates: readonly ClassCandidate[], upTo: number): Promise<void> => {
    const batch: PricedClassifier[] = [];
    for (const candidate of candidates) {
      if (asked >= upTo || interrupted) break;
      const key = candidateKey(candidate);
      if (tried.has(key)) continue;
      tried.add(key);
      const { pipeline, model } = candidate;
      const ramBytes = estimateClassifierRamBytes(pipeline, model.name, classes, shape);
      if (ramBytes <= maxRamBytes) batch.push({ candidate, ramBytes, index: asked++ });
    }
    if (batch.length === 0) return;
    const ordered = [
      ...Map.groupBy(batch, ({ candidate }) => pipelineKey(candidate.pipeline)).values(),
    ].flat();
    const answers = await evaluate(ordered);
    const fresh = ordered.flatMap((priced, position) => {
      const evaluation = answers[position];
      return evaluation === undefined ? [] : [{ ...priced, evaluation }];
    });
    interrupted = fresh.length < ordered.length;
    ranked = [...ranked, ...fresh].sort(compareClassifiers);
  };
  const bestPipelines = (count: number): Pipeline[] => {
    const found = new Map<string, Pipeline>();
    for (const { candidate } of ranked) {
      if (found.size >= count) break;
      const key = pipelineKey(candidate.pipeline);
      if (!found.has(key)) found.set(key, candidate.pipeline);
    }
    return [...found.values()];
  };

  const singles = transformsInTurn(singlePipelines(shape));
  await round(
    singles.flatMap((pipeline) => candidatesOf(pipeline, shape, true)),
    Math.ceil(BROAD_SHARE * evaluations),
  );
  const best = bestPipelines(PIPELINES_COMBINED);
  const combined = [...pairedPipelines(best, shape), ...frontedPipelines(best, shape)];
  await round(
    combined.flatMap((pipeline) => candidatesOf(pipeline, shape, true)),
    Math.ceil(COMBINED_SHARE * evaluations),
  );
  const refined = bestPipelines(PIPELINES_REFINED).flatMap((pipeline) => [
    ...candidatesOf(pipeline, shape, true),
    ...candidatesOf(pipeline, shape, false),
  ]);
  const anything = [...singles, ...combined].flatMap((pipeline) => [
    ...candidatesOf(pipeline, shape, true),
    ...candidatesOf(pipeline, shape, false),
  ]);
  await round([...refined, ...shuffled(anything, seed)], evaluations);
  return ranked;
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
