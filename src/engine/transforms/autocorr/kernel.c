/* Autocorrelation. Pair: transform.ts beside this file. Config: lags. Without memory: the mean is taken away on the way. */
#include "neai_runtime.h"

#define SMALLEST_ENERGY 0x1p-100f
#define TOGETHER 4u

NEAI_STAGE_KERNEL(neai_transform_autocorr);

/** One axis of a signal. */
typedef struct {
    const float *samples;
    uint32_t stride;
    uint32_t length;
    float mean;
} series;

static float at(const series *s, uint32_t i)
{
    return s->samples[i * s->stride] - s->mean;
}

/** Sum over i = lag ... end - 1 of x[i] x[i - lag]. */
static float head(const series *s, uint32_t lag, uint32_t end)
{
    float sum = 0.0f;
    for (uint32_t i = lag; i < end; i++) {
        sum = sum + at(s, i) * at(s, i - lag);
    }
    return sum;
}

/** Products at lag ... lag + 3 in one run: each sample is loaded twice instead of eight times. */
static void four_products(const series *s, uint32_t lag, float *products)
{
    uint32_t start = lag + TOGETHER - 1u;
    uint32_t stride = s->stride;
    float mean = s->mean;
    float sum0 = head(s, lag, start);
    float sum1 = head(s, lag + 1u, start);
    float sum2 = head(s, lag + 2u, start);
    float sum3 = 0.0f;
    float back3 = at(s, 0);
    float back2 = at(s, 1);
    float back1 = at(s, 2);
    const float *newest = &s->samples[3u * stride];
    const float *end = &s->samples[s->length * stride];
    for (const float *x = &s->samples[start * stride]; x < end; x += stride) {
        float value = *x - mean;
        float back0 = *newest - mean;
        newest += stride;
        sum0 = sum0 + value * back0;
        sum1 = sum1 + value * back1;
        sum2 = sum2 + value * back2;
        sum3 = sum3 + value * back3;
        back3 = back2;
        back2 = back1;
        back1 = back0;
    }
    products[0] = sum0;
    products[1] = sum1;
    products[2] = sum2;
    products[3] = sum3;
}

void neai_transform_autocorr(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t lags = stage->config[0].u;
    (void)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        series s = {&input[axis], stage->axes, stage->length, 0.0f};
        float sum = 0.0f;
        for (uint32_t i = 0; i < s.length; i++) {
            sum = sum + s.samples[i * s.stride];
        }
        s.mean = sum / (float)s.length;
        float *products = &output[axis * lags];
        float energy = neai_at_least(head(&s, 0, s.length), SMALLEST_ENERGY);
        uint32_t lag = 1;
        for (; lag + TOGETHER - 1u <= lags && lag + TOGETHER <= s.length; lag += TOGETHER) {
            four_products(&s, lag, &products[lag - 1u]);
        }
        for (; lag <= lags; lag++) {
            products[lag - 1u] = head(&s, lag, s.length);
        }
        for (uint32_t i = 0; i < lags; i++) {
            products[i] = products[i] / energy;
        }
    }
}
