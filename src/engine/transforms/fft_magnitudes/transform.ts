import { z } from 'zod';
import { floatToBits, sqrt32 } from '../../numeric/f32.ts';
import { floorLog2 } from '../../numeric/log2.ts';
import { cosineWords, createPowerSpectrum, FFT_SOURCES } from '../fft.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const MOST_FEATURES = 64;

const paramsSchema = z.strictObject({ points: z.literal([8, 16, 32, 64, 128]) });
type MagnitudeParams = z.infer<typeof paramsSchema>;

/** Pieces side by side in the middle of the signal, and the factor that makes sums of powers mean squares. */
function cut(length: number, size: number): { pieces: number; start: number; scale: number } {
  const pieces = Math.floor(length / size);
  const start = Math.floor((length - pieces * size) / 2);
  return { pieces, start, scale: fround(2 ** (-2 * floorLog2(size) - 2) / pieces) };
}

/**
 * Magnitudes of the Fourier transform per axis, bins 1 ... points / 2, as root mean squares over pieces of the signal,
 * each without its mean and under a periodic Hann window.
 */
function createMagnitudes({ axes, length }: Shape, { points }: MagnitudeParams): Step {
  const { pieces, start, scale } = cut(length, points);
  const bins = points / 2;
  const spectrum = createPowerSpectrum(points);
  const data = new Float32Array(points + 1);
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = axis * bins;
      for (let k = 0; k < bins; k++) output[first + k] = 0;
      for (let piece = 0; piece < pieces; piece++) {
        spectrum(input, (start + piece * points) * axes + axis, axes, data);
        for (let k = 0; k < bins; k++) output[first + k] = fround(output[first + k]! + data[2 * k + 2]!);
      }
      for (let k = 0; k < bins; k++) output[first + k] = sqrt32(fround(output[first + k]! * scale));
    }
  };
}

export const fftMagnitudes = defineTransform<MagnitudeParams>({
  name: 'fft_magnitudes',
  title: 'magnitudes of the Fourier transform',
  paramsSchema,
  searchSpace: ({ axes, length }) => {
    const sizes = ([64, 32, 16, 8] as const).filter(
      (points) => points <= length && (points / 2) * axes <= MOST_FEATURES,
    );
    return sizes.slice(0, 2).map((points) => ({ points }));
  },
  outputLength: ({ axes, length }, { points }) => (points <= length ? (axes * points) / 2 : null),
  sharedSources: FFT_SOURCES,
  workWords: (_shape, { points }) => points + 1,
  configWords: ({ length }, { points }) => {
    const { pieces, start, scale } = cut(length, points);
    return [floorLog2(points), pieces, start, floatToBits(scale), ...cosineWords(points)];
  },
  create: createMagnitudes,
});
