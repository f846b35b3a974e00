import type { TargetAnswer } from '../../record/calls.ts';
import type { CallSpan } from '../../record/timeline.ts';
import type { NeaiError } from '../../shared/errors.ts';
import type { CurvePlan } from './curve.ts';
import type { SignalCall } from './signal-plan.ts';

/** A side as a comparison drives it: one call, one answer. */
export interface DrivenSide {
  initialize(signal: AbortSignal): Promise<TargetAnswer>;
  learn(values: Float32Array, signal: AbortSignal): Promise<TargetAnswer>;
  detect(values: Float32Array, signal: AbortSignal): Promise<TargetAnswer>;
}

export interface Drive {
  /** Fewer than calls when the run broke off. */
  readonly answers: TargetAnswer[];
  /** When each answered call began and ended, on the clock of the run. */
  readonly spans: CallSpan[];
  /** Codes that the curve's signals got, one list a point that was reached. */
  readonly probes: number[][];
  /** What ended the run early; null when every planned call was answered. */
  readonly brokenOff: NeaiError | null;
}

export interface DriveOptions {
  readonly signal: AbortSignal;
  readonly curve: CurvePlan;
  /** Seconds since the run began. */
  readonly now: () => number;
  readonly afterInitialize: () => Promise<void>;
  /** Told each answer as it comes, and how many there are now. */
  readonly onAnswer: (answer: TargetAnswer, done: number) => void;
  readonly asFailure: (thrown: unknown) => NeaiError;
}

/**
 * A side's answers, one call after the other. A failure of the rack ends the run but keeps what was answered until then:
 * the record shows it. Signals of the learning curve are detected in between and are no calls of the run.
 */
export async function drive(
  side: DrivenSide,
  calls: readonly SignalCall[],
  options: DriveOptions,
): Promise<Drive> {
  const { curve, now } = options;
  const result = { answers: [] as TargetAnswer[], spans: [] as CallSpan[], probes: [] as number[][] };
  let learns = 0;
  try {
    for (const call of calls) {
      options.signal.throwIfAborted();
      const startSeconds = now();
      const answer =
        call.operation === 'initialize'
          ? await side.initialize(options.signal)
          : await side[call.operation](call.signal!, options.signal);
      result.answers.push(answer);
      result.spans.push({ startSeconds, endSeconds: now() });
      options.onAnswer(answer, result.answers.length);
      if (call.operation === 'initialize') await options.afterInitialize();
      if (call.operation === 'learn' && curve.points.includes(++learns)) {
        const codes: number[] = [];
        for (const values of curve.signals) codes.push((await side.detect(values, options.signal)).code);
        result.probes.push(codes);
      }
    }
    return { ...result, brokenOff: null };
  } catch (thrown) {
    return { ...result, brokenOff: options.asFailure(thrown) };
  }
}
