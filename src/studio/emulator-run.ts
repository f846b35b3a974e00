import type {
  Confirmation,
  ConfirmationCounts,
  EmulatorSession,
  SignalInput,
  SignalResult,
} from './emulator-session.ts';

interface Counts {
  readonly signals: number;
  readonly nominal: number;
  readonly anomaly: number;
}

/** What the whole sequence prints. */
export interface RunSummary {
  readonly status: 'run';
  readonly version: string;
  readonly sensitivity: number;
  readonly learning: readonly { readonly input: string; readonly signals: number }[];
  readonly learning_summary: { readonly signals: number };
  /** One per source, in order. */
  readonly detection: readonly (Counts & {
    readonly input: string;
    readonly confirmation?: ConfirmationCounts;
    readonly results: readonly SignalResult[];
  })[];
  readonly detection_summary: Counts;
  readonly limited_to?: readonly string[];
}

export interface RunPlan {
  readonly learn: readonly SignalInput[];
  readonly detect: readonly SignalInput[];
  readonly sensitivity?: number | undefined;
  readonly confirmation?: Confirmation | undefined;
}

/** Initialises, learns, sets the sensitivity and detects: the Studio's green button. A confirmation begins anew with each source. */
export function runSequence(session: EmulatorSession, plan: RunPlan): RunSummary {
  session.initialize();
  const learning = plan.learn.map((input) => {
    session.learn(input);
    return { input: input.input, signals: input.signals.length };
  });
  if (plan.sensitivity !== undefined) session.setSensitivity(plan.sensitivity);
  let last = session.getVersion();
  const detection = plan.detect.map((input) => {
    const answer = session.detect(input, plan.confirmation);
    last = answer;
    const { confirmation } = answer;
    return {
      input: input.input,
      ...(answer.detection_results as Counts),
      ...(confirmation && { confirmation }),
      results: answer.results,
    };
  });
  return {
    status: 'run',
    version: last.version,
    sensitivity: session.state().sensitivity,
    learning,
    learning_summary: last.learning_summary,
    detection,
    detection_summary: last.detection_summary as Counts,
    ...(last.limited_to && { limited_to: last.limited_to }),
  };
}
