/* As kernel.c beside this file, of many rows. Work: scores of one member[lines], then that of whichever is at work. */
#include "neai_members.h"
#include "neai_rows.h"

#define REFERENCE_WORDS 3u

NEAI_MODEL_ROWS(neai_model_ensemble);

void neai_model_ensemble_rows(const neai_model *model, const neai_word *state, uint32_t count,
                              const neai_rows *rows, float *scores, float *work)
{
    const neai_word *config = &model->config[1];
    const neai_word *reference = state;
    for (uint32_t i = 0; i < rows->lines; i++) {
        scores[i] = 0.0f;
    }
    for (uint32_t left = model->config[0].u; left > 0u; left--) {
        neai_model member = {.config = &config[6], .dimension = config[2].u};
        neai_rows read = {&rows->features[config[1].u], rows->stride, rows->lines};
        const neai_word *own = &reference[REFERENCE_WORDS];
        float measure = neai_score_reference(reference[1].f, reference[2].f);
        neai_member_rows(config[0].u, &member, own, count, &read, work, &work[rows->lines]);
        for (uint32_t i = 0; i < rows->lines; i++) {
            scores[i] = scores[i] + neai_log2(1.0f + work[i] / measure);
        }
        reference = &own[config[4].u];
        config = &config[6u + config[5].u];
    }
    for (uint32_t i = 0; i < rows->lines; i++) {
        scores[i] = neai_exp2(scores[i] / (float)model->config[0].u) - 1.0f;
    }
}
