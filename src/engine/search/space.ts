import { chainOutputLength } from '../emulator/chain.ts';
import { SINGLE_MODELS } from '../models/singles.ts';
import { TRANSFORMS } from '../transforms/registry.ts';
import type { Pipeline, Shape, StageSpec } from '../transforms/transform.ts';
import type { Candidate } from './evaluate.ts';

/** Features beyond this number cost more memory than they bring accuracy. */
const MOST_FEATURES = 64;
/** Blocks that a concat stage may hold side by side here. */
const CONCAT = 'concat';

/** One name for one pipeline: the key under which features and results are kept. */
export const pipelineKey = madeOnce((pipeline: Pipeline): string => JSON.stringify(pipeline));

export const candidateKey = madeOnce(({ pipeline, model }: Candidate): string =>
  JSON.stringify([pipeline, model]),
);

/** The workers stand still while a round is put together: what is asked for again is not made again. */
export function madeOnce<K extends object, V>(make: (from: K) => V): (from: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (from) => {
    let known = made.get(from);
    if (known === undefined) {
      known = { value: make(from) };
      made.set(from, known);
    }
    return known.value;
  };
}

const fits = (pipeline: Pipeline, shape: Shape): boolean => {
  const length = chainOutputLength(pipeline, shape);
  return length !== null && length >= 1 && length <= MOST_FEATURES;
};

const stagesOf = (shape: Shape, front: boolean): StageSpec[] =>
  TRANSFORMS.filter((transform) => (transform.outputShape !== undefined) === front).flatMap((transform) =>
    transform.searchSpace(shape).map((params) => ({ transform: transform.name, params })),
  );

/** Pipelines of one transform, in the order of the registry. */
export function singlePipelines(shape: Shape): Pipeline[] {
  return [...stagesOf(shape, false), ...stagesOf(shape, true)]
    .map((stage) => [stage])
    .filter((pipeline) => fits(pipeline, shape));
}

/** A transform that gives a signal again, in front of each given pipeline. */
export function frontedPipelines(pipelines: readonly Pipeline[], shape: Shape): Pipeline[] {
  const fronts = stagesOf(shape, true);
  return pipelines
    .flatMap((pipeline) => fronts.map((front) => [front, ...pipeline]))
    .filter((pipeline) => fits(pipeline, shape));
}

/** Every pair of single-stage pipelines side by side, pairs of early ones first. */
export function pairedPipelines(pipelines: readonly Pipeline[], shape: Shape): Pipeline[] {
  const single = pipelines.filter((pipeline) => pipeline.length === 1 && pipeline[0]!.transform !== CONCAT);
  const pairs: Pipeline[] = [];
  for (let second = 1; second < single.length; second++) {
    for (let first = 0; first < second; first++) {
      const blocks = [single[first]![0]!, single[second]![0]!];
      if (blocks[0]!.transform === blocks[1]!.transform) continue;
      pairs.push([{ transform: CONCAT, params: { blocks } }]);
    }
  }
  return pairs.filter((pipeline) => fits(pipeline, shape));
}

/**
 * The models that a pipeline's features can go to: first each model's best guess, then the other parameters. Ensembles are
 * not among them: members that read the same features cost several models' time and err together; those of different
 * pipelines come at the end of a search (joined.ts).
 */
export function modelsFor(pipeline: Pipeline, shape: Shape): { first: Candidate[]; further: Candidate[] } {
  const dimension = chainOutputLength(pipeline, shape)!;
  const spaces = SINGLE_MODELS.map((model) =>
    model.searchSpace(dimension).map((params) => ({ pipeline, model: { name: model.name, params } })),
  );
  return {
    first: spaces.flatMap((space) => space.slice(0, 1)),
    further: spaces.flatMap((space) => space.slice(1)),
  };
}
