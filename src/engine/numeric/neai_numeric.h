/*
 * Binary32 arithmetic of the library. Pairs: src/engine/numeric/f32.ts, log2.ts and exp2.ts.
 * Every result is rounded once per written operation; a compiler that fuses or reorders breaks the contract.
 */
#ifndef NEAI_NUMERIC_H
#define NEAI_NUMERIC_H

#include <float.h>
#include <stdint.h>

#ifdef __FAST_MATH__
#error "build without -ffast-math: learning and detecting must give the same bits everywhere"
#endif
#if FLT_EVAL_METHOD != 0
#error "float expressions must be evaluated in single precision (FLT_EVAL_METHOD 0)"
#endif

/** One 32-bit word of knowledge or configuration, read as integer or as binary32. */
typedef union {
    uint32_t u;
    float f;
} neai_word;

#define NEAI_FEATURE_LIMIT 0x1p+50f

static inline uint32_t neai_bits(float value)
{
    neai_word word;
    word.f = value;
    return word.u;
}

static inline float neai_float(uint32_t bits)
{
    neai_word word;
    word.u = bits;
    return word.f;
}

/** Clamps to +-2^50; NaN becomes -2^50. */
static inline float neai_clamp(float value)
{
    if (!(value >= -NEAI_FEATURE_LIMIT)) {
        return -NEAI_FEATURE_LIMIT;
    }
    if (value > NEAI_FEATURE_LIMIT) {
        return NEAI_FEATURE_LIMIT;
    }
    return value;
}

/** The value, or the floor when it is not above it. */
static inline float neai_at_least(float value, float floor)
{
    if (value > floor) {
        return value;
    }
    return floor;
}

static inline uint32_t neai_min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline float neai_magnitude(float value)
{
    return value < 0.0f ? -value : value;
}

/** Base-two logarithm; below the smallest normal number and for NaN as of 2^-126. */
float neai_log2(float value);

/** log2(x + 2^-40). */
float neai_log2_floored(float value);

/** 2^x, at most 2^50; 1 for what is not above zero. */
float neai_exp2(float value);

/** Square root by integer arithmetic, correctly rounded; 0 for what is not above zero. */
float neai_sqrt_soft(float value);

/** Square root, correctly rounded; 0 for what is not above zero. */
float neai_sqrt(float value);

/** Nonzero when no value is NaN or infinite. */
int neai_all_finite(const float *values, uint32_t count);

#endif
