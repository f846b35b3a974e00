/**
 * `npm run bench:instructions`: what a learn costs on cores without and with an FPU, for each transform and each model
 * at 3 axes of 512 samples, and for the demo machine's best library within 2 kB of RAM. Instructions, not cycles: a
 * virtual core counts them, a real one needs more cycles than that.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOutputLength } from '../src/engine/emulator/chain.ts';
import { createLibrary, type Library } from '../src/engine/library.ts';
import type { ModelSpec } from '../src/engine/models/model.ts';
import { MODELS, modelByName } from '../src/engine/models/registry.ts';
import { TRANSFORMS } from '../src/engine/transforms/registry.ts';
import type { Pipeline, Shape } from '../src/engine/transforms/transform.ts';
import { MOTOR_AXES } from '../src/studio/motor.ts';
import { LearnCounter } from './instructions/count.ts';
import { DEMO, demoMetrics, demoSignals } from './instructions/demo-metrics.ts';
import { type Metric, writeMetrics } from './write-metrics.ts';

const SHAPE: Shape = { axes: MOTOR_AXES, length: DEMO.bufferSize };
/** Parameter sets of each transform and model that are measured, in the order of their search space. */
const PARAMETERS_MEASURED = 2;
/** Features that each model is measured with, made by a transform that costs next to nothing. */
const MODEL_FEATURES = 16;

function libraryOf(shape: Shape, pipeline: Pipeline, model: ModelSpec): Library {
  const dimension = chainOutputLength(pipeline, shape)!;
  return createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: shape.axes,
      bufferSize: shape.length,
      pipeline: pipeline as Library['pipeline'],
      model: model as Library['model'],
      calibration: { scale: '3f800000', width: '40000000' },
      detectFloor: modelByName(model.name).detectFloor(dimension, model.params),
      minimumLearningIterations: 20,
    },
    null,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'neai-instructions-'));
try {
  const signals = demoSignals();
  const counters = [new LearnCounter('cortex-m4', folder), new LearnCounter('cortex-m0', folder)] as const;
  const metrics: Metric[] = await demoMetrics();
  const add = (name: string, value: number, unit: string, goal: string | null = null): void => {
    metrics.push({ name, value, unit, goal });
  };

  const cheapest: ModelSpec = { name: 'diag', params: {} };
  const rows: [string, Library, readonly Float32Array[]][] = [];
  for (const transform of TRANSFORMS) {
    const shape = transform.searchSpace(SHAPE).length > 0 ? SHAPE : { axes: 9, length: 1 };
    for (const params of transform.searchSpace(shape).slice(0, PARAMETERS_MEASURED)) {
      const front = transform.outputShape !== undefined;
      const pipeline: Pipeline = [
        { transform: transform.name, params },
        ...(front ? [{ transform: 'pooled', params: { points: 1, removeMean: false } }] : []),
      ];
      if (chainOutputLength(pipeline, shape) === null) continue;
      const cut = signals.map((signal) => signal.subarray(0, shape.axes * shape.length));
      const text = JSON.stringify(params).replaceAll(/["{}]/g, '');
      rows.push([`${transform.name} ${text}`.trim(), libraryOf(shape, pipeline, cheapest), cut]);
    }
  }
  const features: Pipeline = [{ transform: 'pooled', params: { points: 1, removeMean: false } }];
  for (const model of MODELS) {
    for (const params of model.searchSpace(MODEL_FEATURES).slice(0, PARAMETERS_MEASURED)) {
      const shape = { axes: MODEL_FEATURES, length: 1 };
      const text = JSON.stringify(params).replaceAll(/["{}]/g, '');
      const cut = signals.flatMap((s) => [0, 1, 2].map((i) => s.slice(48 * i, 48 * i + MODEL_FEATURES)));
      const library = libraryOf(shape, features, { name: model.name, params });
      rows.push([`${model.name} ${text} d=${MODEL_FEATURES}`.trim(), library, cut]);
    }
  }
  const deepest = { m4: 0, m0: 0 };
  for (const [name, library, given] of rows) {
    const [m4, m0] = [await counters[0].cost(library, given), await counters[1].cost(library, given)];
    add(`${name}, M4F`, m4.learnInstructions, 'instructions');
    add(`${name}, M0`, m0.learnInstructions, 'instructions');
    add(`${name}, flash`, m4.flashBytes, 'bytes, M4F');
    deepest.m4 = Math.max(deepest.m4, m4.stackBytes);
    deepest.m0 = Math.max(deepest.m0, m0.stackBytes);
    add(`${name}, RAM`, m4.staticRamBytes + m4.stackBytes, 'bytes, M4F with stack');
  }
  add('deepestStack, M4F', deepest.m4, 'bytes seen');
  add('deepestStack, M0', deepest.m0, 'bytes seen');
  writeMetrics('instructions', metrics);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
