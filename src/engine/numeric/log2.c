/* Pair: src/engine/numeric/log2.ts. */
#include "neai_numeric.h"

/* 2 / (k ln 2) for k = 1, 3, 5, 7: log2(m) = sum of these times s^k, s = (m - 1) / (m + 1). */
#define C1 0x1.715476p+1f
#define C3 0x1.ec709ep-1f
#define C5 0x1.2776c6p-1f
#define C7 0x1.a61762p-2f

#define ROOT_TWO_MANTISSA 0x3504f3u
#define LOG_FLOOR 0x1p-40f

float neai_log2(float value)
{
    float x = value;
    if (!(x >= FLT_MIN)) {
        x = FLT_MIN;
    }
    if (x > FLT_MAX) {
        x = FLT_MAX;
    }
    uint32_t bits = neai_bits(x);
    int32_t exponent = (int32_t)(bits >> 23) - 127;
    uint32_t fraction = bits & 0x7fffffu;
    float mantissa;
    if (fraction > ROOT_TWO_MANTISSA) {
        exponent++;
        mantissa = neai_float(fraction | 0x3f000000u);
    } else {
        mantissa = neai_float(fraction | 0x3f800000u);
    }
    float s = (mantissa - 1.0f) / (mantissa + 1.0f);
    float z = s * s;
    float sum = C7 * z + C5;
    sum = sum * z + C3;
    sum = sum * z + C1;
    return s * sum + (float)exponent;
}

float neai_log2_floored(float value)
{
    return neai_log2(value + LOG_FLOOR);
}
