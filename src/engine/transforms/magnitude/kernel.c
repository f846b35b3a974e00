/* Magnitude of the vector of all axes. Pair: transform.ts beside this file. May work in place. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_magnitude);

void neai_transform_magnitude(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t i = 0; i < stage->length; i++) {
        float sum = 0.0f;
        for (uint32_t axis = 0; axis < stage->axes; axis++) {
            float value = input[i * stage->axes + axis];
            sum = sum + value * value;
        }
        output[i] = neai_sqrt(sum);
    }
}
