/* Pair: src/engine/models/moments.ts. */
#include "neai_model_common.h"
#include "neai_runtime.h"

#define RELATIVE_FLOOR 0x1p-20f
#define ABSOLUTE_FLOOR 0x1p-30f
#define SCORE_EPSILON 0x1p-20f
#define SCORES_IN_FULL 3u

void neai_moments_learn(float *mean, float *variance, float value, float weight)
{
    float before = value - *mean;
    *mean = *mean + before * weight;
    float after = value - *mean;
    float change = before * after - *variance;
    *variance = *variance + change * weight;
}

float neai_floored_variance(float mean, float variance)
{
    return neai_at_least(variance, mean * mean * RELATIVE_FLOOR + ABSOLUTE_FLOOR);
}

float neai_score_reference(float mean, float variance)
{
    float spread = 3.0f * neai_sqrt(variance);
    return mean + spread + SCORE_EPSILON;
}

void neai_score_learn(float *mean, float *variance, float score, uint32_t scores)
{
    /* One score counts for at most twice the reference. */
    float limit = 2.0f * neai_score_reference(*mean, *variance);
    float value = scores > SCORES_IN_FULL && score > limit ? limit : score;
    neai_moments_learn(mean, variance, value, 1.0f / (float)scores);
}

float neai_root_mean(float sum, uint32_t dimension)
{
    float mean = sum / (float)dimension;
    if (!(mean < NEAI_FEATURE_LIMIT * NEAI_FEATURE_LIMIT)) {
        return NEAI_FEATURE_LIMIT;
    }
    return neai_sqrt(mean);
}

float neai_learn_weight(uint32_t count)
{
    return 1.0f / (float)neai_min_u32(count, NEAI_COUNT_CAP);
}

void neai_standard_scores(const neai_word *moments, uint32_t dimension, const float *features,
                          float limit, float *scores)
{
    for (uint32_t j = 0; j < dimension; j++) {
        float deviation =
            neai_sqrt(neai_floored_variance(moments[j].f, moments[dimension + j].f));
        float score = (features[j] - moments[j].f) / deviation;
        if (score > limit) {
            score = limit;
        }
        if (!(score >= -limit)) {
            score = -limit;
        }
        scores[j] = score;
    }
}

void neai_moments_learn_all(neai_word *moments, uint32_t dimension, uint32_t count,
                            const float *features)
{
    float weight = neai_learn_weight(count);
    for (uint32_t j = 0; j < dimension; j++) {
        neai_moments_learn(&moments[j].f, &moments[dimension + j].f, features[j], weight);
    }
}
