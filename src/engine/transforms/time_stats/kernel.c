/* Seven statistics per axis. Pair: transform.ts beside this file. */
#include "neai_runtime.h"

#define FEATURES_PER_AXIS 7u
#define SMALLEST_SPREAD 0x1p-60f

NEAI_STAGE_KERNEL(neai_transform_time_stats);

static void axis_stats(const float *input, uint32_t axes, uint32_t length, float *output)
{
    float first = input[0];
    float sum = 0.0f;
    float low = first;
    float high = first;
    float steps = 0.0f;
    float previous = first;
    for (uint32_t i = 0; i < axes * length; i += axes) {
        float value = input[i];
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

    float squares = 0.0f;
    uint32_t crossings = 0;
    int below = first - mean < 0.0f;
    for (uint32_t i = 0; i < axes * length; i += axes) {
        float centred = input[i] - mean;
        squares = squares + centred * centred;
        int now_below = centred < 0.0f;
        if (now_below != below) {
            crossings++;
        }
        below = now_below;
    }
    float deviation = neai_sqrt(squares / (float)length);
    float inverse = 1.0f / neai_at_least(deviation, SMALLEST_SPREAD);

    float cubes = 0.0f;
    float fourths = 0.0f;
    for (uint32_t i = 0; i < axes * length; i += axes) {
        float unit = (input[i] - mean) * inverse;
        float square = unit * unit;
        cubes = cubes + square * unit;
        fourths = fourths + square * square;
    }

    output[0] = mean;
    output[1] = neai_log2_floored(deviation);
    output[2] = cubes / (float)length;
    output[3] = neai_log2_floored(fourths / (float)length);
    output[4] = neai_log2_floored(high - low);
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
