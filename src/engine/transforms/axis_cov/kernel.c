/* Spreads and correlations of the axes. Pair: transform.ts beside this file. Work: mean[axes], inverse[axes]. */
#include "neai_runtime.h"

#define SMALLEST_SPREAD 0x1p-60f

NEAI_STAGE_KERNEL(neai_transform_axis_cov);

static float covariance(const neai_stage *stage, const float *input, const float *mean, uint32_t a,
                        uint32_t b)
{
    float sum = 0.0f;
    for (uint32_t i = 0; i < stage->length; i++) {
        float left = input[i * stage->axes + a] - mean[a];
        float right = input[i * stage->axes + b] - mean[b];
        sum = sum + left * right;
    }
    return sum / (float)stage->length;
}

void neai_transform_axis_cov(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t axes = stage->axes;
    float *mean = work;
    float *inverse = &work[axes];
    for (uint32_t a = 0; a < axes; a++) {
        float sum = 0.0f;
        for (uint32_t i = 0; i < stage->length; i++) {
            sum = sum + input[i * axes + a];
        }
        mean[a] = sum / (float)stage->length;
        float deviation = neai_sqrt(covariance(stage, input, mean, a, a));
        inverse[a] = 1.0f / neai_at_least(deviation, SMALLEST_SPREAD);
        output[a] = neai_log2_floored(deviation);
    }
    uint32_t at = axes;
    for (uint32_t b = 1; b < axes; b++) {
        for (uint32_t a = 0; a < b; a++) {
            float scaled = covariance(stage, input, mean, a, b) * inverse[a];
            output[at++] = scaled * inverse[b];
        }
    }
}
