import { isSimilarity } from '../../../compare/compare-runs.ts';
import { emulatorTracer } from '../../../compare/locate/emulator-tracer.ts';
import { Emulator } from '../../../engine/index.ts';
import type { Operation, TargetAnswer } from '../../../record/calls.ts';
import { asNeaiError } from '../../failure.ts';
import { type DrivenSide, drive } from '../drive.ts';
import { type ComparedSide, NO_SILICON } from './side.ts';

/** The emulator in TypeScript, in this process. */
export function emulatorSide(): ComparedSide {
  return {
    name: 'emulator',
    async run({ library, calls, curve, sensitivity, signal, now, watch }, onAnswer) {
      const emulator = new Emulator(library);
      const done = await watch.time('emulator', () =>
        drive(drivenEmulator(emulator), calls, {
          signal,
          curve,
          now,
          afterInitialize: async () => emulator.setSensitivity(sensitivity),
          onAnswer: (answer) => onAnswer?.(answer),
          asFailure: asNeaiError,
        }),
      );
      return { about: { kind: 'emulator' }, evidence: NO_SILICON, events: [], board: null, ...done };
    },
    tracer: async ({ library, sensitivity }) => emulatorTracer(library, sensitivity),
    close: async () => undefined,
  };
}

export function drivenEmulator(emulator: Emulator): DrivenSide {
  const answer = (operation: Operation, code: number): TargetAnswer => ({
    code,
    learnCounter: emulator.learnCounter,
    digest: emulator.digest(),
    ticks: null,
    distance: isSimilarity(operation, code) ? emulator.distanceBits() : null,
  });
  // The copies keep the promise that a signal file's values stay as they were read, whatever is called.
  return {
    initialize: async () => answer('initialize', emulator.initialize()),
    learn: async (values) => answer('learn', emulator.learn(Float32Array.from(values))),
    detect: async (values) => answer('detect', emulator.detect(Float32Array.from(values))),
  };
}
