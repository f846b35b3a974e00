/* Random numbers that cost no memory: weights are derived anew in every call. Pair: src/engine/models/lcg.ts. */
#ifndef NEAI_LCG_H
#define NEAI_LCG_H

#include <stdint.h>

/** The linear congruential generator of Numerical Recipes (Press et al. 1992); its high bits are the good ones. */
static inline uint32_t neai_lcg_next(uint32_t state)
{
    return state * 1664525u + 1013904223u;
}

/** Uniform in [-1, 1): the upper 24 bits, exact in binary32. */
static inline float neai_lcg_uniform(uint32_t state)
{
    return (float)((int32_t)(state >> 8) - 0x800000) * 0x1p-23f;
}

/** Index below `bound` <= 65536, out of the upper 16 bits. */
static inline uint32_t neai_lcg_below(uint32_t state, uint32_t bound)
{
    return ((state >> 16) * bound) >> 16;
}

#endif
