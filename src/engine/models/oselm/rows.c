/* As kernel.c beside this file, of many rows. Work: deviations[d], rest[d], active[h]. */
#include "neai_lcg.h"
#include "neai_rows.h"

#define SCORE_LIMIT 0x1p+6f

NEAI_MODEL_ROWS(neai_model_oselm);

/** Answers of the hidden units to `rest`. */
static void activate(const neai_lanes *rest, uint32_t dimension, uint32_t hidden, neai_lanes *active)
{
    float spread = neai_sqrt((float)dimension);
    neai_lanes zero = {0.0f};
    uint32_t random = 1;
    for (uint32_t i = 0; i < hidden; i++) {
        neai_lanes sum = zero;
        random = neai_lcg_next(random);
        float bias = neai_lcg_uniform(random);
        for (uint32_t j = 0; j < dimension; j++) {
            random = neai_lcg_next(random);
            sum = sum + (neai_lanes)((neai_lane_bits)rest[j] ^ (int32_t)(random & 0x80000000u));
        }
        neai_lanes input = sum / spread + bias;
        active[i] = input / (1.0f + neai_lanes_choose(input < zero, -input, input));
    }
}

void neai_model_oselm_rows(const neai_model *model, const neai_word *state, uint32_t count,
                           const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t hidden = model->config[0].u;
    const neai_word *output = &state[2u * dimension + hidden * (hidden + 1u) / 2u];
    neai_lanes *rest = (neai_lanes *)(void *)&work[dimension];
    neai_lanes *active = &rest[dimension];
    (void)count;
    neai_rows_deviations(state, dimension, work);
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes sum = {0.0f};
        neai_rows_transpose(rows, first, dimension, rest);
        neai_rows_standardise(state, dimension, work, SCORE_LIMIT, rest);
        activate(rest, dimension, hidden, active);
        for (uint32_t j = 0; j < dimension; j++) {
            neai_lanes left = rest[j];
            for (uint32_t i = 0; i < hidden; i++) {
                left = left - active[i] * output[i * dimension + j].f;
            }
            sum = sum + left * left;
        }
        neai_rows_root_mean(rows, first, sum, dimension, scores);
    }
}
