/*
 * Magnitudes of the Fourier transform. Pair: transform.ts beside this file. Work: points + 1.
 * Config: log2 of points, pieces, first sample, scale, cosines of a quarter turn.
 */
#include "neai_fft.h"
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_fft_magnitudes);

void neai_transform_fft_magnitudes(const neai_stage *stage, const float *input, float *output, float *work)
{
    const neai_word *config = stage->config;
    uint32_t points = 1u << config[0].u;
    uint32_t bins = points / 2u;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        float *sums = &output[axis * bins];
        for (uint32_t k = 0; k < bins; k++) {
            sums[k] = 0.0f;
        }
        const float *piece = &input[config[2].u * stage->axes + axis];
        for (uint32_t i = 0; i < config[1].u; i++) {
            neai_fft_powers(piece, stage->axes, config[0].u, &config[4], work);
            for (uint32_t k = 0; k < bins; k++) {
                sums[k] = sums[k] + work[2u * k + 2u];
            }
            piece += points * stage->axes;
        }
        for (uint32_t k = 0; k < bins; k++) {
            sums[k] = neai_sqrt(sums[k] * config[3].f);
        }
    }
}
