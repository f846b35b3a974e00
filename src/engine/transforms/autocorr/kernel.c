/* Autocorrelation. Pair: transform.ts beside this file. Config: lags. */
#include "neai_runtime.h"

#define SMALLEST_ENERGY 0x1p-100f

NEAI_STAGE_KERNEL(neai_transform_autocorr);

static float product(const float *centred, uint32_t length, uint32_t lag)
{
    float sum = 0.0f;
    for (uint32_t i = lag; i < length; i++) {
        sum = sum + centred[i] * centred[i - lag];
    }
    return sum;
}

void neai_transform_autocorr(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t lags = stage->config[0].u;
    uint32_t length = stage->length;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        float sum = 0.0f;
        for (uint32_t i = 0; i < length; i++) {
            sum = sum + input[i * stage->axes + axis];
        }
        float mean = sum / (float)length;
        for (uint32_t i = 0; i < length; i++) {
            work[i] = input[i * stage->axes + axis] - mean;
        }
        float energy = neai_at_least(product(work, length, 0), SMALLEST_ENERGY);
        for (uint32_t lag = 1; lag <= lags; lag++) {
            output[axis * lags + lag - 1u] = product(work, length, lag) / energy;
        }
    }
}
