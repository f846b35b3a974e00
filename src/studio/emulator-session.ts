import { type ConfirmationRule, type Confirmed, Emulator, startConfirmation } from '../engine/index.ts';
import type { Library } from '../engine/library.ts';
import { DEFAULT_THRESHOLD } from '../engine/metrics/metrics.ts';
import { NeaiError } from '../shared/errors.ts';
import type { EmulatorState } from './emulator-state.ts';

/** A signal handed to the emulator, with the line of the file it came from; null for an array. */
export interface NumberedSignal {
  readonly line: number | null;
  readonly signal: Float32Array;
}

export interface SignalInput {
  /** File path, or "array". */
  readonly input: string;
  readonly signals: readonly NumberedSignal[];
}

export interface SignalResult {
  /** Running number since initialize, learning and detection counted apart. */
  readonly signal: number;
  readonly line: number | null;
  readonly similarity: number | null;
  readonly status: 'nominal' | 'anomaly' | null;
  /** Verdict over the last signals, where a rule of confirmation was asked for; null until there are enough of them. */
  readonly confirmed?: Confirmed | null;
}

interface Counts {
  readonly signals: number | null;
  readonly nominal: number | null;
  readonly anomaly: number | null;
}

/** What every successful call prints: the original's keys in the original's order. */
export interface EmulatorAnswer {
  readonly status: 'initialization' | 'id_version' | 'learning' | 'sensitivity_update' | 'detection';
  readonly version: string;
  /** "null" for get_version. */
  readonly sensitivity: number | 'null';
  readonly input: string;
  readonly results: readonly SignalResult[];
  /** Of this call; nulls when it was no detection. */
  readonly detection_results: Counts;
  readonly learning_summary: { readonly signals: number };
  readonly detection_summary: Counts;
  /** Boards of a limited library: the emulator itself is not limited. */
  readonly limited_to?: readonly string[];
  readonly confirmation?: ConfirmationCounts;
}

/** How the verdicts over several signals came out. */
export interface ConfirmationCounts {
  readonly rule: string;
  readonly nominal: number;
  readonly anomaly: number;
  /** Signals before there were enough for a verdict. */
  readonly undecided: number;
}

/** A rule, and its text as the user wrote it. */
export interface Confirmation {
  readonly text: string;
  readonly rule: ConfirmationRule;
}

const NO_COUNTS: Counts = { signals: null, nominal: null, anomaly: null };
const counts = (signals: number, nominal: number): Counts => ({
  signals,
  nominal,
  anomaly: signals - nominal,
});

/** Detect's code for a library that has learned too little. */
const TOO_FEW_LEARNS = 124;

/** The original emulator's functions over one library, with the state that it keeps between calls. */
export class EmulatorSession {
  readonly #library: Library;
  readonly #emulator: Emulator;
  #initialized = false;
  #detected = 0;
  #nominal = 0;
  readonly #limitedTo: readonly string[];

  constructor(library: Library, limitedTo: readonly string[] = []) {
    this.#library = library;
    this.#limitedTo = limitedTo;
    this.#emulator = new Emulator(library);
  }

  /** Length of the knowledge in bytes: what a state file must hold. */
  get knowledgeBytes(): number {
    return this.#emulator.knowledge().length;
  }

  restore(state: EmulatorState): void {
    this.#emulator.initialize();
    this.#emulator.restore(state.knowledge);
    this.#emulator.setSensitivity(state.sensitivity);
    this.#detected = state.detected;
    this.#nominal = state.nominal;
    this.#initialized = true;
  }

  state(): EmulatorState {
    return {
      detected: this.#detected,
      nominal: this.#nominal,
      sensitivity: this.#emulator.getSensitivity(),
      knowledge: this.#emulator.knowledge(),
    };
  }

  initialize(): EmulatorAnswer {
    this.#emulator.initialize();
    this.#detected = 0;
    this.#nominal = 0;
    this.#initialized = true;
    return this.#answer('initialization');
  }

