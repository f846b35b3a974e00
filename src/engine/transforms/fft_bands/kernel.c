/*
 * Log energies of frequency bands. Pair: transform.ts beside this file.
 * Config: log2 of points, first sample, bands, relative, scale, edges[bands + 1], cosines of a quarter turn.
 */
#include "neai_runtime.h"

#define SMALLEST_TOTAL 0x1p-100f

NEAI_STAGE_KERNEL(neai_transform_fft_bands);

/** cos(2 pi k / points), k up to half a turn, out of the table of a quarter turn. */
static float cosine(const neai_word *table, uint32_t quarter, uint32_t k)
{
    return k <= quarter ? table[k].f : -table[2u * quarter - k].f;
}

static float sine(const neai_word *table, uint32_t quarter, uint32_t k)
{
    return k <= quarter ? table[quarter - k].f : table[k - quarter].f;
}

static uint32_t reverse_bits(uint32_t index, uint32_t bits)
{
    uint32_t reversed = 0;
    for (uint32_t bit = 0; bit < bits; bit++) {
        reversed = (reversed << 1) | ((index >> bit) & 1u);
    }
    return reversed;
}

static void rotate_and_add(float *data, uint32_t count, const neai_word *table)
{
    uint32_t quarter = count / 2u;
    for (uint32_t half = 1; half < count; half *= 2u) {
        uint32_t stride = count / half;
        for (uint32_t j = 0; j < half; j++) {
            float wr = cosine(table, quarter, j * stride);
            float wi = sine(table, quarter, j * stride);
            for (uint32_t k = j; k < count; k += 2u * half) {
                float *a = &data[2u * k];
                float *b = &data[2u * (k + half)];
                float tr = b[0] * wr + b[1] * wi;
                float ti = b[1] * wr - b[0] * wi;
                b[0] = a[0] - tr;
                b[1] = a[1] - ti;
                a[0] = a[0] + tr;
                a[1] = a[1] + ti;
            }
        }
    }
}

/** Power of bin k of the real signal, out of the transform of half as many complex values. */
static float bin_power(const float *data, uint32_t points, const neai_word *table, uint32_t k)
{
    if (2u * k == points) {
        float nyquist = data[0] - data[1];
        return nyquist * nyquist;
    }
    const float *a = &data[2u * k];
    const float *b = &data[points - 2u * k];
    float er = 0.5f * (a[0] + b[0]);
    float ei = 0.5f * (a[1] - b[1]);
    float or = 0.5f * (a[1] + b[1]);
    float oi = 0.5f * (b[0] - a[0]);
    float c = cosine(table, points / 4u, k);
    float s = sine(table, points / 4u, k);
    float re = er + (c * or + s * oi);
    float im = ei + (c * oi - s * or);
    return re * re + im * im;
}

static void window_axis(const neai_stage *stage, const float *input, float *data)
{
    uint32_t bits = stage->config[0].u;
    uint32_t points = 1u << bits;
    const neai_word *table = &stage->config[6u + stage->config[2].u];
    float sum = 0.0f;
    for (uint32_t i = 0; i < points; i++) {
        sum = sum + input[i * stage->axes];
    }
    float mean = sum / (float)points;
    for (uint32_t k = 0; k < points / 2u; k++) {
        uint32_t at = 2u * reverse_bits(k, bits - 1u);
        for (uint32_t part = 0; part < 2u; part++) {
            uint32_t i = 2u * k + part;
            float window = 0.5f - 0.5f * cosine(table, points / 4u, neai_min_u32(i, points - i));
            data[at + part] = (input[i * stage->axes] - mean) * window;
        }
    }
}

void neai_transform_fft_bands(const neai_stage *stage, const float *input, float *output, float *work)
{
    const neai_word *config = stage->config;
    uint32_t points = 1u << config[0].u;
    uint32_t bands = config[2].u;
    const neai_word *edges = &config[5];
    const neai_word *table = &config[6u + bands];
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        window_axis(stage, &input[config[1].u * stage->axes + axis], work);
        rotate_and_add(work, points / 2u, table);

        float *energies = &output[axis * bands];
        float total = 0.0f;
        for (uint32_t band = 0; band < bands; band++) {
            float energy = 0.0f;
            for (uint32_t k = edges[band].u; k < edges[band + 1u].u; k++) {
                energy = energy + bin_power(work, points, table, k);
            }
            energy = energy * config[4].f;
            total = total + energy;
            energies[band] = energy;
        }
        float divisor = config[3].u != 0u ? neai_at_least(total, SMALLEST_TOTAL) : 1.0f;
        for (uint32_t band = 0; band < bands; band++) {
            energies[band] = neai_log2_floored(energies[band] / divisor);
        }
    }
}
