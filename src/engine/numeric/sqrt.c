/* Pair: sqrt32 and allFinite of src/engine/numeric/f32.ts. */
#include "neai_numeric.h"

#if defined(__ARM_ARCH) && (!defined(__ARM_FP) || !(__ARM_FP & 4))
#define NEAI_HAS_SQRT 0
#else
#define NEAI_HAS_SQRT 1
#include <math.h>
#endif

/*
 * Digit by digit. The value is m * 2^e with e even and m in [2^23, 2^25); the root of m * 2^25 has 25 bits,
 * one more than the result. It is never a tie: an odd 25-bit root has an odd square, m * 2^25 is even.
 */
float neai_sqrt_soft(float value)
{
    if (!(value > 0.0f)) {
        return 0.0f;
    }
    uint32_t bits = neai_bits(value);
    if (bits >= 0x7f800000u) {
        return value;
    }
    int32_t exponent = (int32_t)(bits >> 23);
    uint32_t mantissa = bits & 0x7fffffu;
    if (exponent == 0) {
        exponent = 1;
        while (mantissa < 0x800000u) {
            mantissa <<= 1;
            exponent--;
        }
    } else {
        mantissa |= 0x800000u;
    }
    exponent -= 127;
    if (exponent & 1) {
        mantissa <<= 1;
        exponent--;
    }

    uint32_t digits = mantissa << 7;
    uint32_t rest = 0;
    uint32_t root = 0;
    for (int i = 0; i < 25; i++) {
        rest = (rest << 2) | (digits >> 30);
        digits <<= 2;
        uint32_t trial = (root << 2) | 1u;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1u;
        }
    }
    /* The hidden bit of the rounded root adds one to the exponent field, hence 126. */
    uint32_t field = (uint32_t)(exponent / 2 + 126);
    return neai_float((field << 23) + ((root + 1u) >> 1));
}

float neai_sqrt(float value)
{
#if NEAI_HAS_SQRT
    if (!(value > 0.0f)) {
        return 0.0f;
    }
    return sqrtf(value);
#else
    return neai_sqrt_soft(value);
#endif
}

int neai_all_finite(const float *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((neai_bits(values[i]) & 0x7f800000u) == 0x7f800000u) {
            return 0;
        }
    }
    return 1;
}
