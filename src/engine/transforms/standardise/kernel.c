/* Standard scores of each axis. Pair: transform.ts beside this file. May work in place. */
#include "neai_runtime.h"

#define SMALLEST_SPREAD 0x1p-60f

NEAI_STAGE_KERNEL(neai_transform_standardise);

static void standardise_axis(const neai_stage *stage, const float *input, float *output)
{
    uint32_t axes = stage->axes;
    uint32_t end = axes * stage->length;
    float first = input[0];
    float sum = 0.0f;
    for (uint32_t i = 0; i < end; i += axes) {
        sum = sum + (input[i] - first);
    }
    float mean = sum / (float)stage->length;
    float squares = 0.0f;
    for (uint32_t i = 0; i < end; i += axes) {
        float centred = input[i] - first - mean;
        output[i] = centred;
        squares = squares + centred * centred;
    }
    float spread = neai_at_least(neai_sqrt(squares / (float)stage->length), SMALLEST_SPREAD);
    float inverse = 1.0f / spread;
    for (uint32_t i = 0; i < end; i += axes) {
        output[i] = output[i] * inverse;
    }
}

void neai_transform_standardise(const neai_stage *stage, const float *input, float *output, float *work)
{
    (void)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        standardise_axis(stage, &input[axis], &output[axis]);
    }
}
