/* Decimation by means of neighbours. Pair: transform.ts beside this file. Config: factor (a power of two), 1 / factor. May work in place. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_decimate);

void neai_transform_decimate(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t axes = stage->axes;
    uint32_t factor = stage->config[0].u;
    float inverse = stage->config[1].f;
    (void)work;
    for (uint32_t i = 0; i < stage->length / factor; i++) {
        for (uint32_t axis = 0; axis < axes; axis++) {
            const float *from = &input[i * factor * axes + axis];
            float sum = from[0];
            for (uint32_t k = 1; k < factor; k++) {
                sum = sum + from[k * axes];
            }
            output[i * axes + axis] = sum * inverse;
        }
    }
}
