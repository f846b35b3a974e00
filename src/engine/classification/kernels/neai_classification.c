/* Runs a classifier. Pairs: src/engine/classification/{classifier,probabilities}.ts, step for step. */
#include "neai_classification.h"

#define STATE_VERSION 0u
#define STATE_RESERVED 1u
#define USED_UP (-1.0f)

static const float *run_stages(const neai_classifier *classifier, const float *signal)
{
    float *work = classifier->work;
    for (uint32_t index = 0; index < classifier->stage_count; index++) {
        const neai_stage *stage = &classifier->stages[index];
        const float *input = stage->input_word == NEAI_INPUT_IS_SIGNAL ? signal : &work[stage->input_word];
        float *output = &work[stage->output_word];
        stage->run(stage, input, output, &work[stage->work_word]);
        for (uint32_t i = 0; i < stage->output_length; i++) {
            output[i] = neai_clamp(output[i]);
        }
    }
    return work;
}

float *neai_class_scores(const neai_classifier *classifier, const float *signal)
{
    const float *features = run_stages(classifier, signal);
    float *scores = &classifier->work[classifier->scores_word];
    classifier->score(classifier, features, scores, &classifier->work[classifier->work_word]);
    for (uint32_t c = 0; c < classifier->classes; c++) {
        scores[c] = neai_clamp(scores[c]);
    }
    return scores;
}

/** The first class with the largest value. */
static uint32_t place_of_largest(const float *values, uint32_t classes)
{
    uint32_t best = 0;
    for (uint32_t c = 1; c < classes; c++) {
        if (values[c] > values[best]) {
            best = c;
        }
    }
    return best;
}

uint32_t neai_class_probabilities(const neai_classifier *classifier, float *scores, float *probabilities)
{
    uint32_t classes = classifier->classes;
    uint32_t best = place_of_largest(scores, classes);
    float top = scores[best];
    float sum = 0.0f;
    for (uint32_t c = 0; c < classes; c++) {
        float distance = top - scores[c];
        scores[c] = 1.0f / neai_exp2(distance * classifier->sharpness.f);
        sum = sum + scores[c];
    }
    /* Whole parts first; what is left of each goes on in `scores`. */
    uint32_t given = 0;
    for (uint32_t c = 0; c < classes; c++) {
        float parts = scores[c] / sum * (float)NEAI_PROBABILITY_PARTS;
        uint32_t whole = (uint32_t)parts;
        probabilities[c] = (float)whole;
        scores[c] = parts - (float)whole;
        given += whole;
    }
    /* The parts that are missing go to the largest remainders; the most probable class is the first of equal ones. */
    for (; given < NEAI_PROBABILITY_PARTS; given++) {
        uint32_t next = place_of_largest(scores, classes);
        if (scores[best] >= scores[next]) {
            next = best;
        }
        probabilities[next] = probabilities[next] + 1.0f;
        scores[next] = USED_UP;
    }
    for (uint32_t c = 0; c < classes; c++) {
        probabilities[c] = probabilities[c] / (float)NEAI_PROBABILITY_PARTS;
    }
    return best;
}

uint8_t neai_classifier_initialize(const neai_classifier *classifier)
{
    classifier->state[STATE_VERSION].u = classifier->version;
    classifier->state[STATE_RESERVED].u = 0;
    return 0;
}

void neai_no_probabilities(const neai_classifier *classifier, float *probabilities)
{
    for (uint32_t c = 0; c < classifier->classes; c++) {
        probabilities[c] = 0.0f;
    }
}

uint8_t neai_classify(const neai_classifier *classifier, const float *signal, float *probabilities)
{
    neai_no_probabilities(classifier, probabilities);
    if (classifier->state[STATE_VERSION].u != classifier->version) {
        return NEAI_CLASSIFY_NOT_READY;
    }
    if (!neai_all_finite(signal, classifier->signal_length)) {
        return NEAI_CLASSIFY_NOT_FINITE;
    }
    float *scores = neai_class_scores(classifier, signal);
    return (uint8_t)(neai_class_probabilities(classifier, scores, probabilities) + 1u);
}
