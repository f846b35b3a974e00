/* Differences of neighbouring samples. Pair: transform.ts beside this file. May work in place. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_difference);

void neai_transform_difference(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t i = 0; i < stage->axes * (stage->length - 1u); i++) {
        output[i] = input[i + stage->axes] - input[i];
    }
}
