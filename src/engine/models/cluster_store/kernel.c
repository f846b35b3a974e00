/*
 * Bounded store of clusters. Pair: model.ts beside this file. Config: clusters. Work: weights[d].
 * State: prototypes, then the threshold (squared weighted distance).
 */
#include "neai_model_common.h"
#include "neai_prototypes.h"
#include "neai_runtime.h"

#define INFINITE_BITS 0x7f800000u

NEAI_MODEL_KERNELS(neai_model_cluster_store);

static neai_word *threshold_of(const neai_prototypes *prototypes)
{
    uint32_t words = 2u * prototypes->dimension + prototypes->slots * (prototypes->dimension + 1u);
    return &prototypes->state[words];
}

static void replace_closest_pair(const neai_prototypes *prototypes, const float *features,
                                 const float *weights, neai_nearest nearest)
{
    neai_word *threshold = threshold_of(prototypes);
    uint32_t first = 0;
    uint32_t second = 1;
    float closest = neai_float(INFINITE_BITS);
    for (uint32_t b = 1; b < prototypes->slots; b++) {
        for (uint32_t a = 0; a < b; a++) {
            float between = neai_prototypes_between(prototypes, a, b, weights);
            if (between < closest) {
                closest = between;
                first = a;
                second = b;
            }
        }
    }
    if (nearest.distance <= closest) {
        threshold->f = nearest.distance;
        neai_prototypes_absorb(prototypes, nearest.slot, features);
        return;
    }
    if (closest > threshold->f) {
        threshold->f = closest;
    }
    neai_prototypes_merge(prototypes, first, second);
    neai_prototypes_place(prototypes, second, features);
}

void neai_model_cluster_store_learn(const neai_model *model, neai_word *state, uint32_t count,
                                    const float *features, float *work)
{
    neai_prototypes prototypes = {model->dimension, model->config[0].u, state};
    neai_moments_learn_all(state, model->dimension, count, features);
    neai_prototypes_weigh(state, model->dimension, work);
    uint32_t used = neai_prototypes_used(state, model->dimension, prototypes.slots);
    neai_nearest nearest =
        neai_prototypes_nearest(state, model->dimension, prototypes.slots, used, features, work);
    if (nearest.distance <= threshold_of(&prototypes)->f) {
        neai_prototypes_absorb(&prototypes, nearest.slot, features);
    } else if (used < prototypes.slots) {
        neai_prototypes_place(&prototypes, used, features);
    } else {
        replace_closest_pair(&prototypes, features, work, nearest);
    }
}

float neai_model_cluster_store_score(const neai_model *model, const neai_word *state, uint32_t count,
                                     const float *features, float *work)
{
    uint32_t slots = model->config[0].u;
    uint32_t used = neai_prototypes_used(state, model->dimension, slots);
    (void)count;
    neai_prototypes_weigh(state, model->dimension, work);
    neai_nearest nearest =
        neai_prototypes_nearest(state, model->dimension, slots, used, features, work);
    return neai_root_mean(nearest.distance, model->dimension);
}
