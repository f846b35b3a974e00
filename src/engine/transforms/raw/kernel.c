/* Values as they are. Pair: transform.ts beside this file. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_raw);

void neai_transform_raw(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t i = 0; i < stage->output_length; i++) {
        output[i] = input[i];
    }
}
