import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { Emulator } from '../../src/engine/emulator/emulator.ts';
import { createLibrary, type Library } from '../../src/engine/library.ts';
import type { ModelSpec } from '../../src/engine/models/model.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';
import type { Pipeline, Shape } from '../../src/engine/transforms/transform.ts';
import { webassemblyRung } from '../../src/engine/wasm/kernels.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { compilerOf } from '../../test/parity/build.ts';

/** Speed of an implementation over that of gcc -O2 on this computer, for learning and detecting together. */
export interface SpeedRatio {
  readonly item: string;
  readonly bufferSize: number;
  readonly emulator: number;
  readonly webassembly: number;
}

const AXES = 3;
const SIGNALS = 64;
/** Each side is timed for about so long, several times in turn; the best counts. */
const SLICE_MS = 30;
const TURNS = 3;
const WARM_UP_SLICES = 4;
const CHEAP_MODEL: ModelSpec = { name: 'minmax', params: {} };
const CHEAP_PIPELINE = (points: number): Pipeline => [
  { transform: 'pooled', params: { points, removeMean: false } },
];
const MODEL_POINTS = 8;
/** Sources that differ from library to library. */
const OWN_SOURCES = ['library_config.c', 'neai_api.c'];

/** Each transform with the cheapest model, each model on pooled samples. */
export function portfolio(shape: Shape): { item: string; pipeline: Pipeline; model: ModelSpec }[] {
  const transforms = TRANSFORMS.flatMap((transform) => {
    const params = transform.searchSpace(shape)[0];
    if (params === undefined) return [];
    const stage = { transform: transform.name, params };
    // a transform that gives a signal again needs something behind it that makes few features
    const pipeline = [[stage], [stage, ...CHEAP_PIPELINE(4)]].find(
      (stages) => chainOutputLength(stages, shape) !== null,
    );
    return pipeline === undefined ? [] : [{ item: transform.name, pipeline, model: CHEAP_MODEL }];
  });
  const pipeline = CHEAP_PIPELINE(MODEL_POINTS);
  const models = MODELS.flatMap((model) =>
    model
      .searchSpace(chainOutputLength(pipeline, shape)!)
      .slice(0, 1)
      .map((params) => ({ item: model.name, pipeline, model: { name: model.name, params } })),
  );
  return [...transforms, ...models];
}

export async function speedRatios(bufferSizes: readonly number[], only?: number): Promise<SpeedRatio[]> {
  const folder = mkdtempSync(join(tmpdir(), 'neai-ratio-'));
  try {
    const compiler = new HostCompiler(folder);
    const ratios: SpeedRatio[] = [];
    for (const bufferSize of bufferSizes) {
      const shape = { axes: AXES, length: bufferSize };
      const signals = randomSignals(shape);
      for (const { item, pipeline, model } of portfolio(shape).slice(0, only)) {
        const library = libraryOf(shape, pipeline, model);
        const hostC = await compiler.program(library, signals, `${item}-${bufferSize}`);
        const emulator = emulated(library, signals);
        const webassembly = onSearchRung(shape, pipeline, model, signals);
        // what a compiler at run time needs to have seen before it does its best
        for (let warming = 0; warming < WARM_UP_SLICES; warming++) timed(emulator);
        const best = { hostC: 0, emulator: 0, webassembly: 0 };
        // in turn, so that a busy moment of the computer meets all of them
        for (let turn = 0; turn < TURNS; turn++) {
          best.hostC = Math.max(best.hostC, hostC());
          best.emulator = Math.max(best.emulator, timed(emulator));
          best.webassembly = Math.max(best.webassembly, timed(webassembly));
        }
        ratios.push({
          item,
          bufferSize,
          emulator: best.emulator / best.hostC,
          webassembly: best.webassembly / best.hostC,
        });
      }
    }
    return ratios;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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

function randomSignals({ axes, length }: Shape): Float32Array[] {
  const random = seededRandom(1);
  return Array.from({ length: SIGNALS }, () =>
    Float32Array.from({ length: axes * length }, (_, i) => Math.sin(i / 7) + 0.3 * random.normal()),
  );
}

/** Signals learned and detected per second of processor time; each round learns and detects every signal. */
function timed(round: () => void): number {
  round();
  const started = process.cpuUsage().user;
  let rounds = 0;
  let spentMs = 0;
  while (spentMs < SLICE_MS) {
    round();
    rounds++;
    spentMs = (process.cpuUsage().user - started) / 1000;
  }
  return rounds / spentMs;
}

function emulated(library: Library, signals: readonly Float32Array[]): () => void {
  const emulator = new Emulator(library);
  emulator.initialize();
  return () => {
    for (const signal of signals) emulator.learn(signal);
    for (const signal of signals) emulator.detect(signal);
  };
}

/** As a search uses it: features of many lines, then learning and scoring. The chain runs twice here, as in a library. */
function onSearchRung(
  shape: Shape,
  pipeline: Pipeline,
  model: ModelSpec,
  signals: readonly Float32Array[],
): () => void {
  const width = shape.axes * shape.length;
  const all = new Float32Array(signals.length * width);
  signals.forEach((signal, i) => {
    all.set(signal, i * width);
  });
  const dimension = chainOutputLength(pipeline, shape)!;
  return () => {
    const regular = webassemblyRung.features(pipeline, shape, all);
    const abnormal = webassemblyRung.features(pipeline, shape, all);
    const learner = webassemblyRung.learner({ dimension, regular, abnormal }, model);
    learner.reset();
    learner.learn(0, signals.length);
    learner.ratios('abnormal', 0, signals.length);
  };
}

/** Compiles libraries for this computer with the project's own flags (gcc -O2), each kernel once. */
class HostCompiler {
  readonly #folder: string;
  readonly #tool: ReturnType<typeof compilerOf>;
  readonly #kernels = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#tool = compilerOf('host');
  }

  /** The answer runs the library and says how many rounds a millisecond it makes. */
  async program(library: Library, signals: readonly Float32Array[], name: string): Promise<() => number> {
    const { compiler, flags } = await this.#tool;
    const folder = join(this.#folder, name);
    for (const { path, content } of planLibrary(library)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const sources = join(folder, 'sources');
    const compile = (file: string, object: string): string => {
      execFileSync(compiler, [...flags, '-I', folder, '-I', sources, '-c', file, '-o', object]);
      return object;
    };
    const objects = readdirSync(sources)
      .filter((file) => file.endsWith('.c'))
      .map((file) => {
        if (OWN_SOURCES.includes(file)) return compile(join(sources, file), join(folder, `${file}.o`));
        const known =
          this.#kernels.get(file) ?? compile(join(sources, file), join(this.#folder, `${file}.o`));
        this.#kernels.set(file, known);
        return known;
      });
    const main = compile(join(import.meta.dirname, 'host-main.c'), join(folder, 'main.o'));
    const [program, data] = [join(folder, 'main'), join(folder, 'data')];
    execFileSync(compiler, [main, ...objects, '-lm', '-o', program]);
    writeFileSync(data, Buffer.concat(signals.map((signal) => Buffer.from(signal.buffer))));
    const run = (rounds: number): number => {
      const args = [data, signals.length, signals[0]!.length, rounds, rounds].map(String);
      const [learned, detected] = execFileSync(program, args, { encoding: 'utf8' }).split(' ').map(Number);
      return (learned! + detected!) / 1e6;
    };
    const rounds = Math.max(1, Math.round(SLICE_MS / Math.max(0.01, run(3) / 3)));
    return () => rounds / run(rounds);
  }
}
