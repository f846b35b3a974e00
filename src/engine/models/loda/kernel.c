/*
 * Histograms of random projections. Pair: model.ts beside this file. Config: projections, bins, terms of a projection.
 * State: mean[d], variance[d], levels[p], spreads[p], counts[p][bins / 2], two 16-bit counts a word, the even bin below.
 * Work: standard scores[d].
 */
#include "neai_lcg.h"
#include "neai_model_common.h"
#include "neai_runtime.h"

#define SCORE_LIMIT 0x1p+16f
#define REACH 4.0f
#define COUNT_FROM 4u
#define FULL NEAI_COUNT_CAP

NEAI_MODEL_KERNELS(neai_model_loda);

static float project(const neai_model *model, const float *scores, uint32_t projection)
{
    uint32_t random = projection + 1u;
    float sum = 0.0f;
    for (uint32_t term = model->config[2].u; term > 0u; term--) {
        random = neai_lcg_next(random);
        float score = scores[neai_lcg_below(random, model->dimension)];
        random = neai_lcg_next(random);
        sum = sum + neai_lcg_uniform(random) * score;
    }
    return sum;
}

static uint32_t bin_of(float value, float level, float spread, uint32_t bins)
{
    float deviation = neai_sqrt(neai_floored_variance(level, spread));
    float score = (value - level) / deviation;
    float place = (score + REACH) * (float)bins * (0.5f / REACH);
    if (!(place >= 0.0f)) {
        return 0;
    }
    return place < (float)bins ? (uint32_t)place : bins - 1u;
}

static uint32_t total_of(const neai_word *counts, uint32_t words)
{
    uint32_t sum = 0;
    for (uint32_t w = 0; w < words; w++) {
        sum += (counts[w].u & 0xffffu) + (counts[w].u >> 16);
    }
    return sum;
}

void neai_model_loda_learn(const neai_model *model, neai_word *state, uint32_t count,
                           const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t projections = model->config[0].u;
    uint32_t bins = model->config[1].u;
    neai_word *levels = &state[2u * dimension];
    neai_word *spreads = &levels[projections];
    neai_word *counts = &spreads[projections];
    float weight = neai_learn_weight(count);
    neai_moments_learn_all(state, dimension, count, features);
    neai_standard_scores(state, dimension, features, SCORE_LIMIT, work);
    for (uint32_t p = 0; p < projections; p++) {
        float value = project(model, work, p);
        neai_moments_learn(&levels[p].f, &spreads[p].f, value, weight);
        if (count < COUNT_FROM) {
            continue;
        }
        neai_word *own = &counts[p * (bins / 2u)];
        if (total_of(own, bins / 2u) >= FULL) {
            for (uint32_t w = 0; w < bins / 2u; w++) {
                own[w].u = (own[w].u >> 1) & 0x7fff7fffu;
            }
        }
        uint32_t bin = bin_of(value, levels[p].f, spreads[p].f, bins);
        own[bin / 2u].u += (bin & 1u) != 0u ? 0x10000u : 1u;
    }
}

float neai_model_loda_score(const neai_model *model, const neai_word *state, uint32_t count,
                            const float *features, float *work)
{
    uint32_t projections = model->config[0].u;
    uint32_t bins = model->config[1].u;
    const neai_word *levels = &state[2u * model->dimension];
    const neai_word *spreads = &levels[projections];
    const neai_word *counts = &spreads[projections];
    float sum = 0.0f;
    (void)count;
    neai_standard_scores(state, model->dimension, features, SCORE_LIMIT, work);
    for (uint32_t p = 0; p < projections; p++) {
        float value = project(model, work, p);
        uint32_t bin = bin_of(value, levels[p].f, spreads[p].f, bins);
        const neai_word *own = &counts[p * (bins / 2u)];
        uint32_t word = own[bin / 2u].u;
        uint32_t hit = (bin & 1u) != 0u ? word >> 16 : word & 0xffffu;
        uint32_t total = total_of(own, bins / 2u);
        sum = sum + neai_log2((float)(total + 1u) / (float)(hit + 1u));
    }
    return sum / (float)projections;
}
