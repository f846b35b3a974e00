import { seededRandom } from '../../shared/random.ts';
import { estimateFlashBytes, estimateStackBytes, type PricedCore } from '../codegen/flash-price.ts';
import { estimateRamBytes } from '../codegen/layout.ts';
import { chainOutputLength } from '../emulator/chain.ts';
import { modelByName } from '../models/registry.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import type { Candidate, Evaluation } from './evaluate.ts';
import { joinedCandidates } from './joined.ts';
import { type Priced, type Ranked, sortRanked } from './ranking.ts';
import {
  candidateKey,
  frontedPipelines,
  madeOnce,
  modelsFor,
  pairedPipelines,
  pipelineKey,
  singlePipelines,
} from './space.ts';

/** What a library may cost. Candidates estimated above are never fitted. */
export interface SearchLimits {
  /** Worst stack included. */
  readonly maxRamBytes?: number;
  /** Needs a core. */
  readonly maxFlashBytes?: number;
  /** Code is priced for it. */
  readonly core?: PricedCore;
}

export interface SearchOptions {
  readonly shape: Shape;
  /** Budget: candidates fitted and scored. */
  readonly evaluations: number;
  readonly seed: number;
  readonly limits?: SearchLimits;
  /** A candidate that detects only after more learns cannot be judged on these lines (few-lines.ts). */
  readonly learns?: number;
}

/**
 * Evaluates candidates and answers in their order; `undefined` for what an interruption left out. Candidates of one
 * pipeline follow each other. May run them anywhere, in any order: figures depend on nothing but the candidate and
 * `stopBelow`, the accuracy below which one fold is enough (0: none).
 */
export type EvaluateBatch = (
  batch: readonly Priced[],
  stopBelow: number,
) => Promise<readonly (Evaluation | undefined)[]>;

/** Shares of the budget that the rounds before the last may use up. */
const BROAD_SHARE = 0.5;
const COMBINED_SHARE = 0.75;
const REFINED_SHARE = 0.9;
/** The first candidates are all finished: the bar that later ones are held against. */
const FIRST_SHARE = 0.15;
const STOP_MARGIN = 0.1;
const PIPELINES_COMBINED = 6;
const MODELS_COMBINED = 3;
const PIPELINES_REFINED = 4;

/**
 * The search: first every transform with every model, then combinations of what did well, then other parameters and
 * picks of the seed, and at last ensembles of what did best. Rounds depend on earlier results only through the ranking, so
 * files, seed and budget decide the outcome, whoever computes it.
 * @returns all candidates evaluated, best first
 */
export async function searchCandidates(options: SearchOptions, evaluate: EvaluateBatch): Promise<Ranked[]> {
  const { shape, evaluations, limits = {}, learns = Number.POSITIVE_INFINITY } = options;
  let done: readonly Ranked[] = [];
  const tried = new Set<string>();
  let interrupted = false;

  const canDetect = ({ pipeline, model }: Candidate): boolean =>
    modelByName(model.name).detectFloor(chainOutputLength(pipeline, shape)!, model.params) <= learns;
  const round = async (candidates: readonly Candidate[], upTo: number): Promise<void> => {
    const batch: Priced[] = [];
    for (const candidate of candidates) {
      if (tried.size >= upTo) break;
      const key = candidateKey(candidate);
      if (tried.has(key)) continue;
      const cost = canDetect(candidate) ? costWithin(limits, candidate, shape) : null;
      if (cost === null) continue;
      batch.push({ index: tried.size, candidate, ...cost });
      tried.add(key);
    }
    if (interrupted || batch.length === 0) return;
    const ordered = groupByPipeline(batch);
    const answers = await evaluate(ordered, stopBelow(done[0]));
    const fresh = ordered.flatMap((priced, position) => {
      const evaluation = answers[position];
      return evaluation === undefined ? [] : [{ ...priced, evaluation }];
    });
    interrupted = fresh.length < ordered.length;
    done = sortRanked([...done, ...fresh]);
  };

  const modelsOf = madeOnce((pipeline: Pipeline) => modelsFor(pipeline, shape));
  const singles = singlePipelines(shape);
  const broad = diagonally(singles.map((pipeline) => modelsOf(pipeline).first));
  await round(broad, Math.ceil(FIRST_SHARE * evaluations));
  await round(broad, Math.ceil(BROAD_SHARE * evaluations));

  const best = bestPipelines(done, PIPELINES_COMBINED);
  const names = bestModels(done, MODELS_COMBINED);
  const combined = [...pairedPipelines(best, shape), ...frontedPipelines(best, shape)].map((pipeline) =>
    modelsOf(pipeline).first.filter(({ model }) => names.includes(model.name)),
  );
  await round(diagonally(combined), Math.ceil(COMBINED_SHARE * evaluations));

  const refined = bestPipelines(done, PIPELINES_REFINED).flatMap((pipeline) => {
    const { first, further } = modelsOf(pipeline);
    return [...further.filter(({ model }) => names.includes(model.name)), ...first, ...further];
  });
  const anything = [
    ...singles,
    ...combined.flatMap((models) => models.slice(0, 1).map((c) => c.pipeline)),
  ].flatMap((pipeline) => {
    const { first, further } = modelsOf(pipeline);
    return [...first, ...further];
  });
  const mixed = shuffled(anything, options.seed);
  await round([...refined, ...mixed], Math.ceil(REFINED_SHARE * evaluations));
  await round(joinedCandidates(done, shape), evaluations);
  await round(mixed, evaluations);
  return [...done];
}

