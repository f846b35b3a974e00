/* Sequential k-means. Pair: model.ts beside this file. Config: prototypes. Work: weights[d]. */
#include "neai_model_common.h"
#include "neai_prototypes.h"
#include "neai_runtime.h"

NEAI_MODEL_KERNELS(neai_model_kmeans_seq);

void neai_model_kmeans_seq_learn(const neai_model *model, neai_word *state, uint32_t count,
                                 const float *features, float *work)
{
    neai_prototypes prototypes = {model->dimension, model->config[0].u, state};
    neai_moments_learn_all(state, model->dimension, count, features);
    neai_prototypes_weigh(state, model->dimension, work);
    uint32_t used = neai_prototypes_used(state, model->dimension, prototypes.slots);
    neai_nearest nearest =
        neai_prototypes_nearest(state, model->dimension, prototypes.slots, used, features, work);
    if (used < prototypes.slots && nearest.distance > 0.0f) {
        neai_prototypes_place(&prototypes, used, features);
    } else {
        neai_prototypes_absorb(&prototypes, nearest.slot, features);
    }
}

float neai_model_kmeans_seq_score(const neai_model *model, const neai_word *state, uint32_t count,
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
