/** Distances, in samples, at which a line is compared with itself: together a rough spectrum. */
const LAGS = [1, 2, 4, 8, 16];
/** Keeps the logarithm of a line without movement finite. */
const NO_MOVEMENT = 1e-30;

/**
 * What a line looks like, in a few numbers: for each axis its mean, the logarithm of its variance, and how much of
 * that variance lies between samples 1, 2, 4 … apart. At buffer size 1 the values themselves.
 */
export function lineFeatures(signal: Float32Array, axes: number): number[] {
  const samples = signal.length / axes;
  if (samples === 1) return [...signal];
  const features: number[] = [];
  for (let axis = 0; axis < axes; axis++) {
    let mean = 0;
    for (let i = axis; i < signal.length; i += axes) mean += signal[i]!;
    mean /= samples;
    let variance = 0;
    for (let i = axis; i < signal.length; i += axes) variance += (signal[i]! - mean) ** 2;
    variance /= samples;
    features.push(mean, Math.log(variance + NO_MOVEMENT));
    for (const lag of LAGS) {
      if (2 * lag > samples) break;
      let moved = 0;
      for (let i = axis + lag * axes; i < signal.length; i += axes) {
        moved += (signal[i]! - signal[i - lag * axes]!) ** 2;
      }
      const share = moved / (samples - lag) / (2 * variance + NO_MOVEMENT);
      features.push(Math.log(share + 1e-6));
    }
  }
  return features;
}
