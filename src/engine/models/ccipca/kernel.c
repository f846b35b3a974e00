/*
 * Incremental principal components. Pair: model.ts beside this file. Config: components, inside.
 * State: mean[d], variance[d], vectors[components][d]. Work: rest[d].
 */
#include "neai_model_common.h"
#include "neai_runtime.h"

#define SCORE_LIMIT 0x1p+16f
#define SMALLEST_NORM 0x1p-40f
#define SMALLEST_NOISE 0x1p-5f
#define AMNESIA 2u
#define AMNESIA_FROM 8u

NEAI_MODEL_KERNELS(neai_model_ccipca);

static float square_of(const neai_word *vector, uint32_t dimension)
{
    float sum = 0.0f;
    for (uint32_t j = 0; j < dimension; j++) {
        sum = sum + vector[j].f * vector[j].f;
    }
    return sum;
}

static float dot(const float *rest, const neai_word *vector, uint32_t dimension)
{
    float sum = 0.0f;
    for (uint32_t j = 0; j < dimension; j++) {
        sum = sum + rest[j] * vector[j].f;
    }
    return sum;
}

static void deflate(float *rest, const neai_word *vector, uint32_t dimension, float factor)
{
    for (uint32_t j = 0; j < dimension; j++) {
        rest[j] = rest[j] - factor * vector[j].f;
    }
}

void neai_model_ccipca_learn(const neai_model *model, neai_word *state, uint32_t count,
                             const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t capped = neai_min_u32(count, NEAI_COUNT_CAP);
    neai_moments_learn_all(state, dimension, count, features);
    neai_standard_scores(state, dimension, features, SCORE_LIMIT, work);
    uint32_t amnesia = capped >= AMNESIA_FROM ? AMNESIA : 0u;
    float keep = (float)(capped - 1u - amnesia) / (float)capped;
    float take = (float)(1u + amnesia) / (float)capped;
    for (uint32_t i = 0; i < model->config[0].u; i++) {
        neai_word *vector = &state[(2u + i) * dimension];
        float square = square_of(vector, dimension);
        if (!(square > SMALLEST_NORM)) {
            for (uint32_t j = 0; j < dimension; j++) {
                vector[j].f = work[j];
            }
            break;
        }
        float pull = take * dot(work, vector, dimension) / neai_sqrt(square);
        for (uint32_t j = 0; j < dimension; j++) {
            vector[j].f = keep * vector[j].f + pull * work[j];
        }
        float moved = neai_at_least(square_of(vector, dimension), SMALLEST_NORM);
        deflate(work, vector, dimension, dot(work, vector, dimension) / moved);
    }
}

float neai_model_ccipca_score(const neai_model *model, const neai_word *state, uint32_t count,
                              const float *features, float *work)
{
    uint32_t dimension = model->dimension;
    uint32_t components = model->config[0].u;
    float along = 0.0f;
    float explained = 0.0f;
    (void)count;
    neai_standard_scores(state, dimension, features, SCORE_LIMIT, work);
    for (uint32_t i = 0; i < components; i++) {
        const neai_word *vector = &state[(2u + i) * dimension];
        float square = square_of(vector, dimension);
        if (!(square > SMALLEST_NORM)) {
            break;
        }
        float projection = dot(work, vector, dimension);
        float eigenvalue = neai_sqrt(square);
        float part = projection * projection / square;
        along = along + part / eigenvalue;
        explained = explained + eigenvalue;
        deflate(work, vector, dimension, projection / square);
    }
    float left = 0.0f;
    for (uint32_t j = 0; j < dimension; j++) {
        left = left + work[j] * work[j];
    }
    if (model->config[1].u == 0u) {
        return neai_root_mean(left, dimension);
    }
    float noise = neai_at_least(((float)dimension - explained) / (float)(dimension - components),
                                SMALLEST_NOISE);
    return neai_root_mean(along + left / noise, dimension);
}
