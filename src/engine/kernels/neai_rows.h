/*
 * Scores of many rows by one knowledge, as the search needs them: what depends on the knowledge alone is computed once,
 * and rows go through the same operations in the same order side by side, one a lane. So every score has the bits that
 * the model's own score function gives (held together by test/engine/wasm). In no library: WebAssembly only.
 */
#ifndef NEAI_ROWS_H
#define NEAI_ROWS_H

#include "neai_model_common.h"
#include "neai_runtime.h"

#define NEAI_LANES 16u

/** In front of a loop over the lanes: sixteen copies of it would double the module. */
#define NEAI_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")

/** One value of each of sixteen rows; operators work lane by lane. */
typedef float neai_lanes __attribute__((vector_size(4 * NEAI_LANES), aligned(4)));
typedef int32_t neai_lane_bits __attribute__((vector_size(4 * NEAI_LANES), aligned(4)));

/** Rows of features, `stride` values apart. */
typedef struct {
    const float *features;
    uint32_t stride;
    uint32_t lines;
} neai_rows;

/** Declares the scores of a model's rows. Work: two words for each of the state, 64 for each feature, one for each row. */
#define NEAI_MODEL_ROWS(name) \
    void name##_rows(const neai_model *model, const neai_word *state, uint32_t count, \
                     const neai_rows *rows, float *scores, float *work)

/** Scores with the single model of this kind: its place in their list (see neai_members.h). */
void neai_member_rows(uint32_t kind, const neai_model *member, const neai_word *state, uint32_t count,
                      const neai_rows *rows, float *scores, float *work);

/** `chosen` where the mask is set, else `other`. */
static inline neai_lanes neai_lanes_choose(neai_lane_bits mask, neai_lanes chosen, neai_lanes other)
{
    return (neai_lanes)(((neai_lane_bits)chosen & mask) | ((neai_lane_bits)other & ~mask));
}

static inline neai_lanes neai_lanes_of(float value)
{
    return (neai_lanes){0.0f} + value;
}

static inline uint32_t neai_rows_left(const neai_rows *rows, uint32_t first)
{
    return neai_min_u32(rows->lines - first, NEAI_LANES);
}

/** Feature after feature, those of the rows from `first` on; lanes beyond the last row repeat it. */
static inline void neai_rows_transpose(const neai_rows *rows, uint32_t first, uint32_t dimension,
                                       neai_lanes *features)
{
    float *values = (float *)features;
    uint32_t left = neai_rows_left(rows, first);
    NEAI_ROLLED
    for (uint32_t lane = 0; lane < NEAI_LANES; lane++) {
        uint32_t row = first + neai_min_u32(lane, left - 1u);
        const float *own = &rows->features[row * rows->stride];
        for (uint32_t j = 0; j < dimension; j++) {
            values[j * NEAI_LANES + lane] = own[j];
        }
    }
}

/** Standard deviations that neai_standard_scores divides by. */
static inline void neai_rows_deviations(const neai_word *moments, uint32_t dimension, float *deviations)
{
    for (uint32_t j = 0; j < dimension; j++) {
        deviations[j] = neai_sqrt(neai_floored_variance(moments[j].f, moments[dimension + j].f));
    }
}

/** As neai_standard_scores, in place. */
static inline void neai_rows_standardise(const neai_word *moments, uint32_t dimension,
                                         const float *deviations, float limit, neai_lanes *features)
{
    neai_lanes most = neai_lanes_of(limit);
    neai_lanes least = neai_lanes_of(-limit);
    for (uint32_t j = 0; j < dimension; j++) {
        neai_lanes score = (features[j] - moments[j].f) / deviations[j];
        score = neai_lanes_choose(score > most, most, score);
        features[j] = neai_lanes_choose(score >= least, score, least);
    }
}

/** neai_root_mean of each lane that is a row. */
static inline void neai_rows_root_mean(const neai_rows *rows, uint32_t first, neai_lanes sums,
                                       uint32_t dimension, float *scores)
{
    NEAI_ROLLED
    for (uint32_t lane = 0; lane < neai_rows_left(rows, first); lane++) {
        scores[first + lane] = neai_root_mean(sums[lane], dimension);
    }
}

#endif
