/*
 * As kernel.c beside this file, of many rows: the factor once, as the emulator does. Work: factor[d (d + 1) / 2], the lower
 * triangle row by row, pivot[d], inverse[d], row[d], solved[d], features[d].
 */
#include "neai_rows.h"

#define LEAST_SHRINKAGE 0x1.99999ap-4f
#define SMALLEST_PIVOT 0x1p-6f

NEAI_MODEL_ROWS(neai_model_cov_shrink);

static uint32_t triangle(uint32_t row)
{
    return row * (row + 1u) / 2u;
}

static float kept_correlation(uint32_t dimension, uint32_t count)
{
    float shrinkage = (float)dimension / (float)(2u * neai_min_u32(count, NEAI_COUNT_CAP));
    shrinkage = neai_at_least(shrinkage, LEAST_SHRINKAGE);
    return 1.0f - (shrinkage > 1.0f ? 1.0f : shrinkage);
}

/** Fills factor, pivot and inverse; `row` is scratch memory. */
static void factorize(const neai_word *state, uint32_t dimension, float keep, float *factor, float *pivot,
                      float *inverse, float *row)
{
    const neai_word *covariance = &state[dimension];
    for (uint32_t i = 0; i < dimension; i++) {
        float variance = neai_floored_variance(state[i].f, covariance[triangle(i) + i].f);
        inverse[i] = 1.0f / neai_sqrt(variance);
    }
    for (uint32_t i = 0; i < dimension; i++) {
        const neai_word *own = &covariance[triangle(i)];
        float diagonal = 1.0f;
        for (uint32_t j = 0; j < i; j++) {
            float sum = own[j].f * inverse[i] * inverse[j] * keep;
            const float *other = &factor[triangle(j)];
            for (uint32_t k = 0; k < j; k++) {
                sum = sum - row[k] * other[k];
            }
            float divided = sum / pivot[j];
            row[j] = sum;
            factor[triangle(i) + j] = divided;
            diagonal = diagonal - sum * divided;
        }
        pivot[i] = neai_at_least(diagonal, SMALLEST_PIVOT);
    }
}

void neai_model_cov_shrink_rows(const neai_model *model, const neai_word *state, uint32_t count,
                                const neai_rows *rows, float *scores, float *work)
{
    uint32_t dimension = model->dimension;
    float *pivot = &work[triangle(dimension)];
    float *inverse = &pivot[dimension];
    float *row = &inverse[dimension];
    neai_lanes *solved = (neai_lanes *)(void *)&row[dimension];
    neai_lanes *features = &solved[dimension];
    factorize(state, dimension, kept_correlation(dimension, count), work, pivot, inverse, row);
    for (uint32_t first = 0; first < rows->lines; first += NEAI_LANES) {
        neai_lanes sum = {0.0f};
        neai_rows_transpose(rows, first, dimension, features);
        for (uint32_t i = 0; i < dimension; i++) {
            const float *factor = &work[triangle(i)];
            neai_lanes value = (features[i] - state[i].f) * inverse[i];
            for (uint32_t k = 0; k < i; k++) {
                value = value - factor[k] * solved[k];
            }
            solved[i] = value;
            sum = sum + value * value / pivot[i];
        }
        neai_rows_root_mean(rows, first, sum, dimension, scores);
    }
}
