/* What several models share. Pair: src/engine/models/moments.ts. */
#ifndef NEAI_MODEL_COMMON_H
#define NEAI_MODEL_COMMON_H

#include "neai_numeric.h"

/** One step of Welford's running mean and variance (1962) with weight 1 / count. */
void neai_moments_learn(float *mean, float *variance, float value, float weight);
void neai_score_learn(float *mean, float *variance, float score, uint32_t scores);

/** Takes the features into moments laid out as mean[d], variance[d]; `count` is the number of this learn. */
void neai_moments_learn_all(neai_word *moments, uint32_t dimension, uint32_t count,
                            const float *features);

/** Standard scores by moments laid out as mean[d], variance[d], cut at +-limit; NaN counts as -limit. */
void neai_standard_scores(const neai_word *moments, uint32_t dimension, const float *features,
                          float limit, float *scores);

/** A variance not below 2^-20 of the squared level plus 2^-30. */
float neai_floored_variance(float mean, float variance);

/** What scores are measured by: mean + 3 standard deviations of earlier ones. */
float neai_score_reference(float mean, float variance);

/** Root of sum / dimension, at most 2^50; what is not a number counts as far away. */
float neai_root_mean(float sum, uint32_t dimension);

/** 1 / count with the count capped: beyond the cap knowledge forgets exponentially. */
float neai_learn_weight(uint32_t count);

#endif
