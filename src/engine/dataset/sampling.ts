/** What follows from how fast a signal was sampled. */
export interface SignalTiming {
  /** n / f: what a line covers. */
  readonly signalLengthSeconds: number;
  /** f / 2: nothing faster can be told from something slower (Shannon). */
  readonly nyquistHz: number;
}

/** @param bufferSize n, samples per axis; @param samplingFrequencyHz f, above 0 */
export function signalTiming(bufferSize: number, samplingFrequencyHz: number): SignalTiming {
  return { signalLengthSeconds: bufferSize / samplingFrequencyHz, nyquistHz: samplingFrequencyHz / 2 };
}
