/* Spreads and correlations of the axes. Pair: transform.ts beside this file. Work: mean[axes], inverse[axes]. */
#include "neai_runtime.h"

#define SMALLEST_SPREAD 0x1p-60f

NEAI_STAGE_KERNEL(neai_transform_axis_cov);

/** Mean of the axis less its first sample; the variance is left in `variance`. */
static float moments(const neai_stage *stage, const float *x, float *variance)
{
    const float *end = &x[stage->axes * stage->length];
    float first = x[0];
    float sum = 0.0f;
    float squares = 0.0f;
    for (; x < end; x += stage->axes) {
        float value = *x - first;
        sum = sum + value;
        squares = squares + value * value;
    }
    float mean = sum / (float)stage->length;
    *variance = squares / (float)stage->length - mean * mean;
    return mean;
}

static float mean_product(const neai_stage *stage, const float *x, const float *y)
{
    const float *end = &x[stage->axes * stage->length];
    float first_x = x[0];
    float first_y = y[0];
    float sum = 0.0f;
    for (; x < end; x += stage->axes, y += stage->axes) {
        sum = sum + (*x - first_x) * (*y - first_y);
    }
    return sum / (float)stage->length;
}

void neai_transform_axis_cov(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t axes = stage->axes;
    float *mean = work;
    float *inverse = &work[axes];
    for (uint32_t a = 0; a < axes; a++) {
        float variance;
        mean[a] = moments(stage, &input[a], &variance);
        float deviation = neai_sqrt(variance);
        inverse[a] = 1.0f / neai_at_least(deviation, SMALLEST_SPREAD);
        output[a] = neai_log2_floored(deviation);
    }
    uint32_t at = axes;
    for (uint32_t b = 1; b < axes; b++) {
        for (uint32_t a = 0; a < b; a++) {
            float covariance = mean_product(stage, &input[a], &input[b]) - mean[a] * mean[b];
            output[at++] = covariance * inverse[a] * inverse[b];
        }
    }
}
