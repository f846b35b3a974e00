import { chainOutputLength } from '../engine/emulator/chain.ts';
import type { CoupleFeatures, Features, SelectionData } from '../engine/search/evaluate.ts';
import { blockPipelines } from '../engine/search/feature-cache.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { Pipeline } from '../engine/transforms/transform.ts';

/** A place in shared memory: a state, then regular and abnormal rows of every couple. */
export interface FeaturePlace {
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
}

/** Places for the features of pipelines, by their keys. */
export type FeatureRoom = ReadonlyMap<string, FeaturePlace>;

/** What is kept at most, for all workers together: 64 MB. */
const MOST_BYTES = 2 ** 26;
const STATE = { empty: 0, inWork: 1, filled: 2 } as const;
const HEADER_BYTES = 16;

/** Places given out at once, in one piece of memory: many small pieces would be cleared by one thread alone. */
interface Generation {
  readonly bytes: number;
  readonly places: FeatureRoom;
}

/** Gives out shared memory for features, and keeps what was given out last. */
export class FeatureRooms {
  readonly #data: SelectionData;
  readonly #mostBytes: number;
  #kept: Generation[] = [];

  constructor(data: SelectionData, mostBytes = MOST_BYTES) {
    this.#data = data;
    this.#mostBytes = mostBytes;
  }

  /** Room for the features of pipelines, and of the blocks that they are put together from; the last may find none left. */
  for(pipelines: readonly Pipeline[]): FeatureRoom {
    const wanted = new Map(
      pipelines
        .flatMap((whole) => [whole, ...blockPipelines(whole)])
        .map((pipeline) => [pipelineKey(pipeline), pipeline]),
    );
    for (;;) {
      const known = new Map(this.#kept.flatMap(({ places }) => [...places]));
      const fresh = this.#fitting([...wanted].filter(([key]) => !known.has(key)));
      const keptBytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
      if (this.#kept.length > 0 && keptBytes + fresh.bytes > this.#mostBytes) {
        // what was made in the oldest and is wanted again is made again
        this.#kept = this.#kept.slice(1);
        continue;
      }
      const memory = new SharedArrayBuffer(fresh.bytes);
      const places = new Map([...fresh.offsets].map(([key, offset]) => [key, { memory, offset }]));
      if (places.size > 0) this.#kept = [...this.#kept, { bytes: fresh.bytes, places }];
      return new Map([...known, ...places].filter(([key]) => wanted.has(key)));
    }
  }

  /** Those that fit into what is kept at most, one after the other. */
  #fitting(wanted: readonly (readonly [string, Pipeline])[]) {
    const offsets = new Map<string, number>();
    let bytes = 0;
    for (const [key, pipeline] of wanted) {
      const own = this.#bytesOf(pipeline);
      if (bytes + own > this.#mostBytes) continue;
      offsets.set(key, bytes);
      bytes += own;
    }
    return { offsets, bytes };
  }

  #bytesOf(pipeline: Pipeline): number {
    const { shape, couples } = this.#data;
    const values = couples.reduce((sum, { regular, abnormal }) => sum + regular.length + abnormal.length, 0);
    const lines = values / (shape.axes * shape.length);
    const bytes = HEADER_BYTES + 4 * lines * chainOutputLength(pipeline, shape)!;
    return HEADER_BYTES * Math.ceil(bytes / HEADER_BYTES);
  }
}

/**
 * The features that lie at a place, made there by whichever worker asks first; others wait for it. Where there is no
 * place, each makes its own.
 */
export function featuresIn(
  place: FeaturePlace | undefined,
  { shape, couples }: SelectionData,
  pipeline: Pipeline,
  make: () => Features,
): Features {
  if (place === undefined) return make();
  const { memory, offset } = place;
  const dimension = chainOutputLength(pipeline, shape)!;
  const width = shape.axes * shape.length;
  let at = offset + HEADER_BYTES;
  const rows = (values: Float32Array): Float32Array => {
    const length = (values.length / width) * dimension;
    const view = new Float32Array(memory, at, length);
    at += 4 * length;
    return view;
  };
  const shared = couples.map(
    ({ name, regular, abnormal, overlapLines }): CoupleFeatures => ({
      name,
      regular: rows(regular),
      abnormal: rows(abnormal),
      overlapLines,
    }),
  );
  fillOnce(new Int32Array(memory, offset, 1), () => {
    make().couples.forEach(({ regular, abnormal }, index) => {
      shared[index]!.regular.set(regular);
      shared[index]!.abnormal.set(abnormal);
    });
  });
  return { dimension, couples: shared };
}

function fillOnce(state: Int32Array, fill: () => void): void {
  if (Atomics.compareExchange(state, 0, STATE.empty, STATE.inWork) === STATE.empty) {
    fill();
    Atomics.store(state, 0, STATE.filled);
    Atomics.notify(state, 0);
  }
  // a worker that fails while it is at it ends the search, and this one with it
  while (Atomics.load(state, 0) === STATE.inWork) Atomics.wait(state, 0, STATE.inWork);
}
