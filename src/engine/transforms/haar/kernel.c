/* Log energies of Haar details. Pair: transform.ts beside this file. Config: levels. */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_haar);

void neai_transform_haar(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t levels = stage->config[0].u;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        for (uint32_t i = 0; i < stage->length; i++) {
            work[i] = input[i * stage->axes + axis];
        }
        uint32_t count = stage->length;
        for (uint32_t level = 0; level < levels; level++) {
            count /= 2u;
            float energy = 0.0f;
            for (uint32_t i = 0; i < count; i++) {
                float left = work[2u * i];
                float right = work[2u * i + 1u];
                float detail = 0.5f * (left - right);
                energy = energy + detail * detail;
                work[i] = 0.5f * (left + right);
            }
            output[axis * levels + level] = neai_log2_floored(energy / (float)count);
        }
    }
}
