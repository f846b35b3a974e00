/* Diagonal Gaussian. Pair: model.ts beside this file. State: mean[d], variance[d]. */
#include "neai_model_common.h"
#include "neai_runtime.h"

NEAI_MODEL_KERNELS(neai_model_diag);

void neai_model_diag_learn(const neai_model *model, neai_word *state, uint32_t count,
                           const float *features, float *work)
{
    (void)work;
    neai_moments_learn_all(state, model->dimension, count, features);
}

float neai_model_diag_score(const neai_model *model, const neai_word *state, uint32_t count,
                            const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    float sum = 0.0f;
    (void)count;
    (void)work;
    for (uint32_t j = 0; j < dimension; j++) {
        float difference = features[j] - state[j].f;
        float variance = neai_floored_variance(state[j].f, state[dimension + j].f);
        sum = sum + difference * difference / variance;
    }
    return neai_root_mean(sum, dimension);
}
