/*
 * Mean or trend removal. Pair: transform.ts beside this file. May work in place.
 * Config: degree, step, c2, c3, sums of squares of the polynomials of degree 1 ... 3.
 */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_detrend);

static void remove_mean(const neai_stage *stage, const float *input, float *output)
{
    uint32_t axes = stage->axes;
    uint32_t end = axes * stage->length;
    float first = input[0];
    float sum = 0.0f;
    for (uint32_t i = 0; i < end; i += axes) {
        sum = sum + (input[i] - first);
    }
    float mean = sum / (float)stage->length;
    for (uint32_t i = 0; i < end; i += axes) {
        output[i] = input[i] - first - mean;
    }
}

static float place(uint32_t i, uint32_t length, float step)
{
    return (float)((int32_t)(2u * i) - (int32_t)(length - 1u)) * step;
}

static void remove_trend(const neai_stage *stage, const float *input, float *output)
{
    const neai_word *config = stage->config;
    uint32_t degree = config[0].u;
    uint32_t axes = stage->axes;
    uint32_t length = stage->length;
    float step = config[1].f;
    float c2 = config[2].f;
    float c3 = config[3].f;
    float first = input[0];
    float sum0 = 0.0f;
    float sum1 = 0.0f;
    float sum2 = 0.0f;
    float sum3 = 0.0f;
    for (uint32_t i = 0; i < length; i++) {
        float value = input[i * axes] - first;
        float t = place(i, length, step);
        sum0 = sum0 + value;
        sum1 = sum1 + value * t;
        if (degree == 1u) {
            continue;
        }
        float square = t * t;
        sum2 = sum2 + value * (square - c2);
        sum3 = sum3 + value * (t * (square - c3));
    }
    float a0 = sum0 / (float)length;
    float a1 = sum1 / config[4].f;
    float a2 = sum2 / config[5].f;
    float a3 = degree >= 3u ? sum3 / config[6].f : 0.0f;
    for (uint32_t i = 0; i < length; i++) {
        float t = place(i, length, step);
        float value = input[i * axes] - first - a0;
        value = value - a1 * t;
        if (degree > 1u) {
            float square = t * t;
            value = value - a2 * (square - c2);
            value = value - a3 * (t * (square - c3));
        }
        output[i * axes] = value;
    }
}

void neai_transform_detrend(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        if (stage->config[0].u == 0u) {
            remove_mean(stage, &input[axis], &output[axis]);
        } else {
            remove_trend(stage, &input[axis], &output[axis]);
        }
    }
}
