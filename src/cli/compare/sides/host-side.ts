import { join } from 'node:path';
import { isSimilarity } from '../../../compare/compare-runs.ts';
import { buildHostProgram, type HostProgram } from '../../../host/host-library/build.ts';
import { type HostAnswer, HostLibrary } from '../../../host/host-library/process.ts';
import type { Operation, TargetAnswer } from '../../../record/calls.ts';
import { planLibrary } from '../../bundle/library-plan.ts';
import { asNeaiError } from '../../failure.ts';
import { NO_CURVE } from '../curve.ts';
import { type Drive, type DrivenSide, drive } from '../drive.ts';
import { hostTracer } from '../host-tracer.ts';
import { type ComparedSide, NO_SILICON, type Plant, type SideContext } from './side.ts';

export interface HostSideOptions {
  readonly plant?: Plant | undefined;
  /** Folder whose objects are used again; default: one in the run's folder. */
  readonly objects?: string | undefined;
}

/**
 * The generated C library compiled for this computer. What answers is the library as it is shipped; the build with taps
 * makes the same calls beside it, and lends its distances only where every other answer of the two is the same.
 */
export function hostSide({ plant, objects }: HostSideOptions = {}): ComparedSide {
  const build = (context: SideContext, taps: boolean): Promise<HostProgram> => {
    const plan = planLibrary(context.library);
    const folder = objects ?? join(context.folder, 'host-c');
    return buildHostProgram({ plan: plant?.(plan) ?? plan, taps, folder, signal: context.signal });
  };
  return {
    name: 'host-c',
    async run(context, onAnswer) {
      const { watch } = context;
      const [shipped, tapped] = await watch.time('build C library', async () => [
        await build(context, false),
        await build(context, true),
      ]);
      const done = await watch.time('C library', () => driveProgram(shipped.path, context, onAnswer));
      const inside = await driveProgram(tapped.path, { ...context, curve: NO_CURVE });
      const alike = sameAnswers(done, inside);
      return {
        about: { kind: 'host-c', compiler: shipped.compiler, flags: [], planted: plant !== undefined },
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
    tracer: async (context) => hostTracer((await build(context, true)).path, context.sensitivity),
    close: async () => undefined,
  };
}

async function driveProgram(
  program: string,
  context: SideContext,
  onAnswer?: (answer: TargetAnswer) => void,
): Promise<Drive> {
  const { calls, curve, sensitivity, signal, now } = context;
  const library = HostLibrary.start(program);
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

function drivenLibrary(library: HostLibrary): DrivenSide {
  const answer = (operation: Operation, told: HostAnswer): TargetAnswer => ({
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
