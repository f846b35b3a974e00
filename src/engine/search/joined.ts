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

/** A stage that makes features: its name as a key, and how many it makes. */
interface Block {
  readonly stage: StageSpec;
  readonly key: string;
  readonly dimension: number;
}

/** A candidate with its pipeline taken apart: what stands in front, and the blocks that make features. */
interface View {
  readonly candidate: Candidate;
  readonly front: Pipeline;
  readonly blocks: readonly Block[];
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
    const front = candidate.pipeline.slice(0, -1);
    const stages = last.transform === CONCAT ? (last.params['blocks'] as readonly StageSpec[]) : [last];
    const blocks = stages.map((stage) => ({
      stage,
      key: pipelineKey([stage]),
      dimension: chainOutputLength([...front, stage], shape)!,
    }));
    views.set(key, { candidate, front, blocks });
  }
  return [...views.values()];
}

/** Null when the views do not share what stands in front, or have too many blocks together. */
function join(views: readonly View[]): Candidate | null {
  const [{ front }] = views as [View];
  if (views.length > MOST_MEMBERS || views.some((v) => pipelineKey(v.front) !== pipelineKey(front)))
    return null;
  if (views.flatMap((view) => view.blocks).length > MOST_BLOCKS) return null;
  const blocks = shortestRow(views.map((view) => view.blocks));
  const members = views.map(({ candidate, blocks: own }) => {
    const { name, params } = candidate.model;
    const at = placeIn(blocks, own)!;
    return { name, params, features: [widthOf(blocks.slice(0, at)), widthOf(own)] };
  });
  const stages = blocks.map(({ stage }) => stage);
  return {
    pipeline: [...front, { transform: CONCAT, params: { blocks: stages } }],
    model: { name: ENSEMBLE, params: { members } },
  };
}

const widthOf = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + block.dimension, 0);

/**
 * The shortest row of blocks in which every view finds its own, side by side and in their order: what two views share is
 * computed once. Of equally short rows the one that keeps the views' order longest.
 */
function shortestRow(views: readonly (readonly Block[])[]): readonly Block[] {
  return ordersOf(views)
    .map((order) => order.reduce(overlapped))
    .reduce((best, row) => (widthOf(row) < widthOf(best) ? row : best));
}

/** All orders of a few items, their own first. */
function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => ordersOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** A row with more blocks at its end; those that it ends with already are not repeated. */
function overlapped(row: readonly Block[], more: readonly Block[]): readonly Block[] {
  if (placeIn(row, more) !== null) return row;
  let common = Math.min(row.length, more.length);
  while (placeIn(row.slice(row.length - common), more.slice(0, common)) === null) common--;
  return [...row, ...more.slice(common)];
}

/** Where blocks stand in a row, side by side; null when they do not. */
function placeIn(row: readonly Block[], blocks: readonly Block[]): number | null {
  for (let at = 0; at + blocks.length <= row.length; at++) {
    if (blocks.every(({ key }, i) => row[at + i]!.key === key)) return at;
  }
  return null;
}

const applies = ({ pipeline, model }: Candidate, shape: Shape): boolean => {
  const dimension = chainOutputLength(pipeline, shape);
  return dimension !== null && modelByName(model.name).applies(dimension, model.params);
};
