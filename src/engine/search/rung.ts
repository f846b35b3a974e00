import { createChain } from '../emulator/chain.ts';
import { createDetector } from '../emulator/detector.ts';
import type { ModelSpec } from '../models/model.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';

/** Rows of features, one a line. */
export interface Rows {
  readonly dimension: number;
  readonly regular: Float32Array;
  readonly abnormal: Float32Array;
}

/** A model at work on rows of features. Of one rung one learner at a time. */
export interface Learner {
  /** Forgets everything. */
  reset(): void;
  /** Learns regular rows [first, end) in their order. */
  learn(first: number, end: number): void;
  /** Distance over reference of rows [first, end). */
  ratios(label: 'regular' | 'abnormal', first: number, end: number): Float32Array;
  /** Keeps what is known now, in place of what was kept before. */
  save(): void;
  /** Goes back to what was kept. */
  restore(): void;
}

/**
 * A rung of the ladder of implementations that a search can stand on. All give the same bits; they differ in speed.
 */
export interface Rung {
  readonly name: 'typescript' | 'webassembly';
  /** Row-major features of signals that lie one after the other. */
  features(pipeline: Pipeline, shape: Shape, signals: Float32Array): Float32Array;
  learner(rows: Rows, model: ModelSpec): Learner;
}

/** The emulator's own arithmetic. */
export const typescriptRung: Rung = {
  name: 'typescript',
  features(pipeline, shape, signals) {
    const chain = createChain(pipeline, shape);
    const width = shape.axes * shape.length;
    const lines = signals.length / width;
    const features = new Float32Array(lines * chain.outputLength);
    for (let i = 0; i < lines; i++) {
      chain.run(
        signals.subarray(i * width, (i + 1) * width),
        features.subarray(i * chain.outputLength, (i + 1) * chain.outputLength),
      );
    }
    return features;
  },
  learner(rows, model) {
    const { dimension } = rows;
    const detector = createDetector(model, dimension);
    const kept = new Uint32Array(detector.words.u.length);
    const row = (of: Float32Array, i: number): Float32Array =>
      of.subarray(i * dimension, (i + 1) * dimension);
    return {
      reset: () => detector.reset(),
      learn(first, end) {
        for (let i = first; i < end; i++) detector.learn(row(rows.regular, i));
      },
      ratios(label, first, end) {
        const ratios = new Float32Array(end - first);
        for (let i = first; i < end; i++) ratios[i - first] = detector.ratio(row(rows[label], i));
        return ratios;
      },
      save: () => kept.set(detector.words.u),
      restore() {
        detector.words.u.set(kept);
        detector.invalidate();
      },
    };
  },
};
