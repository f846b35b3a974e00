/*
 * Log energies of Haar details. Pair: transform.ts beside this file. Config: levels. Work: averages[levels].
 * Each pair of samples goes up the levels as a binary counter carries: no level waits in memory for more than one value.
 */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_haar);

void neai_transform_haar(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t levels = stage->config[0].u;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        float *energies = &output[axis * levels];
        for (uint32_t level = 0; level < levels; level++) {
            energies[level] = 0.0f;
        }
        const float *sample = &input[axis];
        for (uint32_t pair = 0; pair < stage->length / 2u; pair++) {
            float left = sample[0];
            float right = sample[stage->axes];
            sample += 2u * stage->axes;
            uint32_t carry = pair;
            for (uint32_t level = 0;; level++, carry /= 2u) {
                float detail = 0.5f * (left - right);
                energies[level] = energies[level] + detail * detail;
                right = 0.5f * (left + right);
                if (level + 1u == levels) {
                    break;
                }
                if ((carry & 1u) == 0u) {
                    work[level] = right;
                    break;
                }
                left = work[level];
            }
        }
        uint32_t count = stage->length;
        for (uint32_t level = 0; level < levels; level++) {
            count /= 2u;
            energies[level] = neai_log2_floored(energies[level] / (float)count);
        }
    }
}
