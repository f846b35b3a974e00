/*
 * As kernel.c beside this file, of many rows. Work: deviations[d], spreads[p], surprises[p][bins], scores[d].
 */
#include "neai_lcg.h"
#include "neai_rows.h"

#define SCORE_LIMIT 0x1p+16f
#define REACH 4.0f

NEAI_MODEL_ROWS(neai_model_loda);

static uint32_t hits_of(const neai_word *counts, uint32_t bin)
{
    uint32_t word = counts[bin / 2u].u;
    return (bin & 1u) != 0u ? word >> 16 : word & 0xffffu;
}

/** What a value in each bin of a histogram adds to the score. */
static void surprises_of(const neai_word *counts, uint32_t bins, float *surprises)
{
    uint32_t total = 0;
    for (uint32_t bin = 0; bin < bins; bin++) {
        total += hits_of(counts, bin);
    }
    for (uint32_t bin = 0; bin < bins; bin++) {
        surprises[bin] = neai_log2((float)(total + 1u) / (float)(hits_of(counts, bin) + 1u));
    }
}

static neai_lanes project(const neai_model *model, const neai_lanes *scores, uint32_t projection)
{
    uint32_t random = projection + 1u;
    neai_lanes sum = {0.0f};
    for (uint32_t term = model->config[2].u; term > 0u; term--) {
        random = neai_lcg_next(random);
        neai_lanes score = scores[neai_lcg_below(random, model->dimension)];
        random = neai_lcg_next(random);
        sum = sum + neai_lcg_uniform(random) * score;
    }
    return sum;
}

void neai_model_loda_rows(const neai_model *model, const neai_word *state, uint32_t count,
                          const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t projections = model->config[0].u;
    uint32_t bins = model->config[1].u;
    const neai_word *levels = &state[2u * dimension];
    const neai_word *counts = &levels[2u * projections];
    float *spreads = &work[dimension];
    float *surprises = &spreads[projections];
    neai_lanes *features = (neai_lanes *)(void *)&surprises[projections * bins];
    (void)count;
    neai_rows_deviations(state, dimension, work);
    for (uint32_t p = 0; p < projections; p++) {
        spreads[p] = neai_sqrt(neai_floored_variance(levels[p].f, levels[projections + p].f));
        surprises_of(&counts[p * (bins / 2u)], bins, &surprises[p * bins]);
    }
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes sum = {0.0f};
        neai_rows_transpose(rows, first, dimension, features);
        neai_rows_standardise(state, dimension, work, SCORE_LIMIT, features);
        for (uint32_t p = 0; p < projections; p++) {
            neai_lanes score = (project(model, features, p) - levels[p].f) / spreads[p];
            neai_lanes place = (score + REACH) * (float)bins * (0.5f / REACH);
            NEAI_ROLLED
            for (uint32_t lane = 0; lane < NEAI_LANES; lane++) {
                uint32_t bin = place[lane] < (float)bins ? (uint32_t)place[lane] : bins - 1u;
                sum[lane] = sum[lane] + surprises[p * bins + (place[lane] >= 0.0f ? bin : 0u)];
            }
        }
        NEAI_ROLLED
        for (uint32_t lane = 0; lane < neai_rows_left(rows, first); lane++) {
            scores[first + lane] = sum[lane] / (float)projections;
        }
    }
}