/**
 * Known when a round begins, and the same for all of it: so what is given up does not depend on who is faster. A fitted
 * threshold on a fourth of the lines flatters, and still this much is missing.
 */
const stopBelow = (best: Ranked | undefined): number =>
  (best?.evaluation.balancedAccuracy ?? 0) - STOP_MARGIN;

/** What a candidate's library would cost, or null when that is beyond a limit. */
function costWithin(
  { maxRamBytes = Number.POSITIVE_INFINITY, maxFlashBytes = Number.POSITIVE_INFINITY, core }: SearchLimits,
  { pipeline, model }: Candidate,
  shape: Shape,
): Pick<Priced, 'ramBytes' | 'flashBytes'> | null {
  const ramBytes = estimateRamBytes(pipeline, model, shape);
  const limited = maxRamBytes < Number.POSITIVE_INFINITY;
  if (limited && ramBytes + estimateStackBytes(pipeline, model, shape, core) > maxRamBytes) return null;
  if (core === undefined) return { ramBytes };
  const flashBytes = estimateFlashBytes(pipeline, model, shape, core);
  return flashBytes > maxFlashBytes ? null : { ramBytes, flashBytes };
}

/** The least RAM, stack included, and the least flash that a simple candidate takes; flash is known for a core alone. */
export function smallestCosts(
  shape: Shape,
  core: PricedCore | undefined,
): { readonly ramBytes: number; readonly flashBytes: number | null } {
  const simple = singlePipelines(shape).flatMap((pipeline) => modelsFor(pipeline, shape).first);
  const least = (cost: (candidate: Candidate) => number): number =>
    simple.reduce((smallest, candidate) => Math.min(smallest, cost(candidate)), Number.POSITIVE_INFINITY);
  return {
    ramBytes: least(
      ({ pipeline, model }) =>
        estimateRamBytes(pipeline, model, shape) + estimateStackBytes(pipeline, model, shape, core),
    ),
    flashBytes:
      core === undefined
        ? null
        : least(({ pipeline, model }) => estimateFlashBytes(pipeline, model, shape, core)),
  };
}

/** Rows of a table read along its diagonals: early pipelines and early models come first, none is left out. */
function diagonally(rows: readonly (readonly Candidate[])[]): Candidate[] {
  return rows
    .flatMap((row, i) => row.map((candidate, j) => ({ candidate, distance: i + j })))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** The batch with one pipeline's candidates together, so that its features are computed once. */
function groupByPipeline(batch: readonly Priced[]): Priced[] {
  return [...Map.groupBy(batch, ({ candidate }) => pipelineKey(candidate.pipeline)).values()].flat();
}

function bestPipelines(ranked: readonly Ranked[], count: number): Pipeline[] {
  const found = new Map<string, Pipeline>();
  for (const { candidate } of ranked) {
    if (found.size >= count) break;
    const key = pipelineKey(candidate.pipeline);
    if (!found.has(key)) found.set(key, candidate.pipeline);
  }
  return [...found.values()];
}

/** The models with the best mean place among all candidates. */
function bestModels(ranked: readonly Ranked[], count: number): string[] {
  const places = new Map<string, number[]>();
  ranked.forEach(({ candidate }, place) => {
    const { name } = candidate.model;
    places.set(name, [...(places.get(name) ?? []), place]);
  });
  const mean = (of: readonly number[]): number => of.reduce((sum, place) => sum + place, 0) / of.length;
  return [...places]
    .sort((a, b) => mean(a[1]) - mean(b[1]))
    .slice(0, count)
    .map(([name]) => name);
}

function shuffled(candidates: readonly Candidate[], seed: number): Candidate[] {
  const random = seededRandom(seed);
  const mixed = [...candidates];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
