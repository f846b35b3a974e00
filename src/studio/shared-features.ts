import { chainOutputLength } from '../engine/emulator/chain.ts';
import type { CoupleFeatures, Features, SelectionData } from '../engine/search/evaluate.ts';
import { blockPipelines } from '../engine/search/feature-cache.ts';
import { pipelineKey } from '../engine/search/space.ts';
import type { Pipeline } from '../engine/transforms/transform.ts';

/** Memory for the features of pipelines, by their keys: a state, then regular and abnormal rows of every couple. */
export type FeatureRoom = ReadonlyMap<string, SharedArrayBuffer>;

/** What is kept at most, for all workers together: 64 MB. */
const MOST_BYTES = 2 ** 26;
const STATE = { empty: 0, inWork: 1, filled: 2 } as const;
const HEADER_BYTES = 16;

/** Gives out shared memory for features, and keeps what was used last. */
export class FeatureRooms {
  readonly #data: SelectionData;
  readonly #mostBytes: number;
  readonly #kept = new Map<string, SharedArrayBuffer>();
  #bytes = 0;

  constructor(data: SelectionData, mostBytes = MOST_BYTES) {
    this.#data = data;
    this.#mostBytes = mostBytes;
  }

  /** Room for the features of pipelines, and of the blocks that they are put together from; the last may find none left. */
  for(pipelines: readonly Pipeline[]): FeatureRoom {
    const room = new Map<string, SharedArrayBuffer>();
    let roomBytes = 0;
    for (const pipeline of pipelines.flatMap((whole) => [whole, ...blockPipelines(whole)])) {
      const key = pipelineKey(pipeline);
      if (room.has(key)) continue;
      const known = this.#kept.get(key);
      const bytes = known?.byteLength ?? this.#bytesOf(pipeline);
      if (roomBytes + bytes > this.#mostBytes) continue;
      const memory = known ?? new SharedArrayBuffer(bytes);
      room.set(key, memory);
      roomBytes += bytes;
      if (known === undefined) this.#bytes += bytes;
      this.#kept.delete(key);
      this.#kept.set(key, memory);
    }
    this.#forgetOldest(room);
    return room;
  }

  #bytesOf(pipeline: Pipeline): number {
    const { shape, couples } = this.#data;
    const values = couples.reduce((sum, { regular, abnormal }) => sum + regular.length + abnormal.length, 0);
    const lines = values / (shape.axes * shape.length);
    return HEADER_BYTES + 4 * lines * chainOutputLength(pipeline, shape)!;
  }

  #forgetOldest(used: FeatureRoom): void {
    for (const [key, { byteLength }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      if (used.has(key)) continue;
      this.#kept.delete(key);
      this.#bytes -= byteLength;
    }
  }
}

/**
 * The features that lie in a room, made there by whichever worker asks first; others wait for it. Where there is no
 * room, each makes its own.
 */
export function featuresIn(
  room: SharedArrayBuffer | undefined,
  { shape, couples }: SelectionData,
  pipeline: Pipeline,
  make: () => Features,
): Features {
  if (room === undefined) return make();
  const dimension = chainOutputLength(pipeline, shape)!;
  const width = shape.axes * shape.length;
  let at = HEADER_BYTES;
  const rows = (values: Float32Array): Float32Array => {
    const length = (values.length / width) * dimension;
    const view = new Float32Array(room, at, length);
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
  fillOnce(new Int32Array(room, 0, 1), () => {
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
