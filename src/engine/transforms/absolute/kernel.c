/* Magnitudes without the mean. Pair: transform.ts beside this file. May work in place. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_absolute);

void neai_transform_absolute(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t axes = stage->axes;
    uint32_t end = axes * stage->length;
    (void)work;
    for (uint32_t axis = 0; axis < axes; axis++) {
        float first = input[axis];
        float sum = 0.0f;
        for (uint32_t i = axis; i < end; i += axes) {
            sum = sum + (input[i] - first);
        }
        float mean = sum / (float)stage->length;
        for (uint32_t i = axis; i < end; i += axes) {
            output[i] = neai_magnitude(input[i] - first - mean);
        }
    }
}
