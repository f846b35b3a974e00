/* Values and their products. Pair: transform.ts beside this file. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_quadratic);

void neai_transform_quadratic(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t at = stage->axes;
    (void)work;
    for (uint32_t b = 0; b < stage->axes; b++) {
        output[b] = input[b];
        for (uint32_t a = 0; a <= b; a++) {
            output[at++] = input[a] * input[b];
        }
    }
}