  getVersion(): EmulatorAnswer {
    return { ...this.#answer('id_version'), sensitivity: 'null' };
  }

  setSensitivity(sensitivity: number): EmulatorAnswer {
    this.requireInitialized('set_sensitivity');
    if (!(sensitivity > 0 && sensitivity <= 100)) {
      throw new NeaiError('EMULATOR_REFUSED', 'the sensitivity is out of range', {
        asked: '0 < sensitivity <= 100',
        got: String(sensitivity),
        remedy: 'Give a sensitivity above 0 and up to 100; 1 is the preset.',
      });
    }
    this.#emulator.setSensitivity(sensitivity);
    return this.#answer('sensitivity_update');
  }

  learn({ input, signals }: SignalInput): EmulatorAnswer {
    this.requireInitialized('learn');
    const results = signals.map(({ line, signal }) => {
      this.#emulator.learn(signal);
      return { signal: this.#emulator.learnCounter, line, similarity: null, status: null };
    });
    return { ...this.#answer('learning'), input, results };
  }

  /** Refuses a detect that no signal could be answered in. */
  requireLearned(): void {
    this.requireInitialized('detect');
    if (this.#emulator.learnCounter < this.#library.detectFloor) this.#refuseTooFewLearns();
  }

  detect({ input, signals }: SignalInput, confirmation?: Confirmation): EmulatorAnswer {
    this.requireInitialized('detect');
    const nominalBefore = this.#nominal;
    const confirm = confirmation && startConfirmation(confirmation.rule, DEFAULT_THRESHOLD);
    const results = signals.map(({ line, signal }): SignalResult => {
      const similarity = this.#emulator.detect(signal);
      if (similarity === TOO_FEW_LEARNS) this.#refuseTooFewLearns();
      const nominal = similarity >= DEFAULT_THRESHOLD;
      this.#detected++;
      if (nominal) this.#nominal++;
      return {
        signal: this.#detected,
        line,
        similarity,
        status: nominal ? 'nominal' : 'anomaly',
        ...(confirm && { confirmed: confirm(similarity) }),
      };
    });
    const detection_results = counts(signals.length, this.#nominal - nominalBefore);
    return {
      ...this.#answer('detection'),
      input,
      results,
      detection_results,
      ...(confirmation && { confirmation: confirmationCounts(confirmation, results) }),
    };
  }

  #answer(status: EmulatorAnswer['status']): EmulatorAnswer {
    return {
      status,
      version: this.#library.id,
      sensitivity: this.#emulator.getSensitivity(),
      input: 'null',
      results: [],
      detection_results: NO_COUNTS,
      learning_summary: { signals: this.#emulator.learnCounter },
      detection_summary: counts(this.#detected, this.#nominal),
      ...(this.#limitedTo.length > 0 && { limited_to: this.#limitedTo }),
    };
  }

  /** Refuses what makes no sense before initialize. */
  requireInitialized(call: string): void {
    if (this.#initialized) return;
    throw new NeaiError('EMULATOR_REFUSED', `${call} before initialize`, {
      remedy:
        'Call initialize first; the state is kept in NanoEdgeAI.dat of the current folder, or --state FILE.',
    });
  }

  #refuseTooFewLearns(): never {
    const learned = this.#emulator.learnCounter;
    throw new NeaiError(
      'EMULATOR_REFUSED',
      learned === 0 ? 'detect before any learn' : `detect after only ${learned} learned signals`,
      {
        asked: `at least ${this.#library.detectFloor} learned signals`,
        got: String(learned),
        remedy: `Learn first: ${this.#library.minimumLearningIterations} signals or more are recommended.`,
      },
    );
  }
}

/** Counts the verdicts of results. */
export function confirmationCounts(
  { text }: Confirmation,
  results: readonly SignalResult[],
): ConfirmationCounts {
  const count = (verdict: Confirmed | null): number =>
    results.filter(({ confirmed }) => confirmed === verdict).length;
  return { rule: text, nominal: count('nominal'), anomaly: count('anomaly'), undecided: count(null) };
}

/** The answer as text: a sensitivity is printed with two decimals, which JSON.stringify cannot be asked for. */
export function answerText(answer: { readonly sensitivity: number | 'null' }): string {
  const { sensitivity } = answer;
  if (sensitivity === 'null') return JSON.stringify(answer, undefined, 2);
  return JSON.stringify(answer, undefined, 2).replace(
    /("sensitivity": )[^,]+/,
    `$1${sensitivity.toFixed(2)}`,
  );
}
