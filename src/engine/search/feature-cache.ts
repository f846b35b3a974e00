import type { Pipeline, StageSpec } from '../transforms/transform.ts';
import { extractFeatures, type Features, type SelectionData } from './evaluate.ts';
import { pipelineKey } from './space.ts';

const CONCAT = 'concat';
/** Words of features that are kept: 64 MB. */
const MOST_WORDS = 2 ** 24;

/** Where others may have made features already; calls `make` where they have not. */
export type ElsewhereMade = (pipeline: Pipeline, make: () => Features) => Features;

/** Features of pipelines of one selection part, the last used kept; blocks side by side are put together from their own. */
export class FeatureCache {
  readonly #data: SelectionData;
  readonly #elsewhere: ElsewhereMade;
  readonly #kept = new Map<string, Features>();
  #words = 0;

  constructor(data: SelectionData, elsewhere: ElsewhereMade = (_pipeline, make) => make()) {
    this.#data = data;
    this.#elsewhere = elsewhere;
  }

  get(pipeline: Pipeline): Features {
    const key = pipelineKey(pipeline);
    const known = this.#kept.get(key);
    const features = known ?? this.#elsewhere(pipeline, () => this.#make(pipeline));
    this.#kept.delete(key);
    this.#kept.set(key, features);
    if (known === undefined) this.#words += wordsOf(features);
    for (const [oldest, old] of this.#kept) {
      if (this.#words <= MOST_WORDS || oldest === key) break;
      this.#kept.delete(oldest);
      this.#words -= wordsOf(old);
    }
    return features;
  }

  #make(pipeline: Pipeline): Features {
    const blocks = blockPipelines(pipeline);
    if (blocks.length === 0) return extractFeatures(this.#data, pipeline);
    return sideBySide(blocks.map((block) => this.get(block)));
  }
}

/** The pipelines whose features side by side are those of this one; none when it does not end in blocks. */
export function blockPipelines(pipeline: Pipeline): Pipeline[] {
  const last = pipeline.at(-1)!;
  if (last.transform !== CONCAT) return [];
  const front = pipeline.slice(0, -1);
  return (last.params['blocks'] as readonly StageSpec[]).map((block) => [...front, block]);
}

const wordsOf = ({ couples }: Features): number =>
  couples.reduce((sum, { regular, abnormal }) => sum + regular.length + abnormal.length, 0);

function sideBySide(blocks: readonly Features[]): Features {
  const dimension = blocks.reduce((sum, block) => sum + block.dimension, 0);
  const join = (parts: readonly Float32Array[]): Float32Array => {
    const lines = parts[0]!.length / blocks[0]!.dimension;
    const rows = new Float32Array(lines * dimension);
    let first = 0;
    parts.forEach((part, block) => {
      const width = blocks[block]!.dimension;
      for (let line = 0; line < lines; line++) {
        for (let j = 0; j < width; j++) rows[line * dimension + first + j] = part[line * width + j]!;
      }
      first += width;
    });
    return rows;
  };
  return {
    dimension,
    couples: blocks[0]!.couples.map((couple, index) => ({
      ...couple,
      regular: join(blocks.map(({ couples }) => couples[index]!.regular)),
      abnormal: join(blocks.map(({ couples }) => couples[index]!.abnormal)),
    })),
  };
}
