/*
 * Two or three models together. Pair: model.ts beside this file.
 * Config: members, then for each: kind, first feature, features, warm-up, words of state, words of config, its config.
 * State, for each member: count, mean and variance of its scores, then its own. Work: that of whichever is at work.
 */
#include "neai_members.h"
#include "neai_model_common.h"

#define REFERENCE_WORDS 3u

NEAI_MODEL_KERNELS(neai_model_ensemble);

/** A member's description, and where the next one's begins. */
typedef struct {
    neai_model model;
    uint32_t kind;
    uint32_t first;
    uint32_t warm_up;
    uint32_t state_words;
    const neai_word *next;
} member_view;

static member_view member_at(const neai_word *config)
{
    member_view member = {
        .model = {.config = &config[6], .dimension = config[2].u},
        .kind = config[0].u,
        .first = config[1].u,
        .warm_up = config[3].u,
        .state_words = config[4].u,
        .next = &config[6u + config[5].u],
    };
    return member;
}

void neai_model_ensemble_learn(const neai_model *model, neai_word *state, uint32_t count,
                               const float *features, float *work)
{
    const neai_word *config = &model->config[1];
    neai_word *reference = state;
    for (uint32_t i = model->config[0].u; i > 0u; i--) {
        member_view member = member_at(config);
        neai_word *own = &reference[REFERENCE_WORDS];
        const float *read = &features[member.first];
        if (count - 1u >= member.warm_up) {
            float score = neai_member_score(member.kind, &member.model, own, count - 1u, read, work);
            uint32_t scores = neai_min_u32(reference[0].u, NEAI_COUNT_CAP - 1u) + 1u;
            reference[0].u = scores;
            neai_score_learn(&reference[1].f, &reference[2].f, score, scores);
        }
        neai_member_learn(member.kind, &member.model, own, count, read, work);
        reference = &own[member.state_words];
        config = member.next;
    }
}

float neai_model_ensemble_score(const neai_model *model, const neai_word *state, uint32_t count,
                                const float *features, float *work)
{
    const neai_word *config = &model->config[1];
    const neai_word *reference = state;
    float sum = 0.0f;
    for (uint32_t i = model->config[0].u; i > 0u; i--) {
        member_view member = member_at(config);
        const neai_word *own = &reference[REFERENCE_WORDS];
        float score =
            neai_member_score(member.kind, &member.model, own, count, &features[member.first], work);
        float ratio = score / neai_score_reference(reference[1].f, reference[2].f);
        sum = sum + neai_log2(1.0f + ratio);
        reference = &own[member.state_words];
        config = member.next;
    }
    return neai_exp2(sum / (float)model->config[0].u) - 1.0f;
}
