/*
 * Gaussian with shrunk covariance. Pair: model.ts beside this file.
 * State: mean[d], covariance[d (d + 1) / 2], lower triangle row by row.
 * Work: factor[d (d + 1) / 2], column after column, pivot[d], inverse[d], row[d], solved[d]. As in the pair each element
 * of a row is subtracted from in the order of columns; here the elements of a row take turns. The factor is made anew
 * in every call: nothing outside the knowledge outlives one, so knowledge restored from outside never meets a stale one.
 */
#include "neai_model_common.h"
#include "neai_runtime.h"

#define LEAST_SHRINKAGE 0x1.99999ap-4f
#define SMALLEST_PIVOT 0x1p-6f

NEAI_MODEL_KERNELS(neai_model_cov_shrink);

static uint32_t triangle(uint32_t row)
{
    return row * (row + 1u) / 2u;
}

static float kept_correlation(uint32_t dimension, uint32_t count)
{
    float shrinkage = (float)dimension / (float)(2u * neai_min_u32(count, NEAI_COUNT_CAP));
    shrinkage = neai_at_least(shrinkage, LEAST_SHRINKAGE);
    if (shrinkage > 1.0f) {
        shrinkage = 1.0f;
    }
    return 1.0f - shrinkage;
}

/**
 * rest[m] -= by * column[m], then -= then * next[m]: elements apart from each other, so that a core that can does several
 * at once, and two columns in one go, which halves the loads and stores of rest.
 */
static void subtract_two(float *restrict rest, float by, const float *restrict column, float then,
                         const float *restrict next, uint32_t count)
{
    for (uint32_t m = 0; m < count; m++) {
        rest[m] = rest[m] - by * column[m] - then * next[m];
    }
}

void neai_model_cov_shrink_learn(const neai_model *model, neai_word *state, uint32_t count,
                                 const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    float weight = neai_learn_weight(count);
    float *before = work;
    for (uint32_t i = 0; i < dimension; i++) {
        before[i] = features[i] - state[i].f;
        state[i].f = state[i].f + before[i] * weight;
        float after = features[i] - state[i].f;
        neai_word *covariance = &state[dimension + triangle(i)];
        for (uint32_t j = 0; j <= i; j++) {
            float change = before[j] * after - covariance[j].f;
            covariance[j].f = covariance[j].f + change * weight;
        }
    }
}

float neai_model_cov_shrink_score(const neai_model *model, const neai_word *state, uint32_t count,
                                  const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    const neai_word *covariance = &state[dimension];
    float *factor = work;
    float *pivot = &factor[triangle(dimension)];
    float *inverse = &pivot[dimension];
    float *row = &inverse[dimension];
    float *solved = &row[dimension];
    float keep = kept_correlation(dimension, count);
    for (uint32_t i = 0; i < dimension; i++) {
        float variance = neai_floored_variance(state[i].f, covariance[triangle(i) + i].f);
        inverse[i] = 1.0f / neai_sqrt(variance);
    }
    float sum = 0.0f;
    for (uint32_t i = 0; i < dimension; i++) {
        const neai_word *own = &covariance[triangle(i)];
        for (uint32_t j = 0; j < i; j++) {
            row[j] = own[j].f * inverse[i] * inverse[j] * keep;
        }
        float diagonal = 1.0f;
        float value = (features[i] - state[i].f) * inverse[i];
        float *column = factor;
        for (uint32_t k = 0; k < i;) {
            float *next = &column[dimension - k - 1u];
            float rest = row[k];
            uint32_t done = 1;
            if (k + 1u < i) {
                row[k + 1u] = row[k + 1u] - rest * column[k + 1u];
                subtract_two(&row[k + 2u], rest, &column[k + 2u], row[k + 1u], &next[k + 2u], i - k - 2u);
                done = 2;
            }
            for (; done > 0u; done--, k++) {
                rest = row[k];
                float divided = rest / pivot[k];
                column[i] = divided;
                diagonal = diagonal - rest * divided;
                value = value - divided * solved[k];
                column = &column[dimension - k - 1u];
            }
        }
        pivot[i] = neai_at_least(diagonal, SMALLEST_PIVOT);
        solved[i] = value;
        sum = sum + value * value / pivot[i];
    }
    return neai_root_mean(sum, dimension);
}
