/* Pair: src/engine/numeric/exp2.ts. */
#include "neai_numeric.h"

/* ln(2)^k / k!: the series of 2^x. */
#define T1 0x1.62e430p-1f
#define T2 0x1.ebfbe0p-3f
#define T3 0x1.c6b08ep-5f
#define T4 0x1.3b2ab6p-7f
#define T5 0x1.5d87fep-10f
#define T6 0x1.430912p-13f

#define LARGEST 50.0f

float neai_exp2(float value)
{
    float x = value;
    if (!(x >= 0.0f)) {
        x = 0.0f;
    }
    if (x > LARGEST) {
        x = LARGEST;
    }
    uint32_t whole = (uint32_t)(x + 0.5f);
    float part = x - (float)whole;
    float sum = T6 * part + T5;
    sum = sum * part + T4;
    sum = sum * part + T3;
    sum = sum * part + T2;
    sum = sum * part + T1;
    sum = sum * part + 1.0f;
    return sum * neai_float((whole + 127u) << 23);
}
