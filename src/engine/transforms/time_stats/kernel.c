/* Seven statistics per axis. Pair: transform.ts beside this file. */
#include "neai_runtime.h"

#define FEATURES_PER_AXIS 7u
#define SMALLEST_SPREAD 0x1p-60f
#define MOST_EXPONENT 253u

NEAI_STAGE_KERNEL(neai_transform_time_stats);

static void axis_stats(const float *input, uint32_t axes, uint32_t length, float *output)
{
    float first = input[0];
    float sum = 0.0f;
    float low = first;
    float high = first;
    float steps = 0.0f;
    float previous = first;
    const float *end = &input[axes * length];
    for (const float *x = input; x < end; x += axes) {
        float value = *x;
        sum = sum + value;
        if (value < low) {
            low = value;
        }
        if (value > high) {
            high = value;
        }
        steps = steps + neai_magnitude(value - previous);
        previous = value;
    }
    float mean = sum / (float)length;

    /* a power of two that brings the range near 1: fourth powers neither overflow nor vanish, nothing is rounded */
    float range = high - low;
    uint32_t exponent = 127;
    if (range > 0.0f) {
        exponent = neai_bits(range) >> 23;
        exponent = exponent < 1u ? 1u : neai_min_u32(exponent, MOST_EXPONENT);
    }
    float scale = neai_float((254u - exponent) << 23);
    float squares = 0.0f;
    float cubes = 0.0f;
    float fourths = 0.0f;
    uint32_t crossings = 0;
    uint32_t below = first - mean < 0.0f ? 1u : 0u;
    for (const float *x = input; x < end; x += axes) {
        float centred = (*x - mean) * scale;
        float square = centred * centred;
        squares = squares + square;
        cubes = cubes + square * centred;
        fourths = fourths + square * square;
        uint32_t now_below = centred < 0.0f ? 1u : 0u;
        crossings += now_below ^ below;
        below = now_below;
    }
    float spread = neai_sqrt(squares / (float)length);
    float inverse = 1.0f / neai_at_least(spread, SMALLEST_SPREAD);
    float inverse_square = inverse * inverse;

    output[0] = mean;
    output[1] = neai_log2_floored(spread * neai_float(exponent << 23));
    output[2] = cubes / (float)length * inverse * inverse_square;
    output[3] = neai_log2_floored(fourths / (float)length * inverse_square * inverse_square);
    output[4] = neai_log2_floored(range);
    output[5] = neai_log2_floored(steps / (float)(length - 1u));
    output[6] = (float)crossings / (float)(length - 1u);
}

void neai_transform_time_stats(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        axis_stats(&input[axis], stage->axes, stage->length, &output[axis * FEATURES_PER_AXIS]);
    }
}
