import { join } from 'node:path';
import { isSimilarity } from '../../../compare/compare-runs.ts';
import type {
  CompiledAnswer,
  CompiledLibrary,
  CompileLibraryOptions,
} from '../../../host/compiled-library.ts';
import { buildHostProgram } from '../../../host/host-library/build.ts';
import { HostLibrary } from '../../../host/host-library/process.ts';
import { buildWasmLibrary } from '../../../host/wasm-library/build.ts';
import { WasmLibrary } from '../../../host/wasm-library/library.ts';
import type { Operation, TargetAnswer } from '../../../record/calls.ts';
import type { Side } from '../../../record/sides.ts';
import { planLibrary } from '../../bundle/library-plan.ts';
import { asNeaiError } from '../../failure.ts';
import { compiledTracer } from '../compiled-tracer.ts';
import { NO_CURVE } from '../curve.ts';
import { type Drive, type DrivenSide, drive } from '../drive.ts';
import { type ComparedSide, NO_SILICON, type Plant, type SideContext } from './side.ts';

export interface CompiledSideOptions {
  readonly plant?: Plant | undefined;
  /** Folder for what is compiled, whose objects are used again where they can be; default: one in the run's folder. */
  readonly objects?: string | undefined;
}

/** A compiled library, ready to be started any number of times. */
interface Compiled {
  readonly compiler: string;
  start(): CompiledLibrary;
}

/** One way to compile the generated C library for this computer. */
interface Compilation {
  readonly kind: 'host-c' | 'wasm';
  /** In a sentence: `C library`. */
  readonly words: string;
  compile(options: CompileLibraryOptions): Promise<Compiled>;
}

const HOST_C: Compilation = {
  kind: 'host-c',
  words: 'C library',
  async compile(options) {
    const { path, compiler } = await buildHostProgram(options);
    return { compiler, start: () => HostLibrary.start(path) };
  },
};

const WASM: Compilation = {
  kind: 'wasm',
  words: 'WebAssembly',
  async compile(options) {
    const { module, compiler } = await buildWasmLibrary(options);
    return { compiler, start: () => WasmLibrary.start(module) };
  },
};

/** The generated C library as a process on this computer. */
export const hostSide = (options: CompiledSideOptions = {}): ComparedSide => compiledSide(HOST_C, options);

/** The generated C library as a WebAssembly module in this process. */
export const wasmSide = (options: CompiledSideOptions = {}): ComparedSide => compiledSide(WASM, options);

/**
 * The generated C library compiled for this computer. What answers is the library as it is shipped; the build with taps
 * makes the same calls beside it, and lends its distances only where every other answer of the two is the same.
 */
function compiledSide(
  { kind, words, compile }: Compilation,
  { plant, objects }: CompiledSideOptions,
): ComparedSide {
  const build = (context: SideContext, taps: boolean): Promise<Compiled> => {
    const plan = planLibrary(context.library);
    const folder = objects ?? join(context.folder, kind);
    return compile({ plan: plant?.(plan) ?? plan, taps, folder, signal: context.signal });
  };
  let tapped: Compiled | undefined;
  return {
    name: kind,
    async run(context, onAnswer) {
      const { watch } = context;
      const [shipped, withTaps] = await watch.time(`build ${words}`, async () => [
        await build(context, false),
        await build(context, true),
      ]);
      tapped = withTaps;
      const done = await watch.time(words, () => driveLibrary(shipped.start(), context, onAnswer));
      const inside = await driveLibrary(withTaps.start(), { ...context, curve: NO_CURVE });
      const alike = sameAnswers(done, inside);
      const { compiler } = shipped;
      const about: Side = { kind, compiler, flags: [], planted: plant !== undefined };
      return {
        about,
        evidence: NO_SILICON,
        events: alike
          ? []
          : [
              {
                atSeconds: context.now(),
                durationSeconds: null,
                lane: 'call' as const,
                text: 'the build with taps answers otherwise than the shipped one: no distances of it are told',
                level: 'warning' as const,
              },
            ],
        board: null,
        ...done,
        answers: done.answers.map((answer, index) => ({
          ...answer,
          distance: alike ? (inside.answers[index]!.distance ?? null) : null,
        })),
      };
    },
    async tracer(context) {
      tapped ??= await build(context, true);
      return compiledTracer(tapped.start(), `${words} with taps`, context.sensitivity);
    },
    close: async () => undefined,
  };
}

/** Makes every planned call, and closes the library. */
async function driveLibrary(
  library: CompiledLibrary,
  context: SideContext,
  onAnswer?: (answer: TargetAnswer) => void,
): Promise<Drive> {
  const { calls, curve, sensitivity, signal, now } = context;
  try {
    return await drive(drivenLibrary(library), calls, {
      signal,
      curve,
      now,
      afterInitialize: () => library.setSensitivity(sensitivity),
      onAnswer: (answer) => onAnswer?.(answer),
      asFailure: asNeaiError,
    });
  } finally {
    await library.close();
  }
}

function drivenLibrary(library: CompiledLibrary): DrivenSide {
  const answer = (operation: Operation, told: CompiledAnswer): TargetAnswer => ({
    code: told.code,
    learnCounter: told.learnCounter,
    digest: told.digest,
    ticks: null,
    distance: isSimilarity(operation, told.code) ? told.distanceBits : null,
  });
  return {
    initialize: async () => answer('initialize', await library.initialize()),
    learn: async (values) => answer('learn', await library.learn(values)),
    detect: async (values) => answer('detect', await library.detect(values)),
  };
}

function sameAnswers(a: Drive, b: Drive): boolean {
  return (
    a.answers.length === b.answers.length &&
    a.answers.every(({ code, learnCounter, digest }, index) => {
      const other = b.answers[index]!;
      return code === other.code && learnCounter === other.learnCounter && digest === other.digest;
    })
  );
}
