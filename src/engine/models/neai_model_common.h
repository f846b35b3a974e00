/* What several models share. Pair: src/engine/models/moments.ts. */
#ifndef NEAI_MODEL_COMMON_H
#define NEAI_MODEL_COMMON_H

#include "neai_numeric.h"

/** One step of Welford's running mean and variance (1962) with weight 1 / count. */
void neai_moments_learn(float *mean, float *variance, float value, float weight);

/** A variance not below 2^-20 of the squared level plus 2^-30. */
float neai_floored_variance(float mean, float variance);

/** Root of sum / dimension, at most 2^50; what is not a number counts as far away. */
float neai_root_mean(float sum, uint32_t dimension);

/** 1 / count with the count capped: beyond the cap knowledge forgets exponentially. */
float neai_learn_weight(uint32_t count);

#endif
