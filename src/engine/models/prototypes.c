/* Pair: src/engine/models/prototypes.ts. */
#include "neai_prototypes.h"

#include "neai_model_common.h"
#include "neai_runtime.h"

/* Counts stop here, where a binary32 number still holds every integer. */
#define LARGEST_COUNT 0x1000000u
#define INFINITE_BITS 0x7f800000u

static neai_word *count_of(const neai_prototypes *prototypes, uint32_t slot)
{
    return &prototypes->state[2u * prototypes->dimension + slot];
}

static neai_word *centre_of(const neai_prototypes *prototypes, uint32_t slot)
{
    return &prototypes->state[(2u + slot) * prototypes->dimension + prototypes->slots];
}

uint32_t neai_prototypes_used(const neai_word *state, uint32_t dimension, uint32_t slots)
{
    uint32_t used = 0;
    while (used < slots && state[2u * dimension + used].u != 0u) {
        used++;
    }
    return used;
}

void neai_prototypes_weigh(const neai_word *state, uint32_t dimension, float *weights)
{
    for (uint32_t j = 0; j < dimension; j++) {
        weights[j] = 1.0f / neai_floored_variance(state[j].f, state[dimension + j].f);
    }
}

neai_nearest neai_prototypes_nearest(const neai_word *state, uint32_t dimension, uint32_t slots,
                                     uint32_t used, const float *features, const float *weights)
{
    neai_nearest best = {0, neai_float(INFINITE_BITS)};
    for (uint32_t slot = 0; slot < used; slot++) {
        const neai_word *centre = &state[(2u + slot) * dimension + slots];
        float sum = 0.0f;
        for (uint32_t j = 0; j < dimension; j++) {
            float difference = features[j] - centre[j].f;
            sum = sum + difference * difference * weights[j];
        }
        if (sum < best.distance) {
            best.distance = sum;
            best.slot = slot;
        }
    }
    return best;
}

float neai_prototypes_between(const neai_prototypes *prototypes, uint32_t a, uint32_t b,
                              const float *weights)
{
    const neai_word *first = centre_of(prototypes, a);
    const neai_word *second = centre_of(prototypes, b);
    float sum = 0.0f;
    for (uint32_t j = 0; j < prototypes->dimension; j++) {
        float difference = first[j].f - second[j].f;
        sum = sum + difference * difference * weights[j];
    }
    return sum;
}

void neai_prototypes_place(const neai_prototypes *prototypes, uint32_t slot, const float *features)
{
    neai_word *centre = centre_of(prototypes, slot);
    count_of(prototypes, slot)->u = 1;
    for (uint32_t j = 0; j < prototypes->dimension; j++) {
        centre[j].f = features[j];
    }
}

void neai_prototypes_absorb(const neai_prototypes *prototypes, uint32_t slot, const float *features)
{
    neai_word *count = count_of(prototypes, slot);
    neai_word *centre = centre_of(prototypes, slot);
    count->u = count->u < LARGEST_COUNT ? count->u + 1u : LARGEST_COUNT;
    float weight = neai_learn_weight(count->u);
    for (uint32_t j = 0; j < prototypes->dimension; j++) {
        float difference = features[j] - centre[j].f;
        centre[j].f = centre[j].f + difference * weight;
    }
}

void neai_prototypes_merge(const neai_prototypes *prototypes, uint32_t a, uint32_t b)
{
    uint32_t count_a = neai_min_u32(count_of(prototypes, a)->u, LARGEST_COUNT);
    uint32_t count_b = neai_min_u32(count_of(prototypes, b)->u, LARGEST_COUNT);
    uint32_t count = neai_min_u32(count_a + count_b, LARGEST_COUNT);
    float weight = (float)count_b / (float)count;
    neai_word *into = centre_of(prototypes, a);
    const neai_word *from = centre_of(prototypes, b);
    count_of(prototypes, a)->u = count;
    for (uint32_t j = 0; j < prototypes->dimension; j++) {
        float difference = from[j].f - into[j].f;
        into[j].f = into[j].f + difference * weight;
    }
}
