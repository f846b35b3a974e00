/* Quantiles per axis. Pair: transform.ts beside this file. Config: count, ranks[count]. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_quantiles);

/** Shell's sort (1959) with the gaps 1, 4, 13 ... of Knuth: no recursion, no extra memory. */
static void sort(float *values, uint32_t count)
{
    uint32_t gap = 1;
    while (gap < count / 3u) {
        gap = 3u * gap + 1u;
    }
    for (; gap > 0u; gap /= 3u) {
        for (uint32_t i = gap; i < count; i++) {
            float value = values[i];
            uint32_t at = i;
            while (at >= gap && values[at - gap] > value) {
                values[at] = values[at - gap];
                at -= gap;
            }
            values[at] = value;
        }
    }
}

void neai_transform_quantiles(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t count = stage->config[0].u;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        for (uint32_t i = 0; i < stage->length; i++) {
            work[i] = input[i * stage->axes + axis] + 0.0f;
        }
        sort(work, stage->length);
        for (uint32_t q = 0; q < count; q++) {
            output[axis * count + q] = work[stage->config[1u + q].u];
        }
    }
}
