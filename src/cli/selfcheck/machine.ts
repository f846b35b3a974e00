import { createLibrary, type Library } from '../../engine/index.ts';
import { seededRandom } from '../../shared/random.ts';
import type { SignalCall } from '../compare/signal-plan.ts';

const AXES = 3;
const SAMPLES = 64;
const LEARNS = 60;
const NOMINAL = 16;
const ANOMALY = 14;
const FURTHER_LEARNS = 10;

/** Signals, 1-based among all of the run, that something is special about; see where they are made. */
export const SPECIAL = { tiny: 23, large: 31 } as const;
/** From this value on, the first sample of a signal counts as that of a large one. */
export const LARGE = 40;

/**
 * The library of the self-check: a trend to remove, a step after it that needs no trend, features, and a model that
 * multiplies and adds. Small, so that it runs on every core, and with stages of every kind a difference can lie in.
 */
export function selfCheckLibrary(): Library {
  return createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: AXES,
      bufferSize: SAMPLES,
      pipeline: [
        { transform: 'detrend', params: { degree: 1 } },
        { transform: 'absolute', params: {} },
        { transform: 'pooled', params: { points: 8, removeMean: false } },
      ],
      model: { name: 'cov_shrink', params: {} },
      calibration: { scale: '40000000', width: '41800000' },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
}

/** Lines of the self-check's two files, in their order: the same on every computer. */
export interface MachineSignals {
  readonly regular: readonly Float32Array[];
  readonly abnormal: readonly Float32Array[];
}

/** A machine that hums and drifts: two axes with a trend, a third unplugged; abnormal signals have a second tone. */
export function machineSignals(): MachineSignals {
  const random = seededRandom(20_261_130);
  const noise = (): number => random.below(2001) / 1000 - 1;
  const signal = (abnormal: boolean): Float32Array => {
    const phase = (2 * Math.PI * random.below(1000)) / 1000;
    const gain = 1 + 0.1 * noise();
    const values = new Float32Array(AXES * SAMPLES);
    for (let i = 0; i < SAMPLES; i++) {
      const tone = gain * Math.sin((2 * Math.PI * 5 * i) / SAMPLES + phase);
      const fault = abnormal ? (4 + 2 * gain) * Math.sin((2 * Math.PI * 11 * i) / SAMPLES) : 0;
      values[AXES * i] = 10 + 0.05 * i + 2 * tone + 0.3 * noise() + fault;
      values[AXES * i + 1] = -4 + 0.02 * i + 1.2 * tone + 0.3 * noise() + 0.5 * fault;
    }
    return values;
  };
  const regular = Array.from({ length: LEARNS + NOMINAL + FURTHER_LEARNS }, () => signal(false));
  const abnormal = Array.from({ length: ANOMALY }, () => signal(true));
  // The unplugged axis picks up a whisper, in units that make it denormals: the first thing the model learns of it.
  const tiny = regular[SPECIAL.tiny - 1]!;
  for (let i = 0; i < SAMPLES; i++) tiny[AXES * i + 2] = Math.fround(1e-39 * (1 + noise()));
  // A knock right at the start of the window.
  regular[SPECIAL.large - 1]![0] = LARGE + 3;
  return { regular, abnormal };
}

/** One call a signal: learn, detect, learn on, detect again. */
export function machineCalls({ regular, abnormal }: MachineSignals): SignalCall[] {
  const nominal = regular.slice(LEARNS, LEARNS + NOMINAL);
  const use = (
    operation: 'learn' | 'detect',
    file: number,
    firstLine: number,
    signals: readonly Float32Array[],
  ): SignalCall[] =>
    signals.map((signal, index) => ({
      operation,
      file,
      line: firstLine + index,
      label: operation === 'learn' ? null : file === 0 ? 'nominal' : 'anomaly',
      seen: false,
      signal,
    }));
  return [
    { operation: 'initialize', file: null, line: null, label: null, seen: false, signal: null },
    ...use('learn', 0, 1, regular.slice(0, LEARNS)),
    ...use('detect', 0, LEARNS + 1, nominal),
    ...use('detect', 1, 1, abnormal),
    ...use('learn', 0, LEARNS + NOMINAL + 1, regular.slice(LEARNS + NOMINAL)),
    ...use('detect', 0, LEARNS + 1, nominal),
    ...use('detect', 1, 1, abnormal),
  ];
}
