import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { Emulator } from '../../src/engine/emulator/emulator.ts';
import { createLibrary, type Library, libraryShape } from '../../src/engine/library.ts';
import { COUNT_CAP, type ModelSpec } from '../../src/engine/models/model.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import { floatToHex } from '../../src/engine/numeric/f32.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';
import type { Pipeline, Shape, StageSpec } from '../../src/engine/transforms/transform.ts';
import { type Random, seededRandom } from '../../src/shared/random.ts';
import type { Call, ParityCase } from './script.ts';
import { refusedSignal, SIGNAL_KINDS } from './signals.ts';

/** Shapes that between them reach every transform: a power of two, another length, one sample of many variables. */
const SHAPES: readonly Shape[] = [
  { axes: 3, length: 16 },
  { axes: 1, length: 37 },
  { axes: 2, length: 64 },
  { axes: 5, length: 1 },
];

const concat = (...blocks: StageSpec[]): StageSpec => ({ transform: 'concat', params: { blocks } });
const stage = (transform: string, params: StageSpec['params'] = {}): StageSpec => ({ transform, params });
const OCTAVES = stage('fft_bands', { layout: 'octave', relative: false });

/** Chains of several stages and of blocks side by side. */
const CHAINS: readonly (readonly [Shape, Pipeline])[] = [
  [{ axes: 3, length: 64 }, [concat(stage('time_stats'), OCTAVES)]],
  [{ axes: 3, length: 33 }, [stage('magnitude'), stage('difference'), stage('time_stats')]],
  [{ axes: 2, length: 40 }, [stage('difference'), concat(stage('quantiles'), stage('axis_cov'))]],
  [{ axes: 2, length: 40 }, [stage('difference'), stage('difference'), stage('difference'), OCTAVES]],
  [
    { axes: 3, length: 45 },
    [stage('detrend', { degree: 3 }), stage('absolute'), stage('pooled', { points: 9, removeMean: true })],
  ],
  // every number of stages of the Fourier transform, and several pieces
  [{ axes: 1, length: 9 }, [OCTAVES]],
  [{ axes: 1, length: 130 }, [OCTAVES]],
  [{ axes: 1, length: 256 }, [OCTAVES]],
  [{ axes: 2, length: 70 }, [stage('fft_bands', { layout: 'octave', relative: true, points: 16 })]],
  [
    { axes: 1, length: 260 },
    [stage('fft_bands', { layout: 'linear', bands: 8, relative: false, points: 64 })],
  ],
  [{ axes: 2, length: 65 }, [stage('decimate', { factor: 2 }), stage('standardise'), OCTAVES]],
  [
    { axes: 2, length: 33 },
    [stage('magnitude'), stage('standardise'), stage('decimate', { factor: 4 }), stage('raw')],
  ],
];

/** Ensembles as joined.ts makes them: parts of the features, and members that share some. */
const JOINED = [
  [
    [7, 12],
    [0, 19],
  ],
  [
    [0, 7],
    [7, 12],
  ],
].map((parts) => ({
  shape: { axes: 1, length: 32 },
  pipeline: [concat(stage('time_stats'), stage('pooled', { points: 12, removeMean: true }))],
  model: {
    name: 'ensemble',
    params: {
      members: [
        { name: 'kmeans_seq', params: { prototypes: 4 }, features: parts[0]! },
        { name: 'cov_shrink', params: {}, features: parts[1]! },
      ],
    },
  },
}));

export function libraryOf(shape: Shape, pipeline: Pipeline, model: ModelSpec): Library {
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
      calibration: { scale: floatToHex(0.4), width: floatToHex(3) },
      detectFloor: modelByName(model.name).detectFloor(dimension, model.params),
      minimumLearningIterations: 20,
    },
    null,
  );
}

function randomSignal(random: Random, shape: Shape): Float32Array {
  const kinds = Object.keys(SIGNAL_KINDS);
  const kind = random.below(3) === 0 ? kinds[random.below(kinds.length)]! : 'smooth';
  return SIGNAL_KINDS[kind]!(random, shape.axes, shape.length);
}

