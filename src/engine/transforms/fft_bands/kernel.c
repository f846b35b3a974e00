/*
 * Log energies of frequency bands. Pair: transform.ts beside this file. Work: points + 1.
 * Config: log2 of points, pieces, first sample, bands, relative, scale, edges[bands + 1], cosines of a quarter turn.
 */
#include "neai_fft.h"
#include "neai_runtime.h"

#define SMALLEST_TOTAL 0x1p-100f

NEAI_STAGE_KERNEL(neai_transform_fft_bands);

static void add_energies(const neai_word *edges, uint32_t bands, const float *powers, float *energies)
{
    for (uint32_t band = 0; band < bands; band++) {
        float energy = energies[band];
        for (uint32_t k = edges[band].u; k < edges[band + 1u].u; k++) {
            energy = energy + powers[2u * k];
        }
        energies[band] = energy;
    }
}

static void take_logarithms(const neai_word *config, float *energies)
{
    uint32_t bands = config[3].u;
    float total = 0.0f;
    for (uint32_t band = 0; band < bands; band++) {
        energies[band] = energies[band] * config[5].f;
        total = total + energies[band];
    }
    float divisor = config[4].u != 0u ? neai_at_least(total, SMALLEST_TOTAL) : 1.0f;
    for (uint32_t band = 0; band < bands; band++) {
        energies[band] = neai_log2_floored(energies[band] / divisor);
    }
}

void neai_transform_fft_bands(const neai_stage *stage, const float *input, float *output, float *work)
{
    const neai_word *config = stage->config;
    uint32_t bands = config[3].u;
    const neai_word *edges = &config[6];
    const neai_word *cosines = &config[7u + bands];
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        float *energies = &output[axis * bands];
        for (uint32_t band = 0; band < bands; band++) {
            energies[band] = 0.0f;
        }
        const float *piece = &input[config[2].u * stage->axes + axis];
        for (uint32_t i = 0; i < config[1].u; i++) {
            neai_fft_powers(piece, stage->axes, config[0].u, cosines, work);
            add_energies(edges, bands, work, energies);
            piece += (1u << config[0].u) * stage->axes;
        }
        take_logarithms(config, energies);
    }
}
