/* Power spectra. Pair: fft.ts beside this file. */
#ifndef NEAI_FFT_H
#define NEAI_FFT_H

#include "neai_numeric.h"

/**
 * Powers, times 4, of the bins 1 ... points / 2 of one piece of one axis, the mean removed, under a periodic Hann window:
 * that of bin k is left in data[2 k]. The real samples are transformed as half as many complex values.
 * @param samples first sample; the next ones `stride` values apart
 * @param bits log2 of points, at least 3
 * @param cosines cos(2 pi k / points), k = 0 ... points / 4
 * @param data points + 1 values
 */
void neai_fft_powers(const float *samples, uint32_t stride, uint32_t bits, const neai_word *cosines,
                     float *data);

#endif
