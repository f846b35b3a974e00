/* Distance from the nearest centre, of many rows; sequential k-means and the cluster store score alike. */
#ifndef NEAI_PROTOTYPES_ROWS_H
#define NEAI_PROTOTYPES_ROWS_H

#include "neai_prototypes.h"
#include "neai_rows.h"

#define INFINITE_BITS 0x7f800000u

/** Pair: neai_prototypes_nearest. Work: weights[d], features[d]. */
static inline void neai_prototypes_rows(const neai_model *model, const neai_word *state,
                                        const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t slots = model->config[0].u;
    uint32_t used = neai_prototypes_used(state, dimension, slots);
    neai_lanes *features = (neai_lanes *)(void *)&work[dimension];
    neai_prototypes_weigh(state, dimension, work);
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes nearest = neai_lanes_of(neai_float(INFINITE_BITS));
        neai_rows_transpose(rows, first, dimension, features);
        for (uint32_t slot = 0; slot < used; slot++) {
            const neai_word *centre = &state[(2u + slot) * dimension + slots];
            neai_lanes sum = {0.0f};
            for (uint32_t j = 0; j < dimension; j++) {
                neai_lanes difference = features[j] - centre[j].f;
                sum = sum + difference * difference * work[j];
            }
            nearest = neai_lanes_choose(sum < nearest, sum, nearest);
        }
        neai_rows_root_mean(rows, first, nearest, dimension, scores);
    }
}

#endif
