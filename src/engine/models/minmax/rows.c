/* As kernel.c beside this file, of many rows. Work: middles[d], halves[d], features[d]. */
#include "neai_rows.h"

#define RELATIVE_FLOOR 0x1p-10f
#define ABSOLUTE_FLOOR 0x1p-15f

NEAI_MODEL_ROWS(neai_model_minmax);

void neai_model_minmax_rows(const neai_model *model, const neai_word *state, uint32_t count,
                            const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    float *middles = work;
    float *halves = &middles[dimension];
    neai_lanes *features = (neai_lanes *)(void *)&halves[dimension];
    neai_lanes zero = {0.0f};
    (void)count;
    for (uint32_t j = 0; j < dimension; j++) {
        float low = state[j].f;
        float high = state[dimension + j].f;
        float floor = 0.0f;
        middles[j] = 0.5f * (low + high);
        floor = neai_magnitude(middles[j]) * RELATIVE_FLOOR + ABSOLUTE_FLOOR;
        halves[j] = neai_at_least(0.5f * (high - low), floor);
    }
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes worst = zero;
        neai_rows_transpose(rows, first, dimension, features);
        for (uint32_t j = 0; j < dimension; j++) {
            neai_lanes offset = features[j] - middles[j];
            neai_lanes distance = neai_lanes_choose(offset < zero, -offset, offset) / halves[j];
            worst = neai_lanes_choose(distance > worst, distance, worst);
        }
        NEAI_ROLLED
        for (uint32_t lane = 0; lane < neai_rows_left(rows, first); lane++) {
            scores[first + lane] = worst[lane] < NEAI_FEATURE_LIMIT ? worst[lane] : NEAI_FEATURE_LIMIT;
        }
    }
}
