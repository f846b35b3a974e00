/* Box of ranges. Pair: model.ts beside this file. State: low[d], high[d]. */
#include "neai_model_common.h"
#include "neai_runtime.h"

#define SHRINK 0x1p-12f
#define RELATIVE_FLOOR 0x1p-10f
#define ABSOLUTE_FLOOR 0x1p-15f

NEAI_MODEL_KERNELS(neai_model_minmax);

void neai_model_minmax_learn(const neai_model *model, neai_word *state, uint32_t count,
                             const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    neai_word *low = state;
    neai_word *high = &state[dimension];
    (void)work;
    for (uint32_t j = 0; j < dimension; j++) {
        float value = features[j];
        float lower = low[j].f + (value - low[j].f) * SHRINK;
        float upper = high[j].f + (value - high[j].f) * SHRINK;
        low[j].f = count == 1u || value < lower ? value : lower;
        high[j].f = count == 1u || value > upper ? value : upper;
    }
}

float neai_model_minmax_score(const neai_model *model, const neai_word *state, uint32_t count,
                              const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    const neai_word *low = state;
    const neai_word *high = &state[dimension];
    float worst = 0.0f;
    (void)count;
    (void)work;
    for (uint32_t j = 0; j < dimension; j++) {
        float middle = 0.5f * (low[j].f + high[j].f);
        float half = 0.5f * (high[j].f - low[j].f);
        float floor = neai_magnitude(middle) * RELATIVE_FLOOR + ABSOLUTE_FLOOR;
        float distance = neai_magnitude(features[j] - middle) / neai_at_least(half, floor);
        if (distance > worst) {
            worst = distance;
        }
    }
    return worst < NEAI_FEATURE_LIMIT ? worst : NEAI_FEATURE_LIMIT;
}
