import { chainOutputLength } from '../emulator/chain.ts';
import { modelByName } from '../models/registry.ts';
import type { Pipeline, Shape, StageSpec } from '../transforms/transform.ts';
import type { Candidate } from './evaluate.ts';
import { pipelineKey } from './space.ts';

const CONCAT = 'concat';
const ENSEMBLE = 'ensemble';
/** Views that are joined: the best candidates of so many pipelines. */
const VIEWS = 6;
const MOST_BLOCKS = 4;
const MOST_MEMBERS = 3;

/** A candidate at its place in a ranking. */
interface Tried {
  readonly candidate: Candidate;
}

/** A candidate with its pipeline taken apart: what stands in front, and the blocks that make features. */
interface View {
  readonly candidate: Candidate;
  readonly front: Pipeline;
  readonly blocks: readonly StageSpec[];
  readonly dimension: number;
}

/** True for ensembles whose members read features of different pipelines. */
export const joinsViews = ({ model }: Candidate): boolean =>
  model.name === ENSEMBLE &&
  (model.params['members'] as readonly { readonly features?: unknown }[]).some(
    ({ features }) => features !== undefined,
  );

/**
 * Ensembles of what did well on different pipelines: the features of two or three of them side by side, each read by the
 * model that did well on it. Errors of unlike views seldom fall on the same line, so their mean errs less than any.
 * Pairs and triples of the six best pipelines, those of the best first.
 * @param ranked best first
 */
export function joinedCandidates(ranked: readonly Tried[], shape: Shape): Candidate[] {
  const views = bestViews(ranked, shape);
  const groups = views.flatMap((_, last) =>
    views
      .slice(0, last)
      .flatMap((__, second) => [
        [second, last],
        ...views.slice(0, second).map((___, first) => [first, second, last]),
      ]),
  );
  return groups
    .map((group) => join(group.map((index) => views[index]!)))
    .filter((candidate) => candidate !== null)
    .filter((candidate) => applies(candidate, shape));
}

function bestViews(ranked: readonly Tried[], shape: Shape): View[] {
  const views = new Map<string, View>();
  for (const { candidate } of ranked) {
    if (views.size >= VIEWS) break;
    const key = pipelineKey(candidate.pipeline);
    if (candidate.model.name === ENSEMBLE || views.has(key)) continue;
    const last = candidate.pipeline.at(-1)!;
    const blocks = last.transform === CONCAT ? (last.params['blocks'] as readonly StageSpec[]) : [last];
    const dimension = chainOutputLength(candidate.pipeline, shape)!;
    views.set(key, { candidate, front: candidate.pipeline.slice(0, -1), blocks, dimension });
  }
  return [...views.values()];
}

/** Null when the views do not share what stands in front, or have too many blocks together. */
function join(views: readonly View[]): Candidate | null {
  const [{ front }] = views as [View];
  if (views.length > MOST_MEMBERS || views.some((v) => pipelineKey(v.front) !== pipelineKey(front)))
    return null;
  const blocks = views.flatMap((view) => view.blocks);
  if (blocks.length > MOST_BLOCKS) return null;
  let first = 0;
  const members = views.map(({ candidate, dimension }) => {
    const { name, params } = candidate.model;
    const member = { name, params, features: [first, dimension] };
    first += dimension;
    return member;
  });
  return {
    pipeline: [...front, { transform: CONCAT, params: { blocks } }],
    model: { name: ENSEMBLE, params: { members } },
  };
}

const applies = ({ pipeline, model }: Candidate, shape: Shape): boolean => {
  const dimension = chainOutputLength(pipeline, shape);
  return dimension !== null && modelByName(model.name).applies(dimension, model.params);
};
