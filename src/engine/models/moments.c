/* Pair: src/engine/models/moments.ts. */
#include "neai_model_common.h"
#include "neai_runtime.h"

#define RELATIVE_FLOOR 0x1p-20f
#define ABSOLUTE_FLOOR 0x1p-30f

void neai_moments_learn(float *mean, float *variance, float value, float weight)
{
    float before = value - *mean;
    *mean = *mean + before * weight;
    float after = value - *mean;
    float change = before * after - *variance;
    *variance = *variance + change * weight;
}

float neai_floored_variance(float mean, float variance)
{
    return neai_at_least(variance, mean * mean * RELATIVE_FLOOR + ABSOLUTE_FLOOR);
}

float neai_root_mean(float sum, uint32_t dimension)
{
    float mean = sum / (float)dimension;
    if (!(mean < NEAI_FEATURE_LIMIT * NEAI_FEATURE_LIMIT)) {
        return NEAI_FEATURE_LIMIT;
    }
    return neai_sqrt(mean);
}

float neai_learn_weight(uint32_t count)
{
    return 1.0f / (float)neai_min_u32(count, NEAI_COUNT_CAP);
}
