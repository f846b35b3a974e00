/*
 * Centres with counts, and distances weighted by the running variance of each feature. Pair: prototypes.ts.
 * State: mean[d], variance[d], counts[k], centres[k d]; a centre with count 0, and all after it, is free.
 */
#ifndef NEAI_PROTOTYPES_H
#define NEAI_PROTOTYPES_H

#include "neai_numeric.h"

/** A view of a model's state. */
typedef struct {
    uint32_t dimension;
    uint32_t slots;
    neai_word *state;
} neai_prototypes;

/** Where the nearest centre is, and its squared weighted distance. */
typedef struct {
    uint32_t slot;
    float distance;
} neai_nearest;

/** Number of centres in use. */
uint32_t neai_prototypes_used(const neai_word *state, uint32_t dimension, uint32_t slots);

/** weights[j] = 1 / variance[j]. */
void neai_prototypes_weigh(const neai_word *state, uint32_t dimension, float *weights);

/** The nearest of the first `used` centres; infinitely far when there is none. */
neai_nearest neai_prototypes_nearest(const neai_word *state, uint32_t dimension, uint32_t slots,
                                     uint32_t used, const float *features, const float *weights);

/** Squared weighted distance of two centres. */
float neai_prototypes_between(const neai_prototypes *prototypes, uint32_t a, uint32_t b,
                              const float *weights);

/** Makes the features the centre of a slot, with count 1. */
void neai_prototypes_place(const neai_prototypes *prototypes, uint32_t slot, const float *features);

/** Moves a centre towards the features by 1 / count (MacQueen 1967). */
void neai_prototypes_absorb(const neai_prototypes *prototypes, uint32_t slot, const float *features);

/** Merges centre b into centre a, weighted by their counts. */
void neai_prototypes_merge(const neai_prototypes *prototypes, uint32_t a, uint32_t b);

#endif