/** Calls as nobody would make them: in any order, refused ones among them, knowledge taken back and forth. */
function randomCalls(random: Random, library: Library, count: number): Call[] {
  const shape = libraryShape(library);
  const emulator = new Emulator(library);
  const saved: Uint32Array[] = [];
  const calls: Call[] = [];
  const add = (call: Call): void => {
    calls.push(call);
    if (call.do === 'initialize') emulator.initialize();
    if (call.do === 'learn') emulator.learn(call.signal);
    if (call.do === 'export') saved.push(new Uint32Array(emulator.knowledge().buffer));
    if (call.do === 'import') emulator.restore(new Uint8Array(call.knowledge.buffer));
  };
  add({ do: 'detect', signal: randomSignal(random, shape) });
  add({ do: 'learn', signal: randomSignal(random, shape) });
  add({ do: 'initialize' });
  while (calls.length < count) {
    const dice = random.below(40);
    if (dice < 24) add({ do: 'learn', signal: randomSignal(random, shape) });
    else if (dice < 34) add({ do: 'detect', signal: randomSignal(random, shape) });
    else if (dice === 34) add({ do: 'learn', signal: refusedSignal(random, shape.axes, shape.length) });
    else if (dice === 35) add({ do: 'detect', signal: refusedSignal(random, shape.axes, shape.length) });
    else if (dice === 36)
      add({ do: 'setSensitivity', value: [0.1, 1.1, 100, 0, -1, 101, Number.NaN][random.below(7)]! });
    else if (dice === 37) add({ do: 'export' });
    else if (dice === 38 && saved.length > 0)
      add({ do: 'import', knowledge: saved[random.below(saved.length)]! });
    else if (dice === 39 && random.below(4) === 0) add({ do: 'initialize' });
  }
  add({ do: 'export' });
  return calls;
}

/** Every transform with each of its parameters, every model with each of its, and some chains. */
export function combinations(): { shape: Shape; pipeline: Pipeline; model: ModelSpec }[] {
  const models = MODELS.flatMap((model) =>
    model.searchSpace(16).map((params) => ({ name: model.name, params })),
  );
  let turn = 0;
  const fitting = (dimension: number): ModelSpec => {
    for (;;) {
      const model = models[turn++ % models.length]!;
      if (modelByName(model.name).applies(dimension, model.params)) return model;
    }
  };
  const pipelines: [Shape, Pipeline][] = SHAPES.flatMap((shape) =>
    TRANSFORMS.flatMap((transform) =>
      transform
        .searchSpace(shape)
        .map((params): [Shape, Pipeline] => [shape, [{ transform: transform.name, params }]]),
    ),
  );
  const all = [...pipelines, ...CHAINS].filter(
    ([shape, pipeline]) => chainOutputLength(pipeline, shape) !== null,
  );
  const perModel = models.map((model) => ({
    shape: { axes: 2, length: 32 },
    pipeline: [stage('time_stats')],
    model,
  }));
  return [
    ...all.map(([shape, pipeline]) => ({
      shape,
      pipeline,
      model: fitting(chainOutputLength(pipeline, shape)!),
    })),
    ...perModel,
    ...JOINED,
  ];
}

/** Random scripts over the whole portfolio, the same for the same seed. */
export function portfolioCases(seed: number, callsPerCase: number): ParityCase[] {
  const random = seededRandom(seed);
  return combinations().map(({ shape, pipeline, model }) => {
    const library = libraryOf(shape, pipeline, model);
    const name = `${shape.axes}x${shape.length} ${JSON.stringify(pipeline)} ${JSON.stringify(model)}`;
    return { name, library, calls: randomCalls(random, library, callsPerCase) };
  });
}

/** One run per model that goes on learning beyond the cap of its counts, with knowledge put back into the middle. */
export function longCases(seed: number): ParityCase[] {
  const random = seededRandom(seed);
  const shape = { axes: 4, length: 1 };
  return MODELS.map((model): ParityCase => {
    const params = model.searchSpace(4)[0]!;
    const pipeline = [stage('pooled', { points: 1, removeMean: false })];
    const library = libraryOf(shape, pipeline, { name: model.name, params });
    const emulator = new Emulator(library);
    emulator.initialize();
    const calls: Call[] = [{ do: 'initialize' }];
    for (let learn = 1; learn <= COUNT_CAP + 300; learn++) {
      const drift = learn / 500;
      const signal = Float32Array.from({ length: 4 }, () => drift + random.normal());
      calls.push({ do: 'learn', signal });
      emulator.learn(signal);
      if (learn % 100 === 0) calls.push({ do: 'detect', signal });
      if (learn !== COUNT_CAP - 5) continue;
      calls.push({ do: 'initialize' });
      calls.push({ do: 'import', knowledge: new Uint32Array(emulator.knowledge().buffer) });
    }
    return { name: `long ${model.name}`, library, calls: [...calls, { do: 'export' }] };
  });
}

/** Values at which logarithms, roots and limits could go wrong, and random bit patterns. */
export function numericCase(seed: number): ParityCase {
  const random = seededRandom(seed);
  const words = Uint32Array.from({ length: 6000 }, () => random.uint32());
  const special = [0, 1, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f7fffff, 0x00800000];
  const near = [0x3f800000, 0x3fb504f3, 0x3fb504f4, 0x00400000, 0x58800000, 0x58800001];
  words.set([...special, ...near]);
  const library = libraryOf(SHAPES[0]!, [stage('time_stats')], { name: 'diag', params: {} });
  return {
    name: 'numeric',
    library,
    calls: [{ do: 'numeric', values: new Float32Array(words.buffer) }],
  };
}
