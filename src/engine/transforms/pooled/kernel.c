/* Samples pooled by means. Pair: transform.ts beside this file. Config: points, remove mean. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_pooled);

static float mean_of(const float *input, uint32_t axes, uint32_t from, uint32_t to)
{
    float sum = 0.0f;
    for (uint32_t i = from; i < to; i++) {
        sum = sum + input[i * axes];
    }
    return sum / (float)(to - from);
}

void neai_transform_pooled(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t points = stage->config[0].u;
    (void)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        float mean = 0.0f;
        if (stage->config[1].u != 0u) {
            mean = mean_of(&input[axis], stage->axes, 0, stage->length);
        }
        uint32_t from = 0;
        for (uint32_t point = 0; point < points; point++) {
            uint32_t to = (point + 1u) * stage->length / points;
            output[axis * points + point] = mean_of(&input[axis], stage->axes, from, to) - mean;
            from = to;
        }
    }
}
