import { NeaiError } from '../../shared/errors.ts';
import { absolute } from './absolute/transform.ts';
import { autocorr } from './autocorr/transform.ts';
import { axisCov } from './axis_cov/transform.ts';
import { decimate } from './decimate/transform.ts';
import { detrend } from './detrend/transform.ts';
import { difference } from './difference/transform.ts';
import { fftBands } from './fft_bands/transform.ts';
import { fftMagnitudes } from './fft_magnitudes/transform.ts';
import { haar } from './haar/transform.ts';
import { magnitude } from './magnitude/transform.ts';
import { pooled } from './pooled/transform.ts';
import { quadratic } from './quadratic/transform.ts';
import { quantiles } from './quantiles/transform.ts';
import { raw } from './raw/transform.ts';
import { standardise } from './standardise/transform.ts';
import { timeStats } from './time_stats/transform.ts';
import type { Transform } from './transform.ts';

/** Every transform that exists, in the order in which a search tries them. */
export const TRANSFORMS: readonly Transform[] = [
  timeStats,
  fftBands,
  pooled,
  quantiles,
  autocorr,
  haar,
  axisCov,
  fftMagnitudes,
  raw,
  quadratic,
  magnitude,
  difference,
  detrend,
  decimate,
  standardise,
  absolute,
];

/** The transform of this name; an unknown name is an error of the library. */
export function transformByName(name: string): Transform {
  const found = TRANSFORMS.find((transform) => transform.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no transform '${name}'`, {
    asked: `one of ${TRANSFORMS.map((transform) => transform.name).join(', ')}, concat`,
    got: name,
  });
}
