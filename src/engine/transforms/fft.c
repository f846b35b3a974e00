/* Pair: src/engine/transforms/fft.ts. */
#include "neai_fft.h"

/** Where in a signal a piece lies, and where its windowed samples go. */
typedef struct {
    const float *sample;
    uint32_t stride;
    float mean;
    float *data;
    uint32_t half;
    uint32_t reversed;
} feed;

static float windowed(feed *f, float cosine, float sign)
{
    float value = (*f->sample - f->mean) * (0.5f + sign * cosine);
    f->sample += f->stride;
    return value;
}

/** A quarter of the piece: the window's cosines lie in the table from `table` on, forwards or backwards. */
static void feed_quarter(feed *f, const neai_word *table, int32_t step, float sign, uint32_t pairs)
{
    for (; pairs > 0u; pairs--) {
        float *place = &f->data[2u * f->reversed];
        place[0] = windowed(f, table->f, sign);
        table += step;
        place[1] = windowed(f, table->f, sign);
        table += step;
        uint32_t bit = f->half / 2u;
        while ((f->reversed & bit) != 0u) {
            f->reversed ^= bit;
            bit /= 2u;
        }
        f->reversed |= bit;
    }
}

/** One stage whose factors are all 1. */
static void first_stage(float *data, uint32_t count)
{
    for (float *a = data; a < &data[2u * count]; a += 4) {
        float re = a[2];
        float im = a[3];
        a[2] = a[0] - re;
        a[3] = a[1] - im;
        a[0] = a[0] + re;
        a[1] = a[1] + im;
    }
}

/** The first two stages: all factors are 1 or -i. */
static void first_two_stages(float *data, uint32_t count)
{
    for (float *a = data; a < &data[2u * count]; a += 8) {
        float r0 = a[0] + a[2];
        float i0 = a[1] + a[3];
        float r1 = a[0] - a[2];
        float i1 = a[1] - a[3];
        float r2 = a[4] + a[6];
        float i2 = a[5] + a[7];
        float r3 = a[4] - a[6];
        float i3 = a[5] - a[7];
        a[0] = r0 + r2;
        a[1] = i0 + i2;
        a[4] = r0 - r2;
        a[5] = i0 - i2;
        a[2] = r1 + i3;
        a[3] = i1 - r3;
        a[6] = r1 - i3;
        a[7] = i1 + r3;
    }
}

/** Two stages at once, those that join parts of `part` and of 2 `part` values: half the loads of one after the other. */
static void two_stages(float *data, uint32_t count, uint32_t part, const neai_word *cosines)
{
    uint32_t quarter = count / 2u;
    uint32_t step = quarter / part;
    for (uint32_t j = 0; j < part; j++) {
        uint32_t second = j * step;
        uint32_t first = 2u * second;
        float c1 = first <= quarter ? cosines[first].f : -cosines[2u * quarter - first].f;
        float s1 = first <= quarter ? cosines[quarter - first].f : cosines[first - quarter].f;
        float c2 = cosines[second].f;
        float s2 = cosines[quarter - second].f;
        for (float *a = &data[2u * j]; a < &data[2u * count]; a += 8u * part) {
            float *b = a + 2u * part;
            float *c = b + 2u * part;
            float *d = c + 2u * part;
            float br = b[0] * c1 + b[1] * s1;
            float bi = b[1] * c1 - b[0] * s1;
            float dr = d[0] * c1 + d[1] * s1;
            float di = d[1] * c1 - d[0] * s1;
            float ar = a[0];
            float ai = a[1];
            float cr = c[0];
            float ci = c[1];
            float r1 = ar - br;
            float i1 = ai - bi;
            ar = ar + br;
            ai = ai + bi;
            float r3 = cr - dr;
            float i3 = ci - di;
            cr = cr + dr;
            ci = ci + di;
            float tr = cr * c2 + ci * s2;
            float ti = ci * c2 - cr * s2;
            float ur = i3 * c2 - r3 * s2;
            float ui = i3 * s2 + r3 * c2;
            a[0] = ar + tr;
            a[1] = ai + ti;
            c[0] = ar - tr;
            c[1] = ai - ti;
            b[0] = r1 + ur;
            b[1] = i1 - ui;
            d[0] = r1 - ur;
            d[1] = i1 + ui;
        }
    }
}

/** Bins k and half - k of the real samples come out of the same two complex values. */
static void powers(float *data, uint32_t half, const neai_word *cosines)
{
    float nyquist = 2.0f * (data[0] - data[1]);
    data[2u * half] = nyquist * nyquist;
    uint32_t quarter = half / 2u;
    for (uint32_t k = 1; k < quarter; k++) {
        float *a = &data[2u * k];
        float *b = &data[2u * (half - k)];
        float er = a[0] + b[0];
        float ei = a[1] - b[1];
        float odd_re = a[1] + b[1];
        float odd_im = b[0] - a[0];
        float c = cosines[k].f;
        float s = cosines[quarter - k].f;
        float tr = c * odd_re + s * odd_im;
        float ti = c * odd_im - s * odd_re;
        float re = er + tr;
        float im = ei + ti;
        a[0] = re * re + im * im;
        re = er - tr;
        im = ei - ti;
        b[0] = re * re + im * im;
    }
    float re = 2.0f * data[half];
    float im = 2.0f * data[half + 1u];
    data[half] = re * re + im * im;
}

void neai_fft_powers(const float *samples, uint32_t stride, uint32_t bits, const neai_word *cosines,
                     float *data)
{
    uint32_t points = 1u << bits;
    uint32_t half = points / 2u;
    uint32_t quarter = points / 4u;
    float sum = 0.0f;
    for (uint32_t i = 0; i < points; i++) {
        sum = sum + samples[i * stride];
    }
    feed f = {samples, stride, sum / (float)points, data, half, 0};
    feed_quarter(&f, cosines, 1, -0.5f, quarter / 2u);
    feed_quarter(&f, &cosines[quarter], -1, 0.5f, quarter / 2u);
    feed_quarter(&f, cosines, 1, 0.5f, quarter / 2u);
    feed_quarter(&f, &cosines[quarter], -1, -0.5f, quarter / 2u);

    /* half of the points are 2^(bits - 1) complex values: an odd number of stages when bits is even */
    uint32_t part = 4;
    if ((bits & 1u) != 0u) {
        first_two_stages(data, half);
    } else {
        first_stage(data, half);
        part = 2;
    }
    for (; part < half; part *= 4u) {
        two_stages(data, half, part, cosines);
    }
    powers(data, half, cosines);
}
