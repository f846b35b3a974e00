/* Pair: sqrt32 and allFinite of src/engine/numeric/f32.ts. */
#include "neai_numeric.h"

/*
 * On a core with a single-precision FPU its instruction is written out: sqrtf would become a call into libm, with errno,
 * for whoever compiles without -fno-math-errno or without optimisation.
 */
#if defined(__arm__) && defined(__ARM_FP) && (__ARM_FP & 4)
#define NEAI_ROOT_BY_INSTRUCTION
#elif !defined(__arm__)
#define NEAI_ROOT_BY_LIBM
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
    uint32_t field = (uint32_t)(exponent + 2 * 126) >> 1;
    return neai_float((field << 23) + ((root + 1u) >> 1));
}

float neai_sqrt(float value)
{
#if defined(NEAI_ROOT_BY_INSTRUCTION)
    float root = 0.0f;
    if (value > 0.0f) {
        __asm__("vsqrt.f32 %0, %1" : "=t"(root) : "t"(value));
    }
    return root;
#elif defined(NEAI_ROOT_BY_LIBM)
    return value > 0.0f ? sqrtf(value) : 0.0f;
#else
    return neai_sqrt_soft(value);
#endif
}

/** What has all bits of the exponent set is, without its sign and doubled, not below this. */
#define NOT_FINITE 0xff000000u

int neai_all_finite(const float *values, uint32_t count)
{
    const float *end = &values[count];
    for (; count >= 4u; count -= 4u, values += 4) {
        if (neai_bits(values[0]) << 1 >= NOT_FINITE || neai_bits(values[1]) << 1 >= NOT_FINITE ||
            neai_bits(values[2]) << 1 >= NOT_FINITE || neai_bits(values[3]) << 1 >= NOT_FINITE) {
            return 0;
        }
    }
    for (; values < end; values++) {
        if (neai_bits(*values) << 1 >= NOT_FINITE) {
            return 0;
        }
    }
    return 1;
}
