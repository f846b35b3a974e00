/* As kernel.c beside this file, of many rows. Work: variances[d], features[d]. */
#include "neai_rows.h"

NEAI_MODEL_ROWS(neai_model_diag);

void neai_model_diag_rows(const neai_model *model, const neai_word *state, uint32_t count,
                          const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    neai_lanes *features = (neai_lanes *)(void *)&work[dimension];
    (void)count;
    for (uint32_t j = 0; j < dimension; j++) {
        work[j] = neai_floored_variance(state[j].f, state[dimension + j].f);
    }
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes sum = {0.0f};
        neai_rows_transpose(rows, first, dimension, features);
        for (uint32_t j = 0; j < dimension; j++) {
            neai_lanes difference = features[j] - state[j].f;
            sum = sum + difference * difference / work[j];
        }
        neai_rows_root_mean(rows, first, sum, dimension, scores);
    }
}
