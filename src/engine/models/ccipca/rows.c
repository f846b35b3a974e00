/* As kernel.c beside this file, of many rows. Work: deviations[d], squares[components], rest[d]. */
#include "neai_rows.h"

#define SCORE_LIMIT 0x1p+16f
#define SMALLEST_NORM 0x1p-40f
#define SMALLEST_NOISE 0x1p-5f

NEAI_MODEL_ROWS(neai_model_ccipca);

/** Squared lengths of the components, up to the first that is as good as none. @returns how many those are */
static uint32_t lengths_of(const neai_model *model, const neai_word *state, float *squares)
{
    uint32_t dimension = model->dimension;
    for (uint32_t i = 0; i < model->config[0].u; i++) {
        const neai_word *vector = &state[(2u + i) * dimension];
        float sum = 0.0f;
        for (uint32_t j = 0; j < dimension; j++) {
            sum = sum + vector[j].f * vector[j].f;
        }
        if (!(sum > SMALLEST_NORM)) {
            return i;
        }
        squares[i] = sum;
    }
    return model->config[0].u;
}

/** Takes the part along a component out of `rest`. @returns its square over the component's eigenvalue */
static neai_lanes deflate(neai_lanes *rest, const neai_word *vector, uint32_t dimension, float square,
                          float eigenvalue)
{
    neai_lanes projection = {0.0f};
    for (uint32_t j = 0; j < dimension; j++) {
        projection = projection + rest[j] * vector[j].f;
    }
    neai_lanes factor = projection / square;
    for (uint32_t j = 0; j < dimension; j++) {
        rest[j] = rest[j] - factor * vector[j].f;
    }
    return projection * projection / square / eigenvalue;
}

void neai_model_ccipca_rows(const neai_model *model, const neai_word *state, uint32_t count,
                            const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t components = model->config[0].u;
    float *squares = &work[dimension];
    neai_lanes *rest = (neai_lanes *)(void *)&squares[components];
    uint32_t known = lengths_of(model, state, squares);
    (void)count;
    neai_rows_deviations(state, dimension, work);
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes along = {0.0f};
        neai_lanes left = {0.0f};
        float explained = 0.0f;
        neai_rows_transpose(rows, first, dimension, rest);
        neai_rows_standardise(state, dimension, work, SCORE_LIMIT, rest);
        for (uint32_t i = 0; i < known; i++) {
            float eigenvalue = neai_sqrt(squares[i]);
            along = along + deflate(rest, &state[(2u + i) * dimension], dimension, squares[i], eigenvalue);
            explained = explained + eigenvalue;
        }
        for (uint32_t j = 0; j < dimension; j++) {
            left = left + rest[j] * rest[j];
        }
        if (model->config[1].u != 0u) {
            float noise = neai_at_least(((float)dimension - explained) / (float)(dimension - components),
                                        SMALLEST_NOISE);
            left = along + left / noise;
        }
        neai_rows_root_mean(rows, first, left, dimension, scores);
    }
}
