/*
 * Auto-encoder learnt by recursive least squares. Pair: model.ts beside this file. Config: hidden.
 * State: mean[d], variance[d], P[h (h + 1) / 2] (lower triangle row by row), output[h][d].
 * Work: rest[d], active[h], gain[h].
 */
#include "neai_lcg.h"
#include "neai_model_common.h"
#include "neai_runtime.h"

#define SCORE_LIMIT 0x1p+6f
#define FIRST_UNCERTAINTY 0x1p+5f
#define GIVEN_BACK 0x1p-14f

NEAI_MODEL_KERNELS(neai_model_oselm);

static uint32_t triangle(uint32_t row)
{
    return row * (row + 1u) / 2u;
}

/** Fills `active` from the standard scores in `rest`, then leaves there what the output weights do not explain. */
static void reconstruct(const neai_model *model, const neai_word *state, float *rest, float *active)
{
    uint32_t dimension = model->dimension;
    uint32_t hidden = model->config[0].u;
    const neai_word *output = &state[2u * dimension + triangle(hidden)];
    float spread = neai_sqrt((float)dimension);
    uint32_t random = 1;
    for (uint32_t i = 0; i < hidden; i++) {
        random = neai_lcg_next(random);
        float bias = neai_lcg_uniform(random);
        float sum = 0.0f;
        for (uint32_t j = 0; j < dimension; j++) {
            random = neai_lcg_next(random);
            sum = sum + neai_float(neai_bits(rest[j]) ^ (random & 0x80000000u));
        }
        float input = sum / spread + bias;
        active[i] = input / (1.0f + neai_magnitude(input));
    }
    for (uint32_t i = 0; i < hidden; i++) {
        for (uint32_t j = 0; j < dimension; j++) {
            rest[j] = rest[j] - active[i] * output[i * dimension + j].f;
        }
    }
}

void neai_model_oselm_learn(const neai_model *model, neai_word *state, uint32_t count,
                            const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t hidden = model->config[0].u;
    neai_word *uncertainty = &state[2u * dimension];
    neai_word *output = &uncertainty[triangle(hidden)];
    float *rest = work;
    float *active = &rest[dimension];
    float *gain = &active[hidden];
    neai_moments_learn_all(state, dimension, count, features);
    if (count == 1u) {
        for (uint32_t i = 0; i < hidden; i++) {
            uncertainty[triangle(i) + i].f = FIRST_UNCERTAINTY;
        }
    }
    neai_standard_scores(state, dimension, features, SCORE_LIMIT, rest);
    reconstruct(model, state, rest, active);

    float power = 0.0f;
    for (uint32_t i = 0; i < hidden; i++) {
        float sum = 0.0f;
        for (uint32_t k = 0; k < hidden; k++) {
            uint32_t at = k <= i ? triangle(i) + k : triangle(k) + i;
            sum = sum + uncertainty[at].f * active[k];
        }
        gain[i] = sum;
        power = power + sum * active[i];
    }
    float divisor = 1.0f + neai_at_least(power, 0.0f);
    for (uint32_t i = 0; i < hidden; i++) {
        float factor = gain[i] / divisor;
        for (uint32_t j = 0; j < dimension; j++) {
            neai_word *own = &output[i * dimension + j];
            own->f = own->f + factor * rest[j];
        }
        neai_word *row = &uncertainty[triangle(i)];
        for (uint32_t k = 0; k <= i; k++) {
            row[k].f = row[k].f - factor * gain[k];
        }
        float left = neai_at_least(row[i].f, 0.0f);
        row[i].f = left < FIRST_UNCERTAINTY ? left + GIVEN_BACK : left;
    }
}

float neai_model_oselm_score(const neai_model *model, const neai_word *state, uint32_t count,
                             const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    float sum = 0.0f;
    (void)count;
    neai_standard_scores(state, dimension, features, SCORE_LIMIT, work);
    reconstruct(model, state, work, &work[dimension]);
    for (uint32_t j = 0; j < dimension; j++) {
        sum = sum + work[j] * work[j];
    }
    return neai_root_mean(sum, dimension);
}
