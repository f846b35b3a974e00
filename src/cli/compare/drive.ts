import type { Emulator } from '../../engine/index.ts';
import type { Answer, TargetAnswer } from '../../record/calls.ts';
import type { NeaiError } from '../../shared/errors.ts';
import type { SignalCall } from './signal-plan.ts';

/** The board as a comparison needs it: one call, one answer. */
export interface TargetSide {
  initialize(signal: AbortSignal): Promise<TargetAnswer>;
  learn(values: Float32Array, signal: AbortSignal): Promise<TargetAnswer>;
  detect(values: Float32Array, signal: AbortSignal): Promise<TargetAnswer>;
}

/** The emulator's answers to the same calls, in the same order. */
export function driveEmulator(
  emulator: Emulator,
  calls: readonly SignalCall[],
  sensitivity: number,
): Answer[] {
  return calls.map((call) => {
    const code = callEmulator(emulator, call);
    if (call.operation === 'initialize') emulator.setSensitivity(sensitivity);
    return { code, learnCounter: emulator.learnCounter, digest: emulator.digest() };
  });
}

function callEmulator(emulator: Emulator, call: SignalCall): number {
  if (call.operation === 'initialize') return emulator.initialize();
  // The copy keeps the promise that a signal file's values stay as they were read, whatever is called.
  const values = Float32Array.from(call.signal!);
  return call.operation === 'learn' ? emulator.learn(values) : emulator.detect(values);
}

export interface Drive {
  /** Fewer than calls when the run broke off. */
  readonly answers: TargetAnswer[];
  /** What ended the run early; null when every planned call was answered. */
  readonly brokenOff: NeaiError | null;
}

/**
 * The board's answers, one call after the other. A failure of the rack ends the run but keeps what was answered until
 * then: the record shows it.
 */
export async function driveTarget(
  target: TargetSide,
  calls: readonly SignalCall[],
  options: {
    readonly signal: AbortSignal;
    readonly afterInitialize: () => Promise<void>;
    /** Told each answer as it comes, and how many there are now. */
    readonly onAnswer: (answer: TargetAnswer, done: number) => void;
    readonly asFailure: (thrown: unknown) => NeaiError;
  },
): Promise<Drive> {
  const answers: TargetAnswer[] = [];
  try {
    for (const call of calls) {
      options.signal.throwIfAborted();
      if (call.operation === 'initialize') {
        answers.push(await target.initialize(options.signal));
        await options.afterInitialize();
      } else {
        answers.push(await target[call.operation](call.signal!, options.signal));
      }
      options.onAnswer(answers.at(-1)!, answers.length);
    }
    return { answers, brokenOff: null };
  } catch (thrown) {
    return { answers, brokenOff: options.asFailure(thrown) };
  }
}
